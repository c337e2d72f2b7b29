"""The settings that decide what is asked and what it may cost: a run keeps them, whoever goes on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from panel.calls.choosing import BASE_URLS, base_url_of, base_urls, based, choose
from panel.calls.providers import base
from panel.core.settings import Setting
from panel.core.workspace import Workspace
from panel.kit import Kit, prices_for

_KEPT = (
    "openai_api", "samples", "personas", "fourth", "max_output_tokens", "max_usd", "price_in", "price_out",
    "concurrency", "requests_per_minute", "tokens_per_minute", "call_deadline",
)  # fmt: skip


def settings_in_force(kit: Kit) -> dict[str, Any]:
    """The settings of a run as JSON values, its provider and models resolved.

    `models` are given where they overrule the personas' own; one is a list, too. `base_urls` are those of all
    providers: on a panel of several each has its own, and who goes on may have another environment.
    """
    settings = {name: kit.workspace.get(name) for name in _KEPT}
    choice = kit.choice
    models = list(choice.labels) if choice.over_personas else None
    asked = {"provider": choice.vendor.name, "model": choice.model, "models": models}
    return settings | asked | {"base_url": choice.base_url, BASE_URLS: base_urls(kit.workspace)}


def with_flags(settings: Mapping[str, Any], flags: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    """The settings of a run, and those that a flag gives instead; a model that is named speaks for all.

    Args:
        settings: Of the run, as `settings_in_force` gave them.
        flags: What was given; None where it was not.
        workspace: Opened with these flags.

    Raises:
        InputError: `--base-url` is no address.
    """
    said = {name: flags[name] for name in (*settings, "samples", "models") if flags.get(name) is not None}
    # A flag is a text yet: "a,b" are two names.
    said |= {name: named(said[name]) for name in ("personas", "models") if isinstance(said.get(name), str)}
    if "model" in said and "models" not in said:
        said["models"] = [said["model"]]
    if "base_url" in said and BASE_URLS in settings:
        name = based(workspace)
        said[BASE_URLS] = {**settings[BASE_URLS], name: base_url_of(workspace, base.vendor_of(name))}
    return {**settings, **said}


def named(text: str) -> list[str]:
    """The names in a text that has commas between them."""
    return [name for part in text.split(",") if (name := part.strip())]


def kit_under(kit: Kit, settings: Mapping[str, Any]) -> Kit:
    """This machine's personas and prompts under the settings of a run.

    Raises:
        InputError: a setting does not fit here.
    """
    given = {name: Setting(_value(value), "the run") for name, value in settings.items()}
    workspace = replace(kit.workspace, settings={**kit.workspace.settings, **given})
    choice = choose(workspace)
    return replace(
        kit, workspace=workspace, choice=choice, prices=prices_for(workspace, choice), _providers={}
    )


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # as it was before it was JSON
