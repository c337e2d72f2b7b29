import asyncio
import contextlib
import itertools

import pytest

from panel.calls.breaker import LONGEST_OPEN, OUTAGES, Breaker
from panel.calls.faults import Fault, cause_of_status
from tests.calls.fakes import FakeClock
from tests.calls.simulated_time import in_simulated_time


def outage(message="529 overloaded", cause="overloaded"):
    return Fault(cause, message, status=529)


def unsent(cause, message, status):
    fault = Fault(cause, message, status=status)
    fault.attempts = 0
    return fault


async def call(breaker, ending=None, *, tool="a", provider="fake"):
    """One call through the breaker that ends with `ending`; the exception that came out, or "well"."""

    async def pass_through():
        async with breaker.passage(provider, tool=tool, stop=asyncio.Event()):
            if ending is not None:
                raise ending
        return "well"

    (result,) = await asyncio.gather(pass_through(), return_exceptions=True)
    return result


async def open_up(breaker):
    """Twenty outages of two tools; nobody else gets a turn meanwhile."""
    for n in range(OUTAGES):
        with contextlib.suppress(Fault):
            async with breaker.passage("fake", tool="ab"[n % 2], stop=asyncio.Event()):
                raise outage()
    assert "fake" in breaker.down


# ---------------------------------------------------------------- when it opens


@pytest.mark.parametrize("cause", ["overloaded", "server", "connection", "deadline"])
def test_it_opens_after_twenty_outages_in_a_row(cause):
    async def run():
        breaker = Breaker()
        for n in range(19):
            await call(breaker, outage(cause=cause), tool="ab"[n % 2])
        assert "fake" not in breaker.down
        await call(breaker, outage(cause=cause))
        assert "fake" in breaker.down
        assert "another" not in breaker.down

    asyncio.run(run())


def test_one_tool_alone_never_opens_it_but_the_first_outage_of_a_second_one_may():
    async def run():
        breaker = Breaker()
        for _ in range(60):
            await call(breaker, outage())
        assert "fake" not in breaker.down
        await call(breaker, outage(), tool="b")
        assert "fake" in breaker.down

    asyncio.run(run())


def test_the_second_tool_must_have_failed_since_the_last_good_answer():
    async def run():
        breaker = Breaker()
        await call(breaker, outage(), tool="b")
        await call(breaker)
        for _ in range(60):
            await call(breaker, outage(), tool="a")
        assert "fake" not in breaker.down

    asyncio.run(run())


UP = [None, Fault("request", "400", status=400), Fault("too_large", "413", status=413)]
UP += [Fault(cause_of_status(status), "no", status=status) for status in (401, 402, 403, 404, 422)]


@pytest.mark.parametrize("ending", UP, ids=lambda ending: getattr(ending, "message", "well"))
def test_an_answer_that_shows_the_provider_is_up_ends_the_row(ending):
    async def run():
        breaker = Breaker()
        for n in range(19):
            await call(breaker, outage(), tool="ab"[n % 2])
        await call(breaker, ending)
        for n in range(19):
            await call(breaker, outage(), tool="ab"[n % 2])
        assert "fake" not in breaker.down
        await call(breaker, outage())
        assert "fake" in breaker.down

    asyncio.run(run())


UNCLEAR = [Fault("rate_limit", "429", status=429), Fault("envelope", "not JSON"), Fault("request", "no host")]
UNSENT = [Fault("stopped", "stop"), Fault("budget", "no money"), ValueError("ours")]
UNSENT += [unsent("overloaded", "its lane is shut", 529), unsent("key", "its lane is shut", 401)]


@pytest.mark.parametrize("ending", UNCLEAR + UNSENT, ids=repr)
def test_what_says_nothing_about_the_provider_neither_counts_nor_ends_the_row(ending):
    async def run():
        breaker = Breaker()
        for n in range(40):
            await call(breaker, ending, tool="ab"[n % 2])
        assert "fake" not in breaker.down
        for n in range(19):
            await call(breaker, outage(), tool="ab"[n % 2])
        await call(breaker, ending)
        assert "fake" not in breaker.down
        await call(breaker, outage())
        assert "fake" in breaker.down

    asyncio.run(run())


