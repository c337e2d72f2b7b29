"""FAULTS A35, a provider that takes 8 calls at once and a run that is set to 64; A06, 5,000 calls in line."""

import asyncio
import random
import tracemalloc
from collections import Counter

import pytest

from panel.calls import lanes, limits, pacing, windows
from panel.calls.faults import Fault
from panel.calls.limits import Ceilings, Limiter
from tests.calls.callers import Line, settle
from tests.calls.simulated_time import in_simulated_time

MODULES = (lanes, limits, pacing, windows)
MOST, CONCURRENCY, MINUTE, SECONDS = 8, 64, 60.0, 300.0


class Narrow:
    """A provider that answers 429 while `MOST` calls are in flight, and 200 callers that never rest."""

    def __init__(self, loop, seed, latency, asked):
        self.loop, self.luck, self.latency, self.asked = loop, random.Random(seed), latency, asked
        self.limiter = Limiter(Ceilings(CONCURRENCY), clock=loop.time, sleep=asyncio.sleep)
        self.in_flight = 0
        self.served = 0.0
        self.answers = Counter()

    def count(self, status):
        if MINUTE <= self.loop.time() < SECONDS:
            self.answers[status] += 1

    async def answer(self):
        if self.in_flight >= MOST:
            await asyncio.sleep(self.luck.uniform(0.01, 0.2))
            self.count(429)
            raise Fault("rate_limit", "too many at once", status=429, retry_after=self.asked)
        self.in_flight += 1
        seconds = self.luck.uniform(*self.latency)
        await asyncio.sleep(seconds)
        self.in_flight -= 1
        self.count(200)
        self.served += seconds * (MINUTE <= self.loop.time() < SECONDS)

    async def caller(self):
        while self.loop.time() < SECONDS:
            try:
                async with self.limiter.turn("fake", "m"):
                    await self.answer()
            except Fault:
                await asyncio.sleep((self.asked or 0) + self.luck.uniform(0, 0.5))


@pytest.mark.parametrize("asked", [None, 1.0], ids=["no_retry_after", "retry_after_1"])
@pytest.mark.parametrize("latency", [(1.0, 1.0), (0.5, 1.5), (2.0, 20.0)], ids=str)
@pytest.mark.parametrize("seed", [35, 36])
def test_after_a_minute_hardly_a_call_is_refused_and_the_provider_is_kept_busy(seed, latency, asked):
    async def main(loop):
        provider = Narrow(loop, seed, latency, asked)
        await asyncio.gather(*(provider.caller() for _ in range(200)))
        refused, well = provider.answers[429], provider.answers[200]
        assert refused <= 0.05 * (refused + well)
        assert provider.served >= 0.7 * MOST * (SECONDS - MINUTE)

    in_simulated_time(main)


def test_five_thousand_in_line_hold_a_future_each_and_memory_stays_flat_while_all_is_refused():
    async def main(loop):
        limiter = Limiter(Ceilings(64, requests_per_minute=600), clock=loop.time, sleep=asyncio.sleep)
        calls, refused, held = 5000, 0, []

        async def refuse():
            nonlocal refused
            await asyncio.sleep(0.2)
            refused += 1
            if refused in {100, 1000}:
                held.append(_held_by_limits())
                assert len(asyncio.all_tasks()) <= calls + 2, "the callers, a nap for all of them, and this"
            if refused == 1000:
                limiter.shut_all(Fault("stopped", "enough"))
            raise Fault("overloaded", "529", status=529)

        async def call():
            while True:
                try:
                    async with limiter.turn("fake", "m"):
                        await refuse()
                except Fault as fault:
                    if fault.cause == "stopped":
                        return

        tracemalloc.start()
        try:
            await asyncio.gather(*(call() for _ in range(calls)))
        finally:
            tracemalloc.stop()
        before, after = held
        assert before < calls * 1000, "bytes"
        assert after - before < 10_000, "bytes"

    in_simulated_time(main)


def _held_by_limits():
    """Bytes allocated by the modules that make up the limiter."""
    files = {module.__file__ for module in MODULES}
    by_file = tracemalloc.take_snapshot().statistics("filename")
    return sum(held.size for held in by_file if held.traceback[0].filename in files)


def test_a_thousand_cancelled_calls_leave_nothing_in_line_and_nobody_asleep():
    async def main(loop):
        line = Line(10, requests_per_minute=1, clock=loop.time, sleep=asyncio.sleep)
        await line.asked(1000)
        for name in reversed(range(1, 1000)):
            line.tasks[name].cancel()
        await settle()
        assert asyncio.all_tasks() == {asyncio.current_task(), line.tasks[0]}
        await line.end(0)
        line.ask("next")
        await asyncio.sleep(61)
        assert line.sent == [0, "next"]

    in_simulated_time(main)
