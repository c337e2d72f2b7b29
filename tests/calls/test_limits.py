import asyncio

import pytest

from panel.calls.faults import Fault
from panel.calls.limits import START, Limiter


class Line:
    """Calls that hold a turn until they are told how to end."""

    def __init__(self, limiter):
        self.limiter = limiter
        self.sent = []
        self.faults = {}
        self.ends = {}
        self.tasks = []

    def ask(self, name, provider="fake", model="m"):
        async def call():
            try:
                async with self.limiter.turn(provider, model):
                    self.sent.append(name)
                    self.ends[name] = asyncio.get_running_loop().create_future()
                    await self.ends[name]
            except Fault as fault:
                self.faults[name] = fault

        self.tasks.append(asyncio.create_task(call()))

    async def end(self, name, fault=None):
        if fault:
            self.ends[name].set_exception(fault)
        else:
            self.ends[name].set_result(None)
        await settle()


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


def test_at_most_four_leave_until_the_first_is_answered_well():
    async def run():
        line = Line(Limiter(concurrency=10))
        for n in range(30):
            line.ask(n)
        await settle()
        assert line.sent == [0, 1, 2, 3]
        await line.end(0, Fault("server", "500"))
        assert line.sent == [0, 1, 2, 3, 4], "a failure frees a turn but opens nothing"
        await line.end(1)
        assert line.sent == list(range(3 + 10 - 1)), "three of the first five still in flight, and seven more"
        for task in line.tasks:
            task.cancel()

    asyncio.run(run())


def test_a_small_concurrency_is_never_passed():
    async def run():
        line = Line(Limiter(concurrency=2))
        for n in range(5):
            line.ask(n)
        await settle()
        assert line.sent == [0, 1]
        await line.end(0)
        assert line.sent == [0, 1, 2]
        for task in line.tasks:
            task.cancel()

    asyncio.run(run())


def test_every_model_has_its_own_lane():
    async def run():
        line = Line(Limiter(concurrency=1))
        line.ask("a", model="one")
        line.ask("b", model="two")
        line.ask("c", provider="other", model="one")
        line.ask("d", model="one")
        await settle()
        assert line.sent == ["a", "b", "c"]
        for task in line.tasks:
            task.cancel()

    asyncio.run(run())


@pytest.mark.parametrize("cause", ["key", "permission", "model", "quota", "long_wait"])
def test_a_fault_of_the_account_fails_everyone_who_waits_and_whoever_comes(cause):
    async def run():
        line = Line(Limiter(concurrency=50))
        for n in range(100):
            line.ask(n)
        line.ask("elsewhere", model="another")
        await settle()
        await line.end(0, Fault(cause, "no such luck", status=401))
        line.ask("late")
        await settle()
        assert line.sent == [0, 1, 2, 3, "elsewhere"]
        assert set(line.faults) == {0, *range(START, 100), "late"}
        assert {(f.cause, f.message, f.status) for f in line.faults.values()} == {
            (cause, "no such luck", 401)
        }
        assert {line.faults[n].attempts for n in (50, "late")} == {0}
        for task in line.tasks:
            task.cancel()

    asyncio.run(run())


@pytest.mark.parametrize("cause", ["request", "too_large", "overloaded", "deadline", "budget"])
def test_a_fault_of_one_item_leaves_the_lane_open(cause):
    async def run():
        line = Line(Limiter(concurrency=1))
        line.ask("a")
        line.ask("b")
        await settle()
        await line.end("a", Fault(cause, "only this one"))
        assert line.sent == ["a", "b"]
        line.tasks[1].cancel()

    asyncio.run(run())


def test_cancelled_calls_give_their_turns_back_in_every_order():
    async def run(cancelled):
        limiter = Limiter(concurrency=1)
        line = Line(limiter)
        for name in "abc":
            line.ask(name)
        await settle()
        line.ends["a"].set_result(None)  # b is let in, but has not run yet when the cancellation comes
        await asyncio.sleep(0)
        for name in cancelled:
            line.tasks["abc".index(name)].cancel()
        await settle()
        for name in "bc":
            if name in line.ends and name not in cancelled:
                await line.end(name)
        async with asyncio.timeout(1), limiter.turn("fake", "m"):
            pass
        await asyncio.gather(*line.tasks, return_exceptions=True)

    for cancelled in ("", "b", "c", "bc"):
        asyncio.run(run(cancelled))


def test_a_stop_turns_away_everyone_who_waits():
    async def run():
        limiter = Limiter(concurrency=1)
        line = Line(limiter)
        for n in range(3):
            line.ask(n)
        await settle()
        limiter.shut_all(Fault("stopped", "stopped before it was sent"))
        await settle()
        assert set(line.faults) == {1, 2}
        await line.end(0)
        assert line.tasks[0].done()
        assert 0 not in line.faults, "what is in flight goes on"

    asyncio.run(run())
