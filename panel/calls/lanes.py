"""The line of calls to one model: who may leave next, and what is learnt from those that come back."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from panel.calls.faults import Cause, Fault
from panel.calls.pacing import Pace
from panel.calls.windows import Window

#: Causes that say that too much was asked at once.
_TOO_MUCH: frozenset[Cause] = frozenset({"rate_limit", "overloaded"})
#: Seconds that a server's `retry-after` holds back the other calls of its lane at most; what asks for more
#: than the retry policy's bound (300 s) arrives here as `long_wait`.
_LONGEST_ASKED = 300.0
#: Seconds of one nap: no longer than a limit's period, and long enough to see a clock move.
_SHORTEST_NAP, _LONGEST_NAP = 0.001, 60.0


class Turn:
    """A call's turn: it may leave now."""

    def __init__(self, lane: Lane, tokens: int) -> None:
        self._lane = lane
        self.tokens = tokens
        self.cuts = lane.window.cuts
        self.given_up = False

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take over the rate limits that an answer states.

        Args:
            headers: The answer's, names in lower case.
        """
        self._lane.learn(self, headers)

    def give_up(self) -> None:
        """Nothing was sent after all: what was counted is given back, and leaving says nothing."""
        if not self.given_up:
            self.given_up = True
            self._lane.pace.give_back(self.tokens)


@dataclass(frozen=True)
class _Waiter:
    tokens: int
    turn: asyncio.Future[Turn]


class Lane:
    """The calls of one model of one provider: those in flight, and the line of those that wait.

    A call in line costs one future; a call that comes, goes or is served costs the same however long the
    line is. One task at most sleeps for all of them, and only while nothing but time can bring a turn.

    Args:
        window: How many may be in flight.
        pace: How fast they may leave.
        clock: Seconds that never run backwards.
        sleep: How to wait.
    """

    def __init__(
        self,
        window: Window,
        pace: Pace,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.window = window
        self.pace = pace
        self._clock = clock
        self._sleep = sleep
        self._in_flight = 0
        self._tokens = 0
        self._line: deque[_Waiter] = deque()
        self._fault: Fault | None = None
        self._nap: asyncio.Task[None] | None = None
        self._nap_ends = math.inf

    # ------------------------------------------------------------ in and out

    async def enter(self, tokens: int) -> Turn:
        """Wait in line for a turn.

        Raises:
            Fault: a copy of the one that shut the lane, `attempts` 0.
        """
        if self._fault is not None:
            raise _again(self._fault)
        waiter = _Waiter(tokens, asyncio.get_running_loop().create_future())
        self._line.append(waiter)
        self._serve()
        try:
            turn = await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
                self._withdraw(waiter.turn.result())
            self._serve()
            raise
        if self._fault is not None:  # it was shut after the turn was given, and before it was taken
            self._withdraw(turn)
            raise _again(self._fault)
        return turn

    def leave(self, turn: Turn) -> None:
        """End a turn, however it went."""
        self._in_flight -= 1
        self._tokens -= turn.tokens
        self._serve()

    def _withdraw(self, turn: Turn) -> None:
        turn.give_up()
        self.leave(turn)

    # ------------------------------------------------------------ what ends of calls say

    def answered(self, turn: Turn) -> None:
        """Note that a call ended well."""
        if not turn.given_up:
            self.window.answered(full=self._in_flight >= self.window.size)

    def failed(self, turn: Turn, fault: Fault) -> None:
        """Note that a call ended with `fault`; to shut lanes is the limiter's part."""
        if fault.attempts == 0:
            turn.give_up()
            return
        self.learn(turn, fault.headers)
        if fault.cause in _TOO_MUCH:
            self.window.refused(turn.cuts, self._in_flight)
            asked = fault.retry_after
            if asked is not None and asked > 0:  # which NaN is not
                self.pace.hold(min(asked, _LONGEST_ASKED))

    def learn(self, turn: Turn, headers: Mapping[str, str]) -> None:
        """Take over the rate limits that the answer to a call states."""
        self.pace.learn(headers, requests=self._in_flight - 1, tokens=self._tokens - turn.tokens)

    def shut(self, fault: Fault) -> None:
        """Let nobody in any more; the first fault stays the reason."""
        self._fault = self._fault or fault
        while self._line:
            waiter = self._line.popleft()
            if not waiter.turn.done():
                waiter.turn.set_exception(_again(self._fault))
        self._serve()

    # ------------------------------------------------------------ the line

    def _serve(self) -> None:
        """Give turns to the first in line, as many as there are; take a nap if only time can bring more."""
        while self._line:
            first = self._line[0]
            if not first.turn.done():  # else its call was cancelled
                if self._in_flight >= self.window.size:
                    break  # the next to leave serves on
                seconds = self.pace.wait(first.tokens)
                if seconds > 0:
                    self._serve_in(min(max(seconds, _SHORTEST_NAP), _LONGEST_NAP))
                    return
                self._in_flight += 1
                self._tokens += first.tokens
                self.pace.take(first.tokens)
                first.turn.set_result(Turn(self, first.tokens))
            self._line.popleft()
        self._stay_awake()

    def _serve_in(self, seconds: float) -> None:
        ends = self._clock() + seconds
        if self._nap is None or ends < self._nap_ends:
            self._stay_awake()
            self._nap, self._nap_ends = asyncio.create_task(self._after_nap(seconds)), ends

    async def _after_nap(self, seconds: float) -> None:
        await self._sleep(seconds)
        self._nap = None
        self._serve()

    def _stay_awake(self) -> None:
        if self._nap is not None:
            self._nap.cancel()
            self._nap = None


def _again(fault: Fault) -> Fault:
    """The same fault for a call that was not sent."""
    same = Fault(fault.cause, fault.message, status=fault.status, retry_after=fault.retry_after)
    same.attempts = 0
    return same