# ---------------------------------------------------------------- open, in the foreground


def test_a_foreground_command_is_refused_at_once_and_told_why():
    async def run():
        clock = FakeClock()
        breaker = Breaker(clock=clock, sleep=clock.sleep)
        await open_up(breaker)
        fault = await call(breaker, tool="new")
        assert (fault.cause, fault.kind, fault.attempts, fault.retry) == ("breaker", "parked", 0, False)
        assert fault.message == (
            "fake failed 20 times in a row, so nothing more is asked of it for now; "
            "the last time: 529 overloaded"
        )
        assert clock.slept == []
        assert await call(breaker, tool="new", provider="another") == "well"

    asyncio.run(run())


def test_once_open_it_lets_no_call_of_a_foreground_command_through_not_even_of_a_tool_it_has_begun():
    async def run():
        breaker = Breaker()
        await call(breaker, tool="begun")
        await open_up(breaker)
        for tool in ("begun", "a", "new"):
            assert (await call(breaker, tool=tool)).cause == "breaker"

    asyncio.run(run())


@pytest.mark.parametrize("waits", [False, True])
def test_a_call_that_left_before_it_opened_says_nothing_about_the_time_since(waits):
    async def run():
        breaker = Breaker(waits=waits)
        stop = asyncio.Event()
        async with breaker.passage("fake", tool="slow", stop=stop):
            await open_up(breaker)
        assert "fake" in breaker.down

    asyncio.run(run())


# ---------------------------------------------------------------- open, in the background


class Probed:
    """A breaker that waits, opened at second 0, and a provider that says what is put into `endings`."""

    def __init__(self, loop, *, luck=1.0):
        self.loop = loop
        self.breaker = Breaker(waits=True, clock=loop.time, sleep=asyncio.sleep, random=lambda: luck)
        self.stop = asyncio.Event()
        self.sent = []
        self.endings = []

    async def ask(self, name, took=0.0):
        async with self.breaker.passage("fake", tool=name, stop=self.stop):
            self.sent.append((name, self.loop.time()))
            await asyncio.sleep(took)
            if self.endings and (ending := self.endings.pop(0)):
                raise ending
        return "well"

    def queue(self, names, **more):
        return [asyncio.create_task(self.ask(name, **more)) for name in names]


async def endings_of(tasks):
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [getattr(result, "cause", result) for result in results]


def test_calls_wait_and_one_probe_after_the_cool_down_lets_everyone_go():
    async def main(loop):
        world = Probed(loop)
        await open_up(world.breaker)
        tasks = world.queue("abc", took=2.0)
        await asyncio.sleep(6)
        assert world.sent == [("a", 5.0)], "the others wait for the end of the probe"
        assert await endings_of(tasks) == ["well"] * 3
        assert world.sent == [("a", 5.0), ("b", 7.0), ("c", 7.0)]
        assert "fake" not in world.breaker.down

    in_simulated_time(main)


@pytest.mark.parametrize(("luck", "share"), [(1.0, 1.0), (0.0, 0.5)])
def test_each_failing_probe_doubles_the_cool_down_up_to_a_minute_half_of_it_by_chance(luck, share):
    async def main(loop):
        world = Probed(loop, luck=luck)
        world.endings = [outage() for _ in range(6)]
        await open_up(world.breaker)
        causes = await endings_of(world.queue("abcdefgh"))
        assert causes == ["overloaded"] * 6 + ["well"] * 2
        times = [0.0, *(time for _, time in world.sent)]
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert gaps == pytest.approx([share * gap for gap in (5, 10, 20, 40, 60, 60, 60, 0)])

    # Six probes fail; the seventh is answered, and the eighth call goes with it.
    in_simulated_time(main)


def test_after_ten_minutes_nobody_waits_any_more_and_all_are_told_why():
    async def main(loop):
        world = Probed(loop)
        world.endings = [outage() for _ in range(60)]
        await open_up(world.breaker)
        causes = await endings_of(world.queue([f"tool-{n}" for n in range(40)]))
        assert set(causes) == {"overloaded", "breaker"}
        assert causes.count("overloaded") < 15
        assert LONGEST_OPEN <= loop.time() < LONGEST_OPEN + 61
        (late,) = await endings_of(world.queue(["late"]))
        assert (late, world.sent[-1][1] < LONGEST_OPEN) == ("breaker", True)

    in_simulated_time(main)


