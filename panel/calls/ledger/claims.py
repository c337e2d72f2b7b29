"""The one rule for whether a request may leave: never while somebody living has asked the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from panel.calls.ledger.base import Answered, Claim, InFlight, Unanswered
from panel.calls.ledger.processes import LEASE_MACHINE, Process, lives
from panel.calls.ledger.rows import REPLIED


@dataclass(frozen=True)
class Sibling:
    """A call that is in the ledger under the same key.

    Attributes:
        state: Its state.
        owner: Who sent it; None where that was never noted.
        silent_for: Seconds since its owner's last sign of life.
        lingers: Whether its owner died, and what it had handed over is still being written.
    """

    state: str
    owner: Process | None
    silent_for: float
    lingers: bool = False

    @property
    def is_alive(self) -> bool:
        """Whether its reply may still be kept."""
        return self.lingers or (self.owner is not None and lives(self.owner, self.silent_for))

    @property
    def is_leased(self) -> bool:
        """Whether it outlives the process that sent it."""
        return self.owner is not None and self.owner.machine == LEASE_MACHINE


def obstacle(siblings: Sequence[Sibling], *, known: int | None, most_unanswered: int | None) -> Claim | None:
    """Why a request must not leave now; None if it may.

    Args:
        siblings: All calls under its key, oldest first.
        known: How many replies whoever asks has seen; None: others' calls do not matter to it.
        most_unanswered: How many intents since the newest reply may have been paid for nothing; None: any.
    """
    if known is not None and sum(each.state in REPLIED for each in siblings) > known:
        return Answered()
    in_flight = [each for each in siblings if each.state == "open" and each.is_alive]
    if known is not None and in_flight:
        return InFlight(leased=any(each.is_leased for each in in_flight))
    lost = _since_newest_reply(siblings)
    unanswered = sum(
        each.state == "maybe_paid" or (each.state == "open" and each not in in_flight) for each in lost
    )
    if most_unanswered is not None and unanswered >= most_unanswered:
        return Unanswered(unanswered)
    return None


def _since_newest_reply(siblings: Sequence[Sibling]) -> Sequence[Sibling]:
    replied = [n for n, each in enumerate(siblings) if each.state in REPLIED]
    return siblings[replied[-1] + 1 :] if replied else siblings
