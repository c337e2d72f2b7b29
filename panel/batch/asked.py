"""The settings that decide what is asked and what it may cost: a run keeps them, whoever goes on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from panel.calls.choosing import choose
from panel.calls.prices import Prices
from panel.core.workspace import Setting
from panel.session import Kit

_KEPT = (
    "openai_api", "personas", "fourth", "max_output_tokens", "max_usd", "price_in", "price_out",
    "concurrency", "requests_per_minute", "tokens_per_minute", "call_deadline",
)  # fmt: skip


def settings_in_force(kit: Kit) -> dict[str, Any]:
    """The settings of a run as JSON values, its provider and model resolved."""
    settings = {name: kit.workspace.get(name) for name in _KEPT}
    choice = kit.choice
    return settings | {"provider": choice.vendor.name, "model": choice.model, "base_url": choice.base_url}


def kit_under(kit: Kit, settings: Mapping[str, Any]) -> Kit:
    """This machine's personas and prompts under the settings of a run.

    Raises:
        InputError: a setting does not fit here.
    """
    given = {name: Setting(_value(value), "the run") for name, value in settings.items()}
    workspace = replace(kit.workspace, settings={**kit.workspace.settings, **given})
    prices = Prices(workspace.get("price_in"), workspace.get("price_out"))
    return replace(kit, workspace=workspace, choice=choose(workspace), prices=prices, _providers={})


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # as it was before it was JSON