def test_the_cool_down_begins_small_again_after_the_provider_was_back():
    async def main(loop):
        world = Probed(loop)
        world.endings = [outage(), outage(), None]
        await open_up(world.breaker)
        await endings_of(world.queue("abc"))
        start = loop.time()
        await open_up(world.breaker)
        await world.ask("d")
        assert world.sent[-1] == ("d", start + 5)

    in_simulated_time(main)


@pytest.mark.parametrize("ending", UNCLEAR, ids=repr)
def test_a_probe_that_says_nothing_clear_is_followed_by_the_same_cool_down(ending):
    async def main(loop):
        world = Probed(loop)
        world.endings = [ending]
        await open_up(world.breaker)
        await endings_of(world.queue("ab"))
        assert world.sent == [("a", 5.0), ("b", 10.0)]

    in_simulated_time(main)


@pytest.mark.parametrize("ending", UNSENT, ids=repr)
def test_a_probe_that_was_not_sent_gives_its_place_to_the_next_call_at_once(ending):
    async def main(loop):
        world = Probed(loop)
        world.endings = [ending]
        await open_up(world.breaker)
        await endings_of(world.queue("ab"))
        assert world.sent == [("a", 5.0), ("b", 5.0)]

    in_simulated_time(main)


def test_a_cancelled_probe_gives_its_place_on_and_so_do_cancelled_waiters():
    async def main(loop):
        world = Probed(loop)
        await open_up(world.breaker)
        first, second, third, fourth = world.queue("abcd", took=3.0)
        await asyncio.sleep(6)  # `first` is the probe, `second` watches it
        second.cancel()
        first.cancel()
        await asyncio.sleep(1)
        assert world.sent == [("a", 5.0), ("c", 6.0)]
        assert await endings_of([third, fourth]) == ["well", "well"]

    in_simulated_time(main)


@pytest.mark.parametrize("second", [1.0, 6.0], ids=["in the cool-down", "while the probe is in flight"])
def test_a_stop_wakes_all_who_wait_at_once_and_the_probe_ends_by_itself(second):
    async def main(loop):
        world = Probed(loop)
        await open_up(world.breaker)
        tasks = world.queue(map(str, range(1000)), took=60.0)
        await asyncio.sleep(second)
        world.stop.set()
        in_flight = 1 if second > 5 else 0
        faults = await asyncio.gather(*tasks[in_flight:], return_exceptions=True)
        assert loop.time() == second
        assert {(fault.cause, fault.attempts) for fault in faults} == {("stopped", 0)}
        assert await endings_of(tasks[:in_flight]) == ["well"] * in_flight

    in_simulated_time(main)


def test_no_probe_leaves_after_a_stop():
    async def main(loop):
        world = Probed(loop)
        await open_up(world.breaker)
        await asyncio.sleep(10)  # the cool-down is over, and nobody was there to probe
        world.stop.set()
        assert await endings_of(world.queue("ab")) == ["stopped", "stopped"]
        assert world.sent == []

    in_simulated_time(main)


def test_a_call_that_finds_the_second_storm_after_waiting_through_the_first_ends_it():
    async def main(loop):
        world = Probed(loop)
        await open_up(world.breaker)
        probe, waiter = world.queue("ab")
        await probe
        await open_up(world.breaker)  # before the one that waits has noticed that it may go
        assert await waiter == "well"
        assert world.sent == [("a", 5.0), ("b", 10.0)]
        assert "fake" not in world.breaker.down

    in_simulated_time(main)


def test_five_thousand_who_wait_hold_no_task_but_their_own():
    async def main(loop):
        world = Probed(loop)
        await open_up(world.breaker)
        before = len(asyncio.all_tasks())
        tasks = world.queue(map(str, range(5000)))
        await asyncio.sleep(1)
        assert len(asyncio.all_tasks()) - before <= 5000 + 2, (
            "the first in line watches the clock and the stop"
        )
        assert await endings_of(tasks) == ["well"] * 5000
        assert loop.time() == 5.0

    in_simulated_time(main)
