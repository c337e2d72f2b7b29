"""What a ledger is: requests and raw replies by key, durable before anything else is done with them.

To add one, write `panel/calls/ledger/<name>.py` with a constant `SCHEMES`, a function `exists(url)` and a
coroutine function `open_ledger(url) -> Ledger`. Nothing else is edited, and the contract tests in
`tests/calls/ledger` run over all of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import quote, urlsplit

from panel.calls.ledger.rows import Damage, Row, StoredReply
from panel.core.errors import InputError
from panel.core.requests import CallRequest, RawReply, Usage
from panel.core.workspace import Workspace

#: What the cost of calls can be summed up by.
CostBy = Literal["run", "tool", "persona", "model", "day"]


@dataclass(frozen=True)
class Intent:
    """The note that a request is about to leave: what it is for, and what was set aside for it."""

    run: str
    tool: str
    persona: str
    reserved_usd: float | None


@dataclass(frozen=True)
class Lease:
    """Who claims calls that outlive the process: it counts as living until its time is over, whoever runs.

    Attributes:
        id: Its name; no two have the same.
        seconds: How long it lives, from its first claim.
    """

    id: str
    seconds: float


@dataclass(frozen=True)
class Leased:
    """A call under a lease that is not settled yet.

    Attributes:
        call: Its number.
        key: Of its request.
        run: The run that pays.
        kept: Whether its reply is there, and only its cost is missing.
        reserved_usd: What was set aside for it.
    """

    call: int
    key: str
    run: str
    kept: bool
    reserved_usd: float | None


@dataclass(frozen=True)
class Granted:
    """The intent is noted; the request may leave."""

    call: int


@dataclass(frozen=True)
class InFlight:
    """A living process has asked the same and has no reply yet; nothing was noted.

    Attributes:
        leased: Whether it is in a vendor's batch, for up to a day.
    """

    leased: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Answered:
    """There are more replies than whoever asks knew of; nothing was noted."""


@dataclass(frozen=True)
class Unanswered:
    """So many intents since the newest reply may have been paid and brought none; nothing was noted."""

    intents: int

    def __str__(self) -> str:
        return f"asked {self.intents} times without a reply, and each time it may have been paid"


@dataclass(frozen=True)
class Bounds:
    """What all processes together keep to. None: no bound.

    Attributes:
        cap_usd: The most that the run may spend.
        concurrency: Calls in flight to one model of one provider, those under leases not counted.
        requests_per_minute: Calls to that model granted within any 61 seconds by the ledger's clock.
        tokens_per_minute: Their tokens of the input, as far as `tokens` says it.
        tokens: About how many tokens the input of this call has.
    """

    cap_usd: float | None = None
    concurrency: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    tokens: int = 0

    @property
    def is_paced(self) -> bool:
        """Whether it matters how fast calls leave."""
        return self.requests_per_minute is not None or self.tokens_per_minute is not None


@dataclass(frozen=True)
class OverCap:
    """The call does not fit under the cap beside what is spent and set aside; nothing was noted.

    Attributes:
        spent_usd: Dollars that will not come back.
        open_usd: Dollars set aside for calls in flight of processes that live; some of it may come back.
    """

    spent_usd: float
    open_usd: float


@dataclass(frozen=True)
class Crowded:
    """There is no room for the call now, there may be in so many seconds; nothing was noted."""

    seconds: float


Claim = Granted | InFlight | Answered | Unanswered | OverCap | Crowded


@dataclass(frozen=True)
class CostLine:
    """What calls of one run, tool, persona, model or day came to.

    Attributes:
        name: Of what: the run's id, the tool's slug, the persona's slug, `provider:model` or YYYY-MM-DD.
        calls: Requests that left.
        usd: Dollars of settled calls, as far as their price is known.
        maybe_paid: Calls without a reply that may have been billed, those in flight included.
        maybe_paid_usd: What was set aside for them; it counts as spent.
        unpriced: Settled calls whose price is unknown.
        input_tokens: Tokens read, from the prompt cache or not.
        cached_tokens: Those of them read from the prompt cache.
        output_tokens: Tokens written.
    """

    name: str
    calls: int
    usd: float
    maybe_paid: int
    maybe_paid_usd: float
    unpriced: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Pruned:
    """How much was taken out of a ledger, and what those calls had cost."""

    calls: int
    usd: float


class Ledger(Protocol):
    """Where calls are kept. Every method that writes returns only after the write is durable."""

    @property
    def place(self) -> str:
        """Where it is, for messages; never with a password."""
        ...

    # ------------------------------------------------------------ for whoever calls

    async def replies(self, key: str) -> list[StoredReply]:
        """All replies to the request with this key, newest first; empty if it was never answered.

        Raises:
            DamagedRecord: a stored body does not have the hash it was stored with.
        """
        ...

    async def claim(
        self,
        request: CallRequest,
        intent: Intent,
        *,
        known: int | None = None,
        most_unanswered: int | None = None,
        lease: Lease | None = None,
        bounds: Bounds | None = None,
    ) -> Claim:
        """Note durably that `request` is about to be sent, unless it must not be; one decision, atomic.

        Args:
            request: What is to be asked.
            intent: What for.
            known: How many replies to it the caller has seen; None: others' calls and replies do not matter.
            most_unanswered: Refuse when this many intents brought no reply; None: never.
            lease: Who asks, if it is not this process.
            bounds: What is kept to over all processes; None: nothing.
        """
        ...

    async def keep(self, call: int, raw: RawReply) -> None:
        """Store the raw reply to a claimed call, before anything reads it.

        Raises:
            LookupError: the call is not open.
        """
        ...

    async def settle(self, call: int, *, usage: Usage | None, cost_usd: float | None) -> None:
        """Note what a kept reply used and cost (None: price unknown); until then its reservation counts.

        What a call cost is final: whoever has added it up does not look again.

        Raises:
            LookupError: the call has no kept reply.
        """
        ...

    async def abandon(self, call: int, *, status: int | None, why: str, maybe_paid: bool) -> None:
        """Close a claimed call that brought no reply; if it may have been paid its reservation stays.

        Raises:
            LookupError: the call is not open.
        """
        ...

    async def spent(self, run: str) -> float:
        """Dollars of this run: settled costs, and the reservations of calls that are open or maybe paid."""
        ...

    async def close(self) -> None:
        """Finish all writes and let go of the store; a second close does nothing."""
        ...

    # ------------------------------------------------------------ for calls that outlive their process

    async def leases(self) -> list[str]:
        """The ids of all leases that were claimed under and not released, sorted; those over included."""
        ...

    async def leased(self, lease: str) -> list[Leased]:
        """The calls claimed under a lease that are not settled yet, oldest first; none after its release."""
        ...

    async def release(self, lease: str) -> None:
        """End a lease: nobody waits for what is still open under it. There need be none."""
        ...

    # ------------------------------------------------------------ for whoever goes on later

    async def mark(self, notes: Mapping[str, str | None]) -> None:
        """Remember a text under each name, in place of an earlier one; None forgets it. All or nothing."""
        ...

    async def marked(self, names: Collection[str]) -> dict[str, str]:
        """What is remembered under these names, as far as there is anything."""
        ...

    # ------------------------------------------------------------ for whoever looks after it

    def rows(self, *, run: str | None = None, key: str | None = None) -> AsyncIterator[Row]:
        """The calls there are as they are stored, unread and unchecked, oldest first."""
        ...

    async def costs(self, by: CostBy) -> list[CostLine]:
        """What all calls came to, summed up by name, in the order of the names."""
        ...

    async def integrity(self) -> list[Damage]:
        """What the store finds wrong with itself beyond single rows; what can be repaired is repaired."""
        ...

    async def add(self, rows: Iterable[Row]) -> int:
        """Store calls of another ledger as they are; those that are here already are left alone.

        Returns:
            How many were new.
        """
        ...

    async def prune(self, *, before: str, keep: Collection[str], dry_run: bool) -> Pruned:
        """Take out calls started before a moment, but those whose key is in `keep` and those still open.

        Texts that no request needs any more go with them.
        """
        ...


def names() -> list[str]:
    """The ledgers there are: every file of this folder with a constant `SCHEMES`, sorted."""
    package = importlib.import_module("panel.calls.ledger")
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [name for name in modules if hasattr(_module(name), "SCHEMES")]


async def open_ledger(url: str) -> Ledger:
    """The ledger at an address such as `sqlite:///folder/ledger.sqlite` or `postgresql://host/name`.

    Raises:
        InputError: no ledger has that scheme, its library is not installed, or it cannot be reached.
        DamagedRecord: it is there, but is no ledger of a version this program reads.
    """
    ledger: Ledger = await _module_for(url).open_ledger(url)
    return ledger


def exists(url: str) -> bool:
    """Whether opening the ledger at an address would find one; a server is not asked and counts as one.

    Raises:
        InputError: no ledger has that scheme.
    """
    return bool(_module_for(url).exists(url))


def ledger_url(workspace: Workspace) -> str:
    """The address of a workspace's ledger: `PANEL_LEDGER_URL`, else a file in its runs folder."""
    given = workspace.get("ledger_url")
    return str(given) if given else address_of(workspace.runs_dir / "ledger.sqlite")


def address_of(path: Path) -> str:
    """The address of a ledger in a file of its own."""
    return f"sqlite:///{quote(str(path.absolute()))}"


def _module_for(url: str) -> Any:
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        raise InputError("this is no address", field="ledger_url") from None
    for name in names():
        if scheme in _module(name).SCHEMES:
            return _module(name)
    known = ", ".join(f"{scheme}://…" for name in names() for scheme in _module(name).SCHEMES)
    raise InputError(f"no ledger is called {scheme or 'nothing'}://…; there are: {known}", field="ledger_url")


def _module(name: str) -> Any:
    return importlib.import_module(f"panel.calls.ledger.{name}")
