"""Which provider, model and base URL are in force, with which key, and why."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Choice:
    """The provider in force.

    Attributes:
        vendor: What is known of it.
        model: The model asked where a persona names none.
        base_url: Another host than the vendor's own; None at the vendor's.
        because: Why this provider, in words.
    """

    vendor: Vendor
    model: str
    base_url: str | None
    because: str

    @property
    def offline(self) -> bool:
        """Whether no model will be asked."""
        return self.vendor.name == OFFLINE


def choose(workspace: Workspace) -> Choice:
    """The provider in force in a workspace.

    `auto` takes the first that is there: ANTHROPIC_API_KEY, OPENAI_API_KEY, a configured OpenAI-compatible
    server, else the offline reader. A base URL without a provider means openai.

    Raises:
        InputError: `--provider` names no provider file.
    """
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

    `--base-url` belongs to the provider in force; the vendor's own variable (OPENAI_BASE_URL …) to it alone.
    """
    given = workspace.get("base_url") if _is_in_force(workspace, vendor) else None
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
    return Choice(vendor, model, base_url_of(workspace, vendor), because)


def _is_in_force(workspace: Workspace, vendor: Vendor) -> bool:
    return workspace.get("provider") in {vendor.name, "auto"} and (
        workspace.get("provider") != "auto" or vendor.name == "openai"
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
