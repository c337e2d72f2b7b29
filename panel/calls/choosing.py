"""Which provider, model and base URL are in force, with which key, and why."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from panel.calls.providers import base
from panel.calls.providers.base import Provider
from panel.calls.vendors import Connection, Secret, Vendor
from panel.core.errors import AccountError, InputError
from panel.core.workspace import Workspace

#: What `auto` tries, in this order, before it falls back to the offline reader.
_BY_KEY = ("anthropic", "openai")
OFFLINE = "offline"
#: The setting that only a run gives (`batch.asked`): by provider the base URL it was begun with.
BASE_URLS = "base_urls"
#: Ranks of the places a setting may come from (`Setting.rank`).
_ENVIRONMENT, _FLAG = 2, 3


@dataclass(frozen=True)
class Choice:
    """The provider in force.

    Attributes:
        vendor: What is known of it.
        model: The model asked where a persona names none.
        base_url: Another host than the vendor's own; None at the vendor's.
        because: Why this provider, in words.
        panel: Provider and model of each with which a persona sits; the first are `vendor` and `model`.
        over_personas: Whether these speak also where a persona's file names a model of its own.
    """

    vendor: Vendor
    model: str
    base_url: str | None
    because: str
    panel: tuple[tuple[str, str], ...]
    over_personas: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Each of the panel's models as records name it."""
        return tuple(":".join(each) for each in self.panel)

    @property
    def offline(self) -> bool:
        """Whether no model will be asked."""
        return self.vendor.name == OFFLINE


def choose(workspace: Workspace) -> Choice:
    """The provider in force in a workspace, or those that `--models` names.

    `auto` takes the first that is there: ANTHROPIC_API_KEY, OPENAI_API_KEY, a configured OpenAI-compatible
    server, else the offline reader. A base URL without a provider means openai.

    A model named by flag or environment, or in a list of models, wins over what a persona's file says.

    Raises:
        InputError: `--provider` names no provider file, or the models cannot sit on one panel.
        AccountError: models are named without a provider, and none is there.
    """
    named = _models(workspace)
    return _single(workspace) if named is None else _several(workspace, named)


def _models(workspace: Workspace) -> Sequence[str] | None:
    """The models each persona sits with; None where one model at most is named, or the offline reader."""
    models, model = workspace.settings["models"], workspace.settings["model"]
    provider = workspace.settings["provider"]
    if models.value is None:
        return None
    by_flag = models.rank == _FLAG
    if by_flag and model.rank == _FLAG:
        raise InputError("--model names one, --models several: choose one", field="--models")
    if provider.value == OFFLINE:
        if by_flag:
            raise InputError("the offline reader asks no model", field="--models", hint="name a --provider")
        return None
    return None if model.value is not None and model.rank > models.rank else tuple(models.value)


def _several(workspace: Workspace, named: Sequence[str]) -> Choice:
    """Several models on one panel, of one provider or of several."""
    field = workspace.settings["models"].origin
    panel = tuple(_speaking(workspace, each, field) for each in named)
    twice = sorted({":".join(each) for each in panel if panel.count(each) > 1})
    if twice:
        raise InputError(f"{', '.join(twice)} is named twice", field=field)
    vendor = base.vendor_of(panel[0][0])
    return Choice(
        vendor,
        panel[0][1],
        base_url_of(workspace, vendor),
        f"named with {field}",
        panel,
        over_personas=True,
    )


def _speaking(workspace: Workspace, named: str, field: str) -> tuple[str, str]:
    """Provider and model of one name in the list: `provider:model`, or a model of the provider in force."""
    vendor, _, model = named.partition(":")
    if vendor == OFFLINE:
        raise InputError(f"{named!r}: the offline reader is no model", field=field)
    if vendor in base.names():
        if not model.strip():
            raise InputError(f"{named!r} names no model", field=field)
        return vendor, model.strip()
    # A plain id may hold a colon of its own ("llama3.3:70b").
    in_force = _single(workspace)
    if in_force.offline:
        raise AccountError(
            f"there is no provider for the model {named}: no key is set and no server is configured",
            hint="set ANTHROPIC_API_KEY or OPENAI_API_KEY, or name the provider as in anthropic:MODEL",
        )
    return in_force.vendor.name, named


