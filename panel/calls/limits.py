"""How many calls may be in flight at once, per provider and model, and when none may leave any more."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from panel.calls.faults import Fault

#: Calls that may be in flight before the first one was answered well: a wrong key is found out by these.
START = 4


class Limiter:
    """Turns for calls, in the order they were asked for.

    Args:
        concurrency: The most calls in flight per provider and model once the first was answered well.
    """

    def __init__(self, concurrency: int) -> None:
        self._concurrency = concurrency
        self._lanes: dict[tuple[str, str], _Lane] = {}

    @asynccontextmanager
    async def turn(self, provider: str, model: str) -> AsyncIterator[None]:
        """Wait for a turn, and hold it while the call is in flight.

        The first call that ends without an exception opens the lane to its full width. A Fault that every
        other call would meet too (the account's, or a wait too long to sit out) shuts it.

        Raises:
            Fault: the one that shut the lane; this call was not sent.
        """
        lane = self._lanes.setdefault((provider, model), _Lane(self._concurrency))
        await lane.enter()
        try:
            yield
        except Fault as fault:
            if fault.account or fault.cause == "long_wait":
                lane.shut(fault)
            raise
        else:
            lane.width = self._concurrency
        finally:
            lane.leave()

    def shut_all(self, fault: Fault) -> None:
        """Let nothing more leave by the lanes there are: whoever waits, or asks again, gets `fault`."""
        for lane in self._lanes.values():
            lane.shut(fault)


class _Lane:
    """The calls of one model of one provider."""

    def __init__(self, concurrency: int) -> None:
        self.width = min(START, concurrency)
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._fault: Fault | None = None

    async def enter(self) -> None:
        if self._fault is not None:
            raise _again(self._fault)
        if self._in_flight < self.width:
            self._in_flight += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn  # whoever lets it in has counted it
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave()
            raise

    def leave(self) -> None:
        self._in_flight -= 1
        while self._waiting and self._in_flight < self.width:
            turn = self._waiting.popleft()
            if not turn.done():
                self._in_flight += 1
                turn.set_result(None)

    def shut(self, fault: Fault) -> None:
        self._fault = fault
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(_again(fault))


def _again(fault: Fault) -> Fault:
    """The same fault for a call that was not sent."""
    same = Fault(fault.cause, fault.message, status=fault.status, retry_after=fault.retry_after)
    same.attempts = 0
    return same
