"""What a ledger is: requests and raw replies by key, durable before anything else is done with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from panel.core.requests import Call, CallRequest, RawReply, Usage


@dataclass(frozen=True)
class Intent:
    """The note that a request is about to leave: what it is for, and what was set aside for it."""

    run: str
    tool: str
    persona: str
    reserved_usd: float | None


@dataclass(frozen=True)
class StoredReply:
    """A reply as the ledger holds it; `run` is the run that paid for it."""

    id: int
    key: str
    run: str
    raw: RawReply
    usage: Usage | None
    cost_usd: float | None
    finished: str


class Ledger(Protocol):
    """Where calls are kept. Every method that writes returns only after the write is durable."""

    async def replies(self, key: str) -> list[StoredReply]:
        """All replies to the request with this key, newest first; empty if it was never answered."""
        ...

    async def intend(self, request: CallRequest, intent: Intent) -> int:
        """Note durably that `request` is about to be sent; returns the call's id."""
        ...

    async def keep(self, call: int, raw: RawReply) -> None:
        """Store the raw reply to an intended call, before anything reads it."""
        ...

    async def settle(self, call: int, *, usage: Usage | None, cost_usd: float | None) -> None:
        """Note what a kept reply used and cost (None: price unknown); until then its reservation counts."""
        ...

    async def abandon(self, call: int, *, status: int | None, why: str, maybe_paid: bool) -> None:
        """Close an intended call that brought no reply; if it may have been paid its reservation stays."""
        ...

    async def spent(self, run: str) -> float:
        """Dollars of this run: settled costs, and the reservations of calls that are open or maybe paid."""
        ...

    def calls(self, *, run: str | None = None, key: str | None = None) -> AsyncIterator[Call]:
        """The calls there are, oldest first, of one run or key where that is given."""
        ...

    async def close(self) -> None:
        """Finish all writes and let go of the store."""
        ...
