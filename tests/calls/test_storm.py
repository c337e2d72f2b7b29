"""FAULTS A06: 529 for a minute while 5,000 calls are queued."""

import asyncio
import random

import pytest

from panel.calls.breaker import OUTAGES, Breaker
from panel.calls.faults import Fault
from panel.calls.retrying import RetryPolicy
from tests.calls.simulated_time import in_simulated_time


class Storm:
    """A provider that answers 529 for a minute, and a run that asks it 5,000 calls, four at a time."""

    CALLS, WINDOW, SECONDS = 5000, 4, 60.0

    def __init__(self, loop, luck):
        self.loop = loop
        self.lane = asyncio.Semaphore(self.WINDOW)
        self.breaker = Breaker(waits=True, clock=loop.time, sleep=asyncio.sleep, random=luck)
        self.policy = RetryPolicy(clock=loop.time, random=luck)
        self.stop = asyncio.Event()
        self.requests = []
        self.most_tasks = 0

    async def answer(self):
        self.requests.append(self.loop.time())
        down = self.loop.time() < self.SECONDS
        await asyncio.sleep(0.2 if down else 1.0)
        if down:
            self.most_tasks = max(self.most_tasks, len(asyncio.all_tasks()))
            raise Fault("overloaded", "529 overloaded", status=529)
        return "well"

    async def call(self, n):
        async def attempt(patience):
            async with self.lane, self.breaker.passage("fake", tool=f"tool {n // 4}", stop=self.stop):
                with patience.running():
                    return await self.answer()

        try:
            return await self.policy.run(attempt, stop=self.stop)
        except Fault as fault:
            return fault

    async def all_calls(self):
        return await asyncio.gather(*(self.call(n) for n in range(self.CALLS)))


@pytest.mark.parametrize(
    "luck", [lambda: 0.0, lambda: 1.0, random.Random(6).random], ids=["0", "1", "seeded"]
)
def test_a_storm_of_a_minute_meets_a_handful_of_probes_and_then_all_calls_are_answered(luck):
    async def main(loop):
        storm = Storm(loop, luck)
        results = await storm.all_calls()
        in_the_storm = [time for time in storm.requests if time < Storm.SECONDS]
        assert OUTAGES < len(in_the_storm) <= 30
        failed = [result for result in results if result != "well"]
        assert {fault.cause for fault in failed} <= {"overloaded"}
        assert len(failed) <= len(in_the_storm) // 3, "only calls that met the storm three times fail"
        assert len(storm.requests) == Storm.CALLS - len(failed) + len(in_the_storm)
        back = next(time for time in storm.requests if time >= Storm.SECONDS)
        assert back <= Storm.SECONDS + 60, "found out within one cool-down"
        beside = storm.most_tasks - Storm.CALLS
        assert beside <= 2 * len(in_the_storm), "only calls between two attempts hold more than themselves"

    in_simulated_time(main)
