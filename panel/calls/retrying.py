"""The one policy for asking again: what is retried, how long is waited, and when it is given up."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from panel.calls.faults import Fault

T = TypeVar("T")

#: How often a call may end without a reply although it may have been billed.
MAYBE_PAID_LIMIT = 2


class Patience:
    """The seconds a call may still take. Waiting for a turn or for money does not use them up."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.left = seconds
        self._clock = clock

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time that passes in here."""
        start = self._clock()
        try:
            yield
        finally:
            self.left -= self._clock() - start


@dataclass(frozen=True)
class RetryPolicy:
    """At most `attempts` requests in all, with full jitter in between, within `deadline` seconds.

    Full jitter: a random share of an exponentially growing wait, so that calls which failed together do not
    come back together (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).

    Attributes:
        deadline: Seconds for a call with all its attempts and the waits between them (`--call-deadline`).
        attempts: Requests in all, the first included.
        first_wait: Longest wait in seconds after the first attempt; it doubles with every further one.
        longest_backoff: Longest wait in seconds that is our own choice.
        longest_wait: Longest wait in seconds a server may ask for; above it the call is parked.
        sleep: How to wait.
        clock: Seconds that never run backwards.
        random: A number from 0 to 1.
    """

    deadline: float = 180.0
    attempts: int = 3
    first_wait: float = 0.5
    longest_backoff: float = 8.0
    longest_wait: float = 300.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random

    async def run(
        self,
        attempt: Callable[[Patience], Awaitable[T]],
        *,
        stop: asyncio.Event,
        on_wait: Callable[[], None] | None = None,
    ) -> T:
        """Make `attempt` until it succeeds or asking again cannot help; then the last Fault is raised.

        Args:
            attempt: Sends once; counts its time with `Patience.running`.
            stop: Ends a wait at once.
            on_wait: Told before each wait.

        Raises:
            Fault: the last attempt's; `stopped` if `stop` was set while waiting; `long_wait` if the server
                asks for a wait that the deadline does not leave.
        """
        patience = Patience(self.deadline, self.clock)
        maybe_paid = 0

        async def once() -> T:
            nonlocal maybe_paid
            try:
                return await attempt(patience)
            except Fault as fault:
                maybe_paid += fault.maybe_paid
                if fault.retry and _asked(fault) >= patience.left:
                    # Raised out here it parks this call alone: one that has more time left may wait.
                    raise _parked(fault, "longer than is left of the call deadline") from fault
                raise

        async def pause(seconds: float) -> None:
            if on_wait:
                on_wait()
            with patience.running():
                await _unless_stopped(stop, self.sleep(seconds))

        def give_up(state: RetryCallState) -> bool:
            used_up = state.attempt_number >= self.attempts or maybe_paid >= MAYBE_PAID_LIMIT
            return used_up or state.upcoming_sleep >= patience.left

        retrying = AsyncRetrying(
            retry=retry_if_exception(_can_help), wait=self._wait, stop=give_up, sleep=pause, reraise=True
        )
        return await retrying(once)

    def refuse_long_wait(self, fault: Fault) -> None:
        """Do nothing, unless the server asks for a wait that is too long for any call.

        That is more than `longest_wait` seconds, or all of a call's `deadline`.

        Raises:
            Fault: with cause `long_wait`; the call is parked, and so is every other of that model.
        """
        asked = _asked(fault)
        if fault.retry and asked > self.longest_wait:
            raise _parked(fault) from fault
        if fault.retry and asked >= self.deadline:
            raise _parked(fault, f"longer than the call deadline of {self.deadline:g} s") from fault

    def _wait(self, state: RetryCallState) -> float:
        assert state.outcome is not None
        fault = state.outcome.exception()
        assert isinstance(fault, Fault)
        backoff = min(self.longest_backoff, self.first_wait * 2.0 ** (state.attempt_number - 1))
        return min(_asked(fault) + self.random() * backoff, self.longest_wait)


def _can_help(error: BaseException) -> bool:
    return isinstance(error, Fault) and error.retry


def _asked(fault: Fault) -> float:
    """Seconds the server asked for; what is no time to wait counts as not asked."""
    asked = fault.retry_after
    return asked if asked is not None and not math.isnan(asked) and asked > 0 else 0.0


def _parked(fault: Fault, compared: str = "") -> Fault:
    """The same fault as one that a later run can mend; `compared` says what the wait is too long for."""
    asked = _asked(fault)
    return Fault(
        "long_wait",
        f"{fault.message}; the server asks to wait {_duration(asked)}{compared and f', {compared}'}",
        status=fault.status,
        retry_after=asked,
        maybe_paid=fault.maybe_paid,
    )


def _duration(seconds: float) -> str:
    if not math.isfinite(seconds):
        return "for ever"
    hours, minutes = int(seconds // 3600), int(seconds % 3600 // 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {int(seconds % 60)} s"


async def _unless_stopped(stop: asyncio.Event, sleeping: Awaitable[None]) -> None:
    """Sleep, but wake at once when `stop` is set.

    Raises:
        Fault: with cause `stopped`.
    """
    sleep, halt = asyncio.ensure_future(sleeping), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({sleep, halt}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleep.cancel()
        halt.cancel()
    if stop.is_set():
        raise Fault("stopped", "stopped before it was asked again")
