"""Calls that wait in line for a turn: what the tests of the limiter play with."""

import asyncio

from panel.calls.faults import Fault
from panel.calls.limits import Ceilings, Limiter
from tests.calls.fakes import FakeClock


class Line:
    """Calls that hold a turn until they are told how to end, and the limiter they ask."""

    def __init__(self, concurrency, *, clock=None, sleep=None, **ceilings):
        self.clock = clock or FakeClock()
        ceilings = Ceilings(concurrency, **ceilings)
        self.limiter = Limiter(ceilings, clock=self.clock, sleep=sleep or self.clock.sleep)
        self.sent = []
        self.faults = {}
        self.turns = {}
        self.ends = {}
        self.tasks = {}

    def ask(self, name, provider="fake", model="m", tokens=0):
        async def call():
            try:
                async with self.limiter.turn(provider, model, tokens=tokens) as turn:
                    self.sent.append(name)
                    self.turns[name] = turn
                    self.ends[name] = asyncio.get_running_loop().create_future()
                    await self.ends[name]
            except Fault as fault:
                self.faults[name] = fault

        self.tasks[name] = asyncio.create_task(call())

    async def asked(self, count):
        """Ask so many calls, 0, 1, 2 …, and wait until nothing moves any more."""
        for n in range(count):
            self.ask(n)
        await settle()

    async def end(self, name, error=None, *, headers=None):
        if headers:
            self.turns[name].learn(headers)
        if error:
            self.ends[name].set_exception(error)
        else:
            self.ends[name].set_result(None)
        await settle()

    @property
    def in_flight(self):
        return sum(not self.ends[name].done() for name in self.sent)


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


def told(counted="requests", **parts):
    return {f"x-ratelimit-{part}-{counted}": str(text) for part, text in parts.items()}
