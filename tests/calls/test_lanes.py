"""The line of a lane: how fast it moves, and calls that are not sent after all."""

import asyncio

import pytest

from panel.calls.faults import Fault
from panel.calls.limits import Ceilings, Limiter
from panel.calls.windows import START
from tests.calls.callers import Line, settle, told
from tests.calls.simulated_time import in_simulated_time

# ------------------------------------------------------------ how fast


def test_a_ceiling_of_requests_per_minute_is_kept():
    async def main(loop):
        limiter = Limiter(Ceilings(1000, requests_per_minute=30), clock=loop.time, sleep=asyncio.sleep)
        left = []

        async def call():
            async with limiter.turn("fake", "m"):
                left.append(loop.time())

        await asyncio.gather(*(call() for _ in range(90)))
        assert sum(time == 0 for time in left) == 30
        assert left[30:] == pytest.approx([2.0 * n for n in range(1, 61)], abs=0.2)

    in_simulated_time(main)


def test_a_ceiling_of_tokens_per_minute_is_kept_in_the_order_of_the_line():
    async def main(loop):
        limiter = Limiter(Ceilings(1000, tokens_per_minute=6000), clock=loop.time, sleep=asyncio.sleep)
        left = {}

        async def call(name, tokens):
            async with limiter.turn("fake", "m", tokens=tokens):
                left[name] = loop.time()

        await asyncio.gather(call("a", 5000), call("b", 3000), call("small", 10), call("huge", 60_000))
        assert list(left) == ["a", "b", "small", "huge"]
        assert left["b"] == pytest.approx(20, abs=0.1), "2,000 tokens more at 100 a second"
        assert left["small"] == pytest.approx(20.1, abs=0.1)
        assert left["huge"] == pytest.approx(80.2, abs=0.2), "the bucket was full; more it cannot hold"

    in_simulated_time(main)


@pytest.mark.parametrize(("reset", "seconds"), [("12s", 12.0), ("6m0s", 60.0)])
def test_a_used_up_allowance_makes_the_lane_wait_instead_of_being_refused(reset, seconds):
    async def run():
        line = Line(1)
        await line.asked(2)
        await line.end(0, headers=told(limit=60, remaining=0, reset=reset))
        assert line.clock.slept == [pytest.approx(seconds)]
        assert line.sent == [0, 1]

    asyncio.run(run())


def test_the_headers_of_a_refusal_are_learnt_from_too():
    async def run():
        line = Line(1)
        await line.asked(2)
        headers = told(limit=60, remaining=0, reset="7s")
        await line.end(0, Fault("rate_limit", "429", status=429, headers=headers))
        assert line.clock.slept == [pytest.approx(7)]

    asyncio.run(run())


def test_tokens_in_flight_are_taken_off_what_is_left():
    async def main(loop):
        line = Line(64, clock=loop.time, sleep=asyncio.sleep)
        for n in range(20):
            line.ask(n, tokens=1000)
        await settle()
        await line.end(0, headers=told("tokens", limit=60_000, remaining=5000))
        assert line.in_flight == 5, "three that were on the way, and two"
        await line.end(1, headers=told("tokens", limit=60_000, remaining=5000))
        assert line.in_flight == 5, "the one that ended is no longer on the way"

    in_simulated_time(main)


def test_a_long_wait_is_looked_at_anew_every_minute_and_ends_after_five():
    async def run():
        line = Line(1)
        await line.asked(2)
        await line.end(0, Fault("rate_limit", "429", status=429, retry_after=1e9))
        await settle()
        assert line.clock.slept == [60.0] * 5
        assert line.sent == [0, 1]

    asyncio.run(run())


def test_a_wait_too_short_for_any_clock_is_slept_as_one_that_is_not():
    async def run():
        line = Line(1)
        line.clock.now = 1e9
        await line.asked(2)
        await line.end(0, headers=told(limit=10**9, remaining=0))
        assert line.clock.slept == [0.001]
        assert line.sent == [0, 1]

    asyncio.run(run())


def test_one_nap_serves_all_who_come_while_it_lasts():
    async def main(loop):
        naps = []

        async def sleep(seconds):
            naps.append(seconds)
            await asyncio.sleep(seconds)

        line = Line(10, requests_per_minute=1, clock=loop.time, sleep=sleep)
        for name in range(5):
            line.ask(name)
            await settle()
        assert naps == [60.0]
        await line.end(0, headers=told(limit=1000, remaining=0))
        assert naps == [60.0], "the ceiling is still the longer wait"

    in_simulated_time(main)


def test_headers_that_make_no_sense_change_nothing():
    async def run():
        line = Line(10)
        await line.asked(30)
        await line.end(0, headers=told(limit="nan", remaining="-1", reset="never") | {"date": "soon"})
        assert line.in_flight == 10

    asyncio.run(run())


# ------------------------------------------------------------ calls that were not sent


def test_a_turn_that_is_given_up_costs_nothing_and_says_nothing():
    async def run():
        line = Line(50, requests_per_minute=START, tokens_per_minute=1000)
        for n in range(10):
            line.ask(n, tokens=250)
        await settle()
        for name in range(3):
            line.turns[name].give_up()
            line.turns[name].give_up()
            await line.end(name)
        assert line.sent == list(range(START + 3)), "their places, requests and tokens were given on"
        assert line.in_flight == START, "the window is not open"
        assert line.clock.slept == []

    asyncio.run(run())


def test_a_fault_of_a_call_that_was_not_sent_says_nothing_and_costs_nothing():
    async def run():
        line = Line(50, requests_per_minute=START)
        await line.asked(10)
        fault = Fault("breaker", "not now")
        fault.attempts = 0
        await line.end(0, fault)
        assert line.in_flight == START
        assert line.clock.slept == []

    asyncio.run(run())


def test_cancelled_calls_give_their_turns_back_in_every_order():
    async def run(cancelled):
        line = Line(1, requests_per_minute=4)
        for name in "abc":
            line.ask(name)
        await settle()
        line.ends["a"].set_result(None)  # b is let in, but has not run yet when the cancellation comes
        await asyncio.sleep(0)
        for name in cancelled:
            line.tasks[name].cancel()
        await settle()
        for name in "bc":
            if name in line.ends and name not in cancelled:
                await line.end(name)
        async with asyncio.timeout(1), line.limiter.turn("fake", "m"):
            pass
        assert line.clock.slept == [], "what was not sent used up no request"
        await asyncio.gather(*line.tasks.values(), return_exceptions=True)

    for cancelled in ("", "b", "c", "bc"):
        asyncio.run(run(cancelled))


def test_a_cancelled_call_in_flight_neither_opens_nor_cuts():
    async def run():
        line = Line(50)
        await line.asked(10)
        line.tasks[0].cancel()
        await settle()
        assert line.in_flight - (not line.ends[0].done()) == START
        assert line.sent == [0, 1, 2, 3, 4]

    asyncio.run(run())
