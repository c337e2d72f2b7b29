"""A call on its way through all its attempts, and the answer it brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from panel.calls.ledger.base import Intent
from panel.calls.prices import bytes_sent
from panel.calls.providers.base import Provider
from panel.core.outcomes import Cost
from panel.core.requests import CallRequest, Reply

#: Bytes to a token, roughly: for limits, which are corrected by what the vendor says is left.
_BYTES_PER_TOKEN = 4

#: What a call is doing: waiting for its turn, at the model, waiting before it is asked again.
CallState = Literal["queued", "thinking", "waiting"]


@dataclass(frozen=True)
class Answer:
    """One reply, read.

    Attributes:
        key: The request's key.
        run: The run that paid for it.
        reply: Its text, ending and usage.
        cost_usd: What this reply cost when it was paid; None where the price is unknown.
        from_ledger: Whether it was there already.
        attempts: Requests sent for it just now; 0 from the ledger.
    """

    key: str
    run: str
    reply: Reply
    cost_usd: float | None
    from_ledger: bool
    attempts: int


@dataclass
class Errand:
    """A call on its way, through all its attempts.

    Attributes:
        request: What is asked.
        provider: Who is asked.
        intent: What the ledger is told before it is sent.
        tell: Told what the call is doing.
        known: How many replies there were when it set out; None if those of others do not matter.
        sent: Requests sent so far.
        cost: What the attempt that runs comes to.
    """

    request: CallRequest
    provider: Provider
    intent: Intent
    tell: Callable[[CallState], None]
    known: int | None
    sent: int = 0
    cost: Cost = field(default_factory=Cost)

    @property
    def tokens(self) -> int:
        """About how many tokens the input has."""
        return bytes_sent(self.request) // _BYTES_PER_TOKEN

    @property
    def upper(self) -> float | None:
        """The most that one attempt can cost, in USD."""
        return self.intent.reserved_usd
