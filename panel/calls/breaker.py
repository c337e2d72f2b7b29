"""Stops asking a provider that is down, and finds out with single calls whether it is back.

It opens after 20 outages in a row. What counts how:

- an outage (overloaded, server, connection, deadline) is counted;
- a good answer ends the row, and so does an HTTP answer that is about our request or our account (400, 401,
  413 and their like): whoever judges a request is up;
- a rate limit, a broken envelope, and whatever was not sent say nothing about it either way.

The row must come from two tools at least: one tool whose dossier makes a provider stumble shuts out nobody.
A call that left before the breaker opened says nothing about the time since: its end is not counted.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from panel.calls.faults import ACCOUNT, PARKED, Cause, Fault, unsent
from panel.calls.retrying import unless_stopped

#: Outages in a row, and different tools among them, that open the breaker.
OUTAGES = 20
TOOLS = 2

#: Seconds until the first probe at most, and the most that doubling makes of them.
FIRST_COOL_DOWN = 5.0
LONGEST_COOL_DOWN = 60.0
#: Seconds for which calls wait for a provider that is down; then they are refused, and a run parks the rest.
LONGEST_OPEN = 600.0

_OUTAGE: frozenset[Cause] = frozenset({"overloaded", "server", "connection", "deadline"})
_JUDGED: frozenset[Cause] = ACCOUNT | {"request", "too_large"}
_NOT_SENT: frozenset[Cause] = PARKED - {"long_wait"}

#: What the end of a call says about its provider; `unclear` was sent, `unsent` was not or was cut off.
_Sign = Literal["up", "down", "unclear", "unsent"]


class Breaker:
    """One gate for each provider, shared by all calls of a run.

    Once a gate is open, a foreground command (`waits=False`) is told so at once, and for the rest of its run:
    what it has parked the same command asks later. In the background (`waits=True`) all calls wait, retries
    too. After a cool-down of 5 s, doubling to 60 s, one of them is let through as a probe: a good answer
    closes the gate, an outage starts the next cool-down. Up to half of a cool-down is left out at random, so
    that several machines do not probe together ("equal jitter", AWS Architecture Blog, "Exponential Backoff
    And Jitter", 2015). Whoever still waits after ten minutes is refused like in the foreground.

    Args:
        waits: Whether calls wait while a gate is open.
        clock: Seconds that never run backwards.
        sleep: How to wait.
        random: A number from 0 to 1.
    """

    def __init__(
        self,
        *,
        waits: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = random.random,
    ) -> None:
        self._waits = waits
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._gates: dict[str, _Gate] = {}

    @property
    def down(self) -> list[str]:
        """The providers that calls are held up or refused for now."""
        return [provider for provider, gate in [*self._gates.items()] if gate.is_open]

    @asynccontextmanager
    async def passage(self, provider: str, *, tool: str, stop: asyncio.Event) -> AsyncIterator[None]:
        """Pass the provider's gate, and tell it by the way this block is left how the call ended.

        Enter it last, with a turn in the lane and just before sending: a call that waits elsewhere after it
        has passed would be sent although the gate has opened meanwhile. Any exception but a Fault counts for
        nothing.

        Args:
            provider: Whom the call is for.
            tool: The tool it is about.
            stop: Ends the wait at once; one event for all calls of a run.

        Raises:
            Fault: `breaker` if the gate is open and nobody waits; `stopped` if `stop` is set while waiting.
                The call was not sent then.
        """
        gate = self._gates.setdefault(provider, _Gate(provider))
        passed = await self._enter(gate, tool, stop)
        sign: _Sign = "unsent"
        fault: Fault | None = None
        try:
            yield
            sign = "up"
        except Fault as caught:
            sign, fault = _sign_of(caught), caught
            raise
        finally:
            self._leave(gate, passed, sign, fault)

    # ------------------------------------------------------------ in

    async def _enter(self, gate: _Gate, tool: str, stop: asyncio.Event) -> _Passed:
        if not self._waits:
            if gate.is_open:
                raise unsent("breaker", gate.why())
            return _Passed(tool, gate.openings)
        probe = gate.is_open and await self._is_probe(gate, stop)
        return _Passed(tool, gate.openings, probe)  # counted after the wait, in which it may open again

    async def _is_probe(self, gate: _Gate, stop: asyncio.Event) -> bool:
        """Wait in line; True for the one call that is let through an open gate, False once it is closed."""
        async with gate.line:  # only the first in line keeps watch, the others hold one future each
            while gate.is_open:
                if stop.is_set():
                    raise unsent("stopped", "stopped before it was sent")
                if self._clock() - gate.opened_at >= LONGEST_OPEN:
                    raise unsent("breaker", gate.why())
                if gate.probe_over is not None:
                    await self._or_stopped(stop, gate.probe_over.wait())
                elif (seconds := gate.probe_at - self._clock()) > 0:
                    await self._or_stopped(stop, self._sleep(seconds))
                else:
                    gate.probe_over = asyncio.Event()
                    return True
        return False

    # ------------------------------------------------------------ out

    def _leave(self, gate: _Gate, passed: _Passed, sign: _Sign, fault: Fault | None) -> None:
        if passed.openings == gate.openings:
            if sign == "up":
                gate.close()
            elif sign == "down" and fault is not None:
                self._count(gate, passed, fault)
            elif sign == "unclear" and passed.probe:
                self._cool_down(gate)
        if passed.probe:
            gate.end_probe()

    def _count(self, gate: _Gate, passed: _Passed, fault: Fault) -> None:
        gate.outages += 1
        gate.tools.add(passed.tool)
        gate.last = fault.message
        if passed.probe:
            gate.cool_down = min(LONGEST_COOL_DOWN, 2 * gate.cool_down)
            self._cool_down(gate)
        elif not gate.is_open and gate.outages >= OUTAGES and len(gate.tools) >= TOOLS:
            gate.open(self._clock())
            self._cool_down(gate)

    def _cool_down(self, gate: _Gate) -> None:
        gate.probe_at = self._clock() + gate.cool_down * (1 + self._random()) / 2

    async def _or_stopped(self, stop: asyncio.Event, waiting: Awaitable[object]) -> None:
        try:
            await unless_stopped(stop, waiting, "stopped before it was sent")
        except Fault as fault:
            fault.attempts = 0
            raise


@dataclass(frozen=True)
class _Passed:
    """A call that was let through: how often its gate had opened by then, and whether it is the probe."""

    tool: str
    openings: int
    probe: bool = False


@dataclass
class _Gate:
    """What is known of one provider: the outages in a row, and what goes on while the gate is open."""

    provider: str
    outages: int = 0
    tools: set[str] = field(default_factory=set)
    last: str = ""
    is_open: bool = False
    openings: int = 0
    opened_at: float = 0.0
    cool_down: float = FIRST_COOL_DOWN
    probe_at: float = 0.0
    #: Set when the probe in flight has ended; None while there is none.
    probe_over: asyncio.Event | None = None
    line: asyncio.Lock = field(default_factory=asyncio.Lock)

    def open(self, now: float) -> None:
        self.is_open, self.opened_at = True, now
        self.openings += 1
        self.cool_down = FIRST_COOL_DOWN

    def close(self) -> None:
        """End the row of outages; everyone in line goes."""
        self.is_open = False
        self.outages = 0
        self.tools.clear()

    def end_probe(self) -> None:
        if self.probe_over is not None:
            self.probe_over.set()
            self.probe_over = None

    def why(self) -> str:
        return (
            f"{self.provider} failed {self.outages} times in a row, so nothing more is asked of it for now; "
            f"the last time: {self.last}"
        )


def _sign_of(fault: Fault) -> _Sign:
    if fault.attempts == 0 or fault.cause in _NOT_SENT:
        return "unsent"
    if fault.cause in _OUTAGE:
        return "down"
    return "up" if fault.cause in _JUDGED and fault.status is not None else "unclear"
