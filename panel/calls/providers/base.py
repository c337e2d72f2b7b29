"""What a provider is: one file with one class that fits `Provider`, found by its file name.

To add one, write `panel/calls/providers/<name>.py` with a function `connect(connection) -> Provider` and a
constant `VENDOR`. Nothing else is edited; `tests/calls/providers/test_contract.py` runs over every file here.
An SDK is imported inside `connect` or later, never at the top of the file.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any, Protocol, runtime_checkable

from panel.calls.vendors import Connection, Vendor
from panel.core.domain import Persona
from panel.core.errors import InputError
from panel.core.requests import CallRequest, RawReply, Reply


@runtime_checkable
class Provider(Protocol):
    """A way to have a request answered."""

    vendor: Vendor

    def options(self, persona: Persona) -> dict[str, Any]:
        """The vendor options that belong into a request of this persona (part of the request's key)."""
        ...

    async def send(self, request: CallRequest, *, deadline: float) -> RawReply:
        """Send once, without any retry, and return the reply unread.

        Args:
            request: What to ask.
            deadline: Seconds for the whole call, connecting and reading included.

        Raises:
            Fault: no reply came, or the status says that it is none.
        """
        ...

    def read(self, request: CallRequest, raw: RawReply) -> Reply:
        """Read a stored reply out of its envelope; needs neither SDK nor network.

        Raises:
            Fault: with cause `envelope`, when the body is not what the vendor documents.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def names() -> list[str]:
    """The providers there are: every file of this folder but `base`, sorted."""
    package = importlib.import_module("panel.calls.providers")
    return list(_files_in(*package.__path__))


@cache  # every seat of every tool asks
def _files_in(*folders: str) -> tuple[str, ...]:
    found = {module.name for module in pkgutil.iter_modules(folders)}
    return tuple(sorted(found - {"base"}))


def module_of(name: str) -> Any:
    """The module of provider `name`.

    Raises:
        InputError: there is no such file.
    """
    if name not in names():
        raise InputError(f"no provider {name!r}; there are: auto, {', '.join(names())}", field="provider")
    return importlib.import_module(f"panel.calls.providers.{name}")


def vendor_of(name: str) -> Vendor:
    """What is known of provider `name` before it is used."""
    vendor: Vendor = module_of(name).VENDOR
    return vendor


def connect(name: str, connection: Connection) -> Provider:
    """The provider of that file name, ready to send.

    Raises:
        InputError: there is no such provider.
    """
    provider: Provider = module_of(name).connect(connection)
    return provider
