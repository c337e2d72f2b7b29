"""Room that processes share: calls claim it in the ledger one by one, and wait while there is none."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from panel.calls.budget import Budget
from panel.calls.faults import Fault
from panel.calls.ledger.base import Bounds, Crowded, OverCap
from panel.calls.limits import Ceilings

#: Seconds after which it is worth looking again whether a call in flight has given money back.
_MONEY_AGAIN = 0.2


class NoRoom(Exception):
    """There is no room for a call now; nothing was sent.

    Args:
        seconds: After which to look again.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Place:
    """The first place in a line, until it is left."""

    def __init__(self, line: asyncio.Lock) -> None:
        self._line: asyncio.Lock | None = line

    def leave(self) -> None:
        """Let the next one come first; a second time does nothing."""
        if self._line is not None:
            self._line.release()
            self._line = None


class Commons:
    """The cap of a run and the ceilings of its models, kept over all processes that share its ledger.

    Of one process only the first in line for a model asks the ledger: where there is no room for it there is
    none for the others.

    Args:
        budget: Its cap, and what other runs have spent of it.
        ceilings: Of each provider and model.
        random: A number from 0 to 1, so that processes that wait together do not come back together.
    """

    def __init__(
        self, budget: Budget, ceilings: Ceilings, *, random: Callable[[], float] = random.random
    ) -> None:
        self._budget = budget
        self._ceilings = ceilings
        self._random = random
        self._lines: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def line(self, provider: str, model: str) -> AsyncIterator[Place]:
        """Wait to be the first in line for a model."""
        line = self._lines[provider, model]
        await line.acquire()
        place = Place(line)
        try:
            yield place
        finally:
            place.leave()

    def bounds(self, tokens: int) -> Bounds:
        """What a call with so many tokens of input is claimed under."""
        return Bounds(
            cap_usd=self._cap(),
            concurrency=self._ceilings.concurrency,
            requests_per_minute=self._ceilings.requests_per_minute,
            tokens_per_minute=self._ceilings.tokens_per_minute,
            tokens=tokens,
        )

    def refused(self, claim: OverCap | Crowded, upper: float | None) -> Fault | NoRoom:
        """What to raise for a call of at most `upper` dollars that was refused.

        A Fault with cause `budget`, as the budget's own, where no money can come back that would do.
        """
        if isinstance(claim, Crowded):
            return self._no_room(claim.seconds)
        amount, cap = upper or 0.0, self._cap()
        self._budget.counted(claim.spent_usd + claim.open_usd)
        if cap is not None and (claim.open_usd <= 0 or claim.spent_usd + amount > cap):
            return self._budget.does_not_reach(amount)
        return self._no_room(_MONEY_AGAIN)

    def _cap(self) -> float | None:
        """What of the cap is this run's."""
        cap = self._budget.cap_usd
        return None if cap is None else max(0.0, cap - self._budget.earlier_usd)

    def _no_room(self, seconds: float) -> NoRoom:
        return NoRoom(seconds + self._random() * min(seconds, 1.0) / 2)
