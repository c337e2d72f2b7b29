"""The one policy for asking again: what is retried, how long is waited, and when it is given up."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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


class RetryBudget:
    """How many retries a run may make: a tenth of the calls it has sent, and never fewer than twenty.

    When everything fails at once, three requests for each call would triple the load that a provider already
    fails under ("Site Reliability Engineering", 2016, chapter 21: a client's retries stay below 10 %).
    A 429 is not counted: it is no outage, and the limiter cuts its window and holds its lane for it.

    A call is counted as sent once, when its first request has ended, well or not. What waits for its turn, is
    in flight or was turned away unsent is not counted yet, so that a long queue earns no retries.
    The budget lives as long as the process: a run that is resumed has a new one.
    """

    SHARE = 0.1
    FLOOR = 20

    def __init__(self) -> None:
        self.calls = 0
        self.retries = 0

    def count_call(self) -> None:
        """Note that a call has sent its first request."""
        self.calls += 1

    def take(self) -> bool:
        """Whether one more retry may be made; if so it is taken."""
        allowed = self.retries < max(self.FLOOR, int(self.SHARE * self.calls))
        self.retries += allowed
        return allowed


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
        budget: The retries that all calls under this policy share.
    """

    deadline: float = 180.0
    attempts: int = 3
    first_wait: float = 0.5
    longest_backoff: float = 8.0
    longest_wait: float = 300.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random
    budget: RetryBudget = field(default_factory=RetryBudget)

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
            Fault: the last attempt's, which says so if the run's retry budget was what ended it; `stopped` if
                `stop` was set while waiting; `long_wait` if the server asks for a wait that is too long.
        """
        call = _Call(self)

        try:
            return await call.ask(attempt)
        except Fault as fault:
            failed = [fault]  # most calls succeed at once, and need none of what follows

        async def once() -> T:
            if failed:
                raise failed.pop()
            return await call.ask(attempt)

        async def pause(seconds: float) -> None:
            if on_wait:
                on_wait()
            with call.patience.running():
                await unless_stopped(stop, self.sleep(seconds), "stopped before it was asked again")

        retrying = AsyncRetrying(
            retry=retry_if_exception(_can_help), wait=call.wait, stop=call.is_over, sleep=pause, reraise=True
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


class _Call:
    """One call through its attempts: how much time it has left, and how often it may have been billed."""

    def __init__(self, policy: RetryPolicy) -> None:
        self.patience = Patience(policy.deadline, policy.clock)
        self._policy = policy
        self._maybe_paid = 0
        self._counted = False

    async def ask(self, attempt: Callable[[Patience], Awaitable[T]]) -> T:
        """Make one attempt; what fails with a wait that is too long is raised as `long_wait`."""
        try:
            answer = await attempt(self.patience)
        except Fault as fault:
            self._count(sent=fault.attempts > 0)
            self._maybe_paid += fault.maybe_paid
            self._policy.refuse_long_wait(fault)
            if fault.retry and _asked(fault) >= self.patience.left:
                # Raised out here it parks this call alone: one that has more time left may wait.
                raise _parked(fault, "longer than is left of the call deadline") from fault
            raise
        self._count(sent=True)
        return answer

    def wait(self, state: RetryCallState) -> float:
        """Seconds before the next attempt: what the server asks, and jitter where there is time for it."""
        asked, policy = _asked(_fault_of(state)), self._policy
        backoff = min(policy.longest_backoff, policy.first_wait * 2.0 ** (state.attempt_number - 1))
        wait = min(asked + policy.random() * backoff, policy.longest_wait)
        return asked if asked and wait >= self.patience.left else wait

    def is_over(self, state: RetryCallState) -> bool:
        """Whether asking again is given up; if not, the retry is taken from the run's budget."""
        used_up = state.attempt_number >= self._policy.attempts or self._maybe_paid >= MAYBE_PAID_LIMIT
        if used_up or state.upcoming_sleep >= self.patience.left:
            return True
        fault = _fault_of(state)
        # A 429 says that the provider is up: how fast it is asked is the limiter's to slow down.
        if fault.cause == "rate_limit" or self._policy.budget.take():
            return False
        fault.message += "; not asked again, the run's retry budget is used up"
        fault.args = (fault.message,)
        return True

    def _count(self, *, sent: bool) -> None:
        if sent and not self._counted:
            self._policy.budget.count_call()
            self._counted = True


def _fault_of(state: RetryCallState) -> Fault:
    """What the attempt failed with; only a Fault is ever asked again."""
    assert state.outcome is not None
    fault = state.outcome.exception()
    assert isinstance(fault, Fault)
    return fault


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


async def unless_stopped(stop: asyncio.Event, waiting: Awaitable[object], message: str) -> None:
    """Wait for `waiting`, but no longer than until `stop` is set.

    Raises:
        Fault: with cause `stopped` and `message`.
    """
    wait, halt = asyncio.ensure_future(waiting), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({wait, halt}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        wait.cancel()
        halt.cancel()
    if stop.is_set():
        raise Fault("stopped", message)
    wait.result()
