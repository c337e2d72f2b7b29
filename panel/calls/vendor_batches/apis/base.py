"""What a vendor's batch API is: one file with one class that fits `BatchApi`, found by its file name.

To add one, write `panel/calls/vendor_batches/apis/<name>.py`, named as its provider, with a function
`batches_of(provider) -> BatchApi`. Nothing else is edited.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from panel.calls.faults import Fault
from panel.calls.providers.base import Provider
from panel.calls.vendors import Vendor
from panel.core.errors import InputError
from panel.core.hashing import TAG, bare
from panel.core.requests import CallRequest, RawReply

#: Statuses of an answer to a create after which a batch may exist all the same.
_UNCLEAR = frozenset({408, 409})


@dataclass(frozen=True)
class BatchLimits:
    """How large a batch is made, which is smaller than the vendor allows.

    Attributes:
        lines: Calls.
        bytes: Of all lines together; a batch is in memory as a whole while it is sent.
        kept_seconds: How long its results can be fetched, counted from its creation.
    """

    lines: int
    bytes: int
    kept_seconds: float


@dataclass(frozen=True)
class Line:
    """One call of a batch as it is sent.

    Attributes:
        custom_id: What its result is recognised by: the 64 hex digits of the request's key.
        together: Lines may be in one batch if this is equal: model and endpoint.
        text: JSON without a line break.
    """

    custom_id: str
    together: str
    text: bytes


@dataclass(frozen=True)
class Sought:
    """What is known of a batch whose create was never answered.

    Attributes:
        label: What it was labelled with, where the vendor takes labels.
        lines: How many calls it has.
        since: It was created no earlier, in seconds since 1970 by our clock.
    """

    label: str
    lines: int
    since: float


@dataclass(frozen=True)
class BatchStatus:
    """How far a batch is.

    Attributes:
        state: `refused` means that no call of it was made.
        total: Its calls.
        done: Those that have a result.
        cut_short: It ended before all were made: those without a result were not, and cost nothing.
        why: What the vendor says about a refused one.
        for_now: Whether it is refused for want of room, not for what is in it.
    """

    state: Literal["running", "ended", "refused"]
    total: int
    done: int
    cut_short: bool = False
    why: str = ""
    for_now: bool = False


Result = tuple[str, RawReply | Fault]


class BatchApi(Protocol):
    """A vendor's batches. Every method sends once and raises a Fault without a good answer."""

    limits: BatchLimits

    def line(self, request: CallRequest) -> Line:
        """The request as a line: its body is that of the live call."""
        ...

    async def create(self, lines: Sequence[Line], *, label: str) -> str:
        """Hand over a batch; the vendor's id for it.

        Raises:
            Fault: there is no id. `maybe_paid` says that there may be a batch all the same.
        """
        ...

    async def find(self, sought: Sought) -> list[str]:
        """The ids of batches that may be the one that is sought, likeliest first."""
        ...

    async def status(self, batch: str) -> BatchStatus:
        """How far it is."""
        ...

    def results(self, batch: str) -> AsyncIterator[Result]:
        """The results of one that ended, by custom id, in any order, as often as the vendor says them.

        Raises:
            Fault: with cause `envelope` after all others, if lines cannot be read; with another cause before
                the first, if they cannot be fetched as a whole.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True)
class BatchProvider:
    """A provider's batches beside its calls."""

    calls: Provider
    batches: BatchApi

    @property
    def vendor(self) -> Vendor:
        """What is known of it."""
        return self.calls.vendor


def names() -> list[str]:
    """The providers that have batches: every file of this folder but `base`, sorted."""
    package = importlib.import_module("panel.calls.vendor_batches.apis")
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name != "base")


def batches_of(provider: Provider) -> BatchApi:
    """The batches of a provider, over its connection; nothing is sent yet.

    Raises:
        InputError: it has none.
    """
    name = provider.vendor.name
    if name not in names():
        raise InputError(
            f"the provider {name} has no batches; these have: {', '.join(names())}", field="provider"
        )
    module = importlib.import_module(f"panel.calls.vendor_batches.apis.{name}")
    api: BatchApi = module.batches_of(provider)
    return api


def key_of(custom_id: str) -> str:
    """The key of the request that was sent with this custom id."""
    return f"{TAG}{custom_id}"


def custom_id_of(request: CallRequest) -> str:
    """What a request is recognised by in a batch: one word of 64 letters and digits, as both vendors ask."""
    return bare(request.key)


def as_of_create(fault: Fault) -> Fault:
    """A fault of the request that creates a batch: after a server's error there may be one as well."""
    status = fault.status or 0
    fault.maybe_paid = fault.maybe_paid or status in _UNCLEAR or status >= 500  # noqa: PLR2004 (HTTP's border)
    return fault
