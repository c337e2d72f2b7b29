"""What can go wrong with one request, told apart by cause: one table for all vendors.

A Fault says whether asking again can help (`retry`), whether the money may be spent (`maybe_paid`), and
whether the account as a whole is the trouble (`account`): then no other seat needs to try.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from panel.core.domain import FailureKind
from panel.core.requests import RawReply, Usage

Cause = Literal[
    "rate_limit", "overloaded", "server", "connection", "deadline", "quota", "key", "permission",
    "model", "request", "too_large", "envelope", "stopped", "budget", "long_wait",
    "not_in_ledger", "breaker", "unanswered", "schema", "pending",
]  # fmt: skip

#: Causes that asking again can mend, and those that are the account's and not the item's.
RETRIED: frozenset[Cause] = frozenset({"rate_limit", "overloaded", "server", "connection", "envelope"})
ACCOUNT: frozenset[Cause] = frozenset({"quota", "key", "permission", "model", "schema"})
PARKED: frozenset[Cause] = frozenset(
    {"stopped", "budget", "long_wait", "not_in_ledger", "breaker", "unanswered", "pending"}
)

#: Causes besides the account's after which no other item of a run can go on either.
_FOR_ALL: frozenset[Cause] = frozenset({"budget", "long_wait", "breaker", "stopped"})

_BY_STATUS: dict[int, Cause] = {
    400: "request", 401: "key", 402: "quota", 403: "permission", 404: "model", 405: "request",
    408: "server", 409: "server", 413: "too_large", 422: "request", 429: "rate_limit",
    503: "overloaded", 529: "overloaded",
}  # fmt: skip


def cause_of_status(status: int) -> Cause:
    """The cause an HTTP status stands for, where the body says nothing more exact."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return "server" if status >= 500 else "request"  # noqa: PLR2004 (the border HTTP draws)


class Fault(Exception):
    """One request that brought no readable reply.

    Args:
        cause: What went wrong.
        message: One line for a person; never holds a key, nor text of the prompt.
        status: The HTTP status, where there was one.
        retry_after: Seconds the server asks to wait, None if it does not (already bounded below by 0).
        raw: What came back, if it is worth keeping (a broken envelope may have been paid for).
        maybe_paid: The request may have been answered and billed although nothing readable came back.
        usage: What it used, where the unreadable reply says so.
        served_model: The model that answered, where the unreadable reply names it.
        headers: The answer's headers worth keeping (rate limits among them); empty where none came.
    """

    def __init__(
        self,
        cause: Cause,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        raw: RawReply | None = None,
        maybe_paid: bool = False,
        usage: Usage | None = None,
        served_model: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.cause = cause
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.raw = raw
        self.maybe_paid = maybe_paid
        self.usage = usage
        self.served_model = served_model
        self.headers: Mapping[str, str] = headers or {}
        self.attempts = 1
        #: The run that paid for a stored reply nobody can read; None for a fault that just happened.
        self.run: str | None = None

    @property
    def retry(self) -> bool:
        """Whether the same request may succeed if sent again."""
        return self.cause in RETRIED

    @property
    def account(self) -> bool:
        """Whether the account or model is the trouble, so that every other request would fail alike."""
        return self.cause in ACCOUNT

    @property
    def kind(self) -> FailureKind:
        """The record's word for it."""
        return "parked" if self.cause in PARKED else "outage"


def is_general(fault: Fault) -> bool:
    """Whether it stops not only the item it was met at, but all others of a run."""
    return fault.account or fault.cause in _FOR_ALL


def unsent(cause: Cause, message: str, *, status: int | None = None) -> Fault:
    """A fault of a call that nothing was sent for just now; `status` is that of an earlier answer."""
    fault = Fault(cause, message, status=status)
    fault.attempts = 0
    return fault
