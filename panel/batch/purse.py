"""Money for whole tools: a panel is begun only if there is enough for all of its seats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from panel.calls.budget import Budget


class Purse:
    """Lets tools begin as long as the most they can cost fits beside those at work.

    A tool that fits beside no other is let in alone: bounds lie far above real costs, and its calls are
    held to the cap one by one in any case.

    Args:
        budget: The cap, and what is spent.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._promised = 0.0
        self._in_work = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def room_for(self, bound: float | None) -> AsyncIterator[None]:
        """Wait until `bound` dollars fit; None where nothing is capped."""
        if bound is None or self._budget.cap_usd is None:
            yield
            return
        async with self._changed:
            await self._changed.wait_for(lambda: not self._in_work or self._fits(bound))
            self._promised += bound
            self._in_work += 1
        try:
            yield
        finally:
            async with self._changed:
                self._in_work -= 1
                self._promised = self._promised - bound if self._in_work else 0.0
                self._changed.notify_all()

    def _fits(self, bound: float) -> bool:
        assert self._budget.cap_usd is not None
        return self._budget.spent_usd + self._promised + bound <= self._budget.cap_usd
