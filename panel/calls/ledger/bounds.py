"""The one rule for whether there is room for one call more beside those of all other processes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from panel.calls.ledger.base import Bounds, Crowded, OverCap
from panel.calls.ledger.processes import LEASE_MACHINE, Process, lives

#: Seconds in which no more than a minute's worth is granted: one more than the vendor counts, so that a call
#: that is long on its way does not meet those of the next minute.
PERIOD = 61
#: Seconds after which it is worth looking again whether one of the calls in flight has ended.
LOOK_AGAIN = 0.1


@dataclass(frozen=True)
class Tab:
    """What a run has spent, added up as far as it is final, so that no claim reads the whole run.

    It holds for good: a call that has ended never changes, and none appears below `last` later on.

    Attributes:
        last: The newest call of the run that is in it.
        final_usd: Dollars of its calls that have ended.
        pending: The numbers of those that had not.
        pending_usd: What was set aside for them.
    """

    last: int = 0
    final_usd: float = 0.0
    pending: tuple[int, ...] = ()
    pending_usd: float = 0.0

    @property
    def usd(self) -> float:
        """All of it."""
        return self.final_usd + self.pending_usd

    def then(self, *, last: int, final_usd: float, pending: Iterable[int], pending_usd: float) -> Tab:
        """The tab after another look at what was pending and at what is newer.

        Args:
            last: The newest call there is now.
            final_usd: Dollars of those that have ended since.
            pending: Those that have not.
            pending_usd: What is set aside for these.
        """
        return Tab(last, self.final_usd + final_usd, tuple(pending), pending_usd)


@dataclass(frozen=True)
class Held:
    """Calls of one owner that have not ended.

    Attributes:
        owner: Who sent them; None where it has signed off or was never noted.
        silent_for: Seconds since its last sign of life.
        calls: How many they are.
        usd: What is set aside for them.
    """

    owner: Process | None
    silent_for: float
    calls: int
    usd: float

    @property
    def is_alive(self) -> bool:
        """Whether it is a process that lives; a lease is none: what it holds may take a day."""
        owner = self.owner
        return owner is not None and owner.machine != LEASE_MACHINE and lives(owner, self.silent_for)


@dataclass(frozen=True)
class Departures:
    """Calls to one model that were granted in one second."""

    second: int
    requests: int
    tokens: int


def fits(bounds: Bounds, tab: Tab, reserved_usd: float | None) -> bool:
    """Whether a call for which `reserved_usd` is set aside fits under the cap."""
    return bounds.cap_usd is None or tab.usd + (reserved_usd or 0.0) <= bounds.cap_usd


def over_cap(tab: Tab, pending: Iterable[Held]) -> OverCap:
    """The answer where it does not; `pending` are the tab's."""
    open_usd = min(tab.pending_usd, sum(each.usd for each in pending if each.is_alive))
    return OverCap(tab.final_usd + (tab.pending_usd - open_usd), open_usd)


def crowded(bounds: Bounds, in_flight: Iterable[Held]) -> Crowded | None:
    """Whether as many calls are in flight as may be; those of the dead are not waited for."""
    if bounds.concurrency is None:
        return None
    calls = sum(each.calls for each in in_flight if each.is_alive)
    return Crowded(LOOK_AGAIN) if calls >= bounds.concurrency else None


def too_fast(bounds: Bounds, departures: Sequence[Departures], now: float) -> Crowded | None:
    """Whether a minute's worth has left already.

    An amount larger than a minute's worth leaves where nothing else has. Seconds that lie as far ahead as
    behind were noted by a clock that was wrong and is put right.

    Args:
        bounds: See there.
        departures: What was granted lately.
        now: Seconds since 1970, by the clock `departures` were noted by.
    """
    recent = sorted(
        (each for each in departures if abs(each.second - int(now)) <= PERIOD), key=lambda each: each.second
    )
    waits = [
        _until_room(bounds.requests_per_minute, 1, [(each.second, each.requests) for each in recent]),
        _until_room(bounds.tokens_per_minute, bounds.tokens, [(each.second, each.tokens) for each in recent]),
    ]
    until = max((wait for wait in waits if wait is not None), default=None)
    return None if until is None else Crowded(max(until - now, LOOK_AGAIN))


def _until_room(most: int | None, amount: int, taken: Sequence[tuple[int, int]]) -> int | None:
    """When there is room for `amount` beside what was taken, second by second; None if there is now."""
    if not most:
        return None
    too_much = sum(each for _, each in taken) + min(amount, most) - most
    until = None
    for second, each in taken:
        if too_much <= 0:
            break
        too_much -= each
        until = second + PERIOD + 1
    return until
