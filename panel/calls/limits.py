"""When a call may leave: how many in flight, how fast, per provider and model; and when none may any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from panel.calls.faults import Cause, Fault
from panel.calls.lanes import Lane, Turn
from panel.calls.pacing import Pace
from panel.calls.windows import Window

__all__ = ["Ceilings", "Limiter", "Turn"]

#: Causes that every call to the provider would meet.
_THE_PROVIDERS: frozenset[Cause] = frozenset({"key", "quota", "permission", "long_wait"})
#: Causes that every call to the model would meet.
_THE_MODELS: frozenset[Cause] = frozenset({"model", "schema"})


@dataclass(frozen=True)
class Ceilings:
    """What is never passed, per provider and model.

    Attributes:
        concurrency: Calls in flight.
        requests_per_minute: None for what the provider allows.
        tokens_per_minute: Tokens of the input; None for what the provider allows.
    """

    concurrency: int
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


class Limiter:
    """Turns for calls, per provider and model in the order they were asked for.

    At most START calls are in flight until the first is answered well; then as many as are set, as far as the
    rate limits in the answers' headers allow. A refusal (429, 503, 529) cuts that, and good answers slowly
    bring it back. The rates are kept by token buckets, and nothing leaves while an allowance is used up or
    while a server has asked for a wait (`retry-after`).

    Args:
        ceilings: What is never passed.
        clock: Seconds that never run backwards.
        sleep: How to wait; one wait per lane, however many calls are in line.
    """

    def __init__(
        self,
        ceilings: Ceilings,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.ceilings = ceilings
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._shut: dict[str, Fault] = {}
        self._all_shut: Fault | None = None

    @asynccontextmanager
    async def turn(self, provider: str, model: str, *, tokens: int = 0) -> AsyncIterator[Turn]:
        """Wait for a turn, and hold it while the call is in flight.

        How the block is left says how the call ended. Without an exception: well. By a Fault: its headers are
        learnt from and its cause cuts the lane's window; a fault of the account (key, quota, permission) or a
        wait that is too long (`long_wait`) shuts all lanes of the provider, a fault of the
        model, or of the schema all calls share, its lane.
        Any other exception, and a Fault of a call that was not sent, say nothing.

        Args:
            provider: Whom the call is for.
            model: Which model.
            tokens: About how many tokens its input has.

        Raises:
            Fault: a copy of the one that shut the lane, `attempts` 0: this call was not sent.
        """
        lane = self._lane(provider, model)
        turn = await lane.enter(tokens)
        try:
            yield turn
            lane.answered(turn)
        except Fault as fault:
            lane.failed(turn, fault)
            if fault.cause in _THE_MODELS:
                lane.shut(fault)
            elif fault.cause in _THE_PROVIDERS:
                self._shut_provider(provider, fault)
            raise
        finally:
            lane.leave(turn)

    def shut_all(self, fault: Fault) -> None:
        """Let nothing more leave: whoever waits, or asks from now on, gets a copy of `fault`."""
        self._all_shut = fault
        for lane in self._lanes.values():
            lane.shut(fault)

    def _shut_provider(self, provider: str, fault: Fault) -> None:
        self._shut.setdefault(provider, fault)
        for (whose, _model), lane in self._lanes.items():
            if whose == provider:
                lane.shut(fault)

    def _lane(self, provider: str, model: str) -> Lane:
        lane = self._lanes.get((provider, model))
        if lane is None:
            ceilings = self.ceilings
            pace = Pace(ceilings.requests_per_minute, ceilings.tokens_per_minute, clock=self._clock)
            window = Window(ceilings.concurrency)
            lane = self._lanes[provider, model] = Lane(window, pace, clock=self._clock, sleep=self._sleep)
            fault = self._all_shut or self._shut.get(provider)
            if fault is not None:
                lane.shut(fault)
        return lane
