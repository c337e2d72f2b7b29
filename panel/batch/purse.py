"""Money for whole tools: a panel is begun only if there is enough for all of its seats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from panel.calls.budget import Budget

#: Works out the most that a whole tool can cost in USD, where that is asked; None if a price is unknown.
Bound = Callable[[], float | None]


class Room(Protocol):
    """Lets a tool begin when there is money for all of its seats."""

    def room_for(self, most: Bound) -> AbstractAsyncContextManager[None]:
        """Wait until there is, and keep it for the tool while the block lasts.

        Raises:
            InputError: the bound cannot be worked out.
            AccountError: the same.
        """
        ...


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
    async def room_for(self, most: Bound) -> AsyncIterator[None]:
        """Wait until the bound fits; where nothing is capped it is not asked."""
        bound = None if self._budget.cap_usd is None else most()
        if bound is None:
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


class OneByOne:
    """Lets one tool at a time gather its calls: what is set aside for it tells whether the next one fits."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def room_for(self, most: Bound) -> AsyncIterator[None]:  # noqa: ARG002 (a batch's price is another)
        """Wait for the tool before."""
        async with self._turn:
            yield