def _single(workspace: Workspace) -> Choice:
    """The provider in force, with one model."""
    name = str(workspace.get("provider"))
    if name != "auto":
        return _choice(workspace, name, workspace.settings["provider"].origin)
    if workspace.get("base_url"):
        return _choice(workspace, "openai", f"{workspace.settings['base_url'].origin} is set")
    for candidate in _BY_KEY:
        variable = base.vendor_of(candidate).key_variable
        if variable and workspace.environment.get(variable, "").strip():
            return _choice(workspace, candidate, f"{variable} is set")
    variable = base.vendor_of("openai").base_url_variable
    if variable and workspace.environment.get(variable, "").strip():
        return _choice(workspace, "openai", f"{variable} is set")
    return _choice(workspace, OFFLINE, "no key and no server is configured: no model will be asked")


def base_url_of(workspace: Workspace, vendor: Vendor) -> str | None:
    """The base URL for a provider, None at the vendor's own host.

    `--base-url` belongs to one provider (`based`); the vendor's own variable (OPENAI_BASE_URL …) to it alone.
    A run that is gone on with has kept them all (`BASE_URLS`).
    """
    kept = workspace.settings.get(BASE_URLS)
    if kept is not None and vendor.name in kept.value:
        given = kept.value[vendor.name]
        return None if given is None else str(given)
    given = workspace.get("base_url") if vendor.name == based(workspace) else None
    if not given and vendor.base_url_variable:
        given = workspace.environment.get(vendor.base_url_variable, "").strip()
    if not given or not vendor.own_url or given.rstrip("/") == vendor.own_url:
        return None
    if not given.startswith(("http://", "https://")):
        raise InputError(f"{given!r} is no http(s) address", field="base_url")
    if "@" in given.split("/")[2]:
        raise InputError("an address with a name or password in it is refused", field="base_url")
    if "?" in given or "#" in given:
        raise InputError("an address with a query in it is refused: it may hold a key", field="base_url")
    return str(given).rstrip("/")


def base_urls(workspace: Workspace) -> dict[str, str | None]:
    """The base URL of every provider there is, None at its own host.

    A persona's file may name any of them, so all can change what is asked. One whose address is refused is
    left out: it cannot be asked here.
    """
    found = {}
    for name in base.names():
        with contextlib.suppress(InputError):
            found[name] = base_url_of(workspace, base.vendor_of(name))
    return found


def based(workspace: Workspace) -> str:
    """The provider `--base-url` belongs to: the one that is named, else openai."""
    named = str(workspace.get("provider"))
    return "openai" if named == "auto" else named


def connect(workspace: Workspace, name: str, *, to_call: bool = True) -> Provider:
    """The provider of that name, with its key; without one if it will only read stored replies.

    Raises:
        AccountError: the vendor's own host wants a key and there is none, or it is malformed.
    """
    vendor = base.vendor_of(name)
    url = base_url_of(workspace, vendor)
    settings: dict[str, Any] = {"openai_api": workspace.get("openai_api")}
    key = _key(workspace, vendor, url) if to_call else None
    return base.connect(name, Connection(base_url=url, key=key, settings=settings))


def _choice(workspace: Workspace, name: str, because: str) -> Choice:
    vendor = base.vendor_of(name)
    model = vendor.default_model if name == OFFLINE else workspace.get("model") or vendor.default_model
    if not model:
        raise InputError(f"the provider {name} has no default model", field="--model", hint="--model MODEL")
    return Choice(
        vendor,
        model,
        base_url_of(workspace, vendor),
        because,
        ((vendor.name, model),),
        over_personas=name != OFFLINE and workspace.settings["model"].rank >= _ENVIRONMENT,
    )


def _key(workspace: Workspace, vendor: Vendor, base_url: str | None) -> Secret | None:
    if vendor.key_variable is None:
        return None
    text = workspace.environment.get(vendor.key_variable, "").strip(" ")
    if not text.strip():
        if base_url is not None:
            return None
        raise AccountError(
            f"{vendor.name} needs an API key and {vendor.key_variable} is not set",
            hint=f"set {vendor.key_variable} in the environment or in .env; or use --provider offline",
        )
    if not text.isascii() or any(c.isspace() or c in "\"'" or not c.isprintable() for c in text):
        raise AccountError(
            f"{vendor.key_variable} holds white space, quotation marks or letters beyond ASCII: it is no key",
            hint="set it again, just the key, without quotes and line ends",
        )
    return Secret(text)
