"""Turns: how many at once, what ends of calls change, and what shuts lanes."""

import asyncio

import pytest

from panel.calls.faults import Fault
from panel.calls.windows import START
from tests.calls.callers import Line, settle, told
from tests.calls.simulated_time import in_simulated_time

# ------------------------------------------------------------ how many


def test_at_most_four_leave_until_the_first_is_answered_well_then_all_that_may():
    async def run():
        line = Line(10)
        await line.asked(30)
        assert line.sent == [0, 1, 2, 3]
        await line.end(0, Fault("server", "500"))
        assert line.sent == [0, 1, 2, 3, 4], "a failure frees a turn but opens nothing"
        await line.end(1)
        assert line.sent == list(range(12)), "three of the first five still in flight, and seven more"

    asyncio.run(run())


@pytest.mark.parametrize(("concurrency", "in_flight"), [(64, 6), (5, 5)])
def test_the_window_opens_to_what_is_set_or_to_what_the_headers_allow(concurrency, in_flight):
    async def main(loop):
        line = Line(concurrency, clock=loop.time, sleep=asyncio.sleep)
        await line.asked(100)
        await line.end(0, headers=told(limit=600, remaining=6))
        assert line.in_flight == in_flight
        assert loop.time() == 0

    in_simulated_time(main)


def test_a_small_concurrency_is_never_passed():
    async def run():
        line = Line(2)
        await line.asked(5)
        assert line.sent == [0, 1]
        await line.end(0)
        assert line.sent == [0, 1, 2]

    asyncio.run(run())


def test_every_model_has_its_own_lane():
    async def run():
        line = Line(1)
        line.ask("a", model="one")
        line.ask("b", model="two")
        line.ask("c", provider="other", model="one")
        line.ask("d", model="one")
        await settle()
        assert line.sent == ["a", "b", "c"]

    asyncio.run(run())


@pytest.mark.parametrize("cause", ["rate_limit", "overloaded"])
def test_refusals_of_calls_that_were_in_flight_together_leave_as_many_as_were_not_refused(cause):
    async def run():
        line = Line(64)
        await line.asked(200)
        await line.end(0)
        assert line.in_flight == 64
        for name in line.sent[-40:]:
            line.ends[name].set_exception(Fault(cause, "too many", status=429))
        await settle()
        assert line.in_flight == 24
        for name in [name for name in line.sent if not line.ends[name].done()][-40:]:
            line.ends[name].set_exception(Fault(cause, "still too many", status=429))
        await settle()
        assert line.in_flight == 4, "all were refused: as many as at the start are left"

    asyncio.run(run())


@pytest.mark.parametrize("cause", ["server", "connection", "deadline", "request", "envelope", None])
def test_other_ends_neither_open_nor_cut(cause):
    async def run():
        line = Line(64)
        await line.asked(100)
        await line.end(0, _error(cause))
        assert line.in_flight == START
        await line.end(1)
        await line.end(2, _error(cause))
        assert line.in_flight == 64
        await asyncio.gather(*(line.tasks[n] for n in range(3)), return_exceptions=True)

    asyncio.run(run())


def _error(cause):
    return Fault(cause, "went wrong") if cause else RuntimeError("a bug")


def test_a_refusal_with_retry_after_holds_back_the_whole_lane_for_so_long():
    async def run():
        line = Line(1)
        await line.asked(2)
        await line.end(0, Fault("rate_limit", "slow down", status=429, retry_after=20.0))
        assert line.clock.slept == [20.0]
        assert line.sent == [0, 1]

    asyncio.run(run())


@pytest.mark.parametrize("asked", [-5.0, 0.0, float("nan"), None])
def test_a_retry_after_that_is_no_time_holds_back_nothing(asked):
    async def run():
        line = Line(1)
        await line.asked(2)
        await line.end(0, Fault("rate_limit", "slow down", status=429, retry_after=asked))
        assert (line.clock.slept, line.sent) == ([], [0, 1])

    asyncio.run(run())


# ------------------------------------------------------------ shut


@pytest.mark.parametrize("cause", ["key", "permission", "quota", "long_wait"])
def test_a_fault_of_the_account_shuts_all_lanes_of_its_provider_and_no_other(cause):
    async def run():
        line = Line(50)
        await line.asked(100)
        for n in range(10):
            line.ask(("twin", n), model="another")
        line.ask("elsewhere", provider="other")
        await settle()
        await line.end(0, Fault(cause, "no such luck", status=401))
        line.ask("late")
        line.ask("late", model="a third")
        line.ask("beside", provider="other")
        line.ask("well", provider="other", model="a third")
        await settle()
        assert line.sent[START:] == [*(("twin", n) for n in range(START)), "elsewhere", "beside", "well"]
        assert set(line.faults) == {0, *range(START, 100), *(("twin", n) for n in range(START, 10)), "late"}
        assert {(f.cause, f.message, f.status) for f in line.faults.values()} == {
            (cause, "no such luck", 401)
        }
        assert {line.faults[n].attempts for n in (50, ("twin", 9), "late")} == {0}
        assert len({id(fault) for fault in line.faults.values()}) == len(line.faults), "each gets its own"

    asyncio.run(run())


def test_a_model_that_is_not_there_shuts_its_own_lane_only():
    async def run():
        line = Line(1)
        for name in "abc":
            line.ask(name)
        line.ask("d", model="another")
        await settle()
        await line.end("a", Fault("model", "404"))
        await line.end("d")
        line.ask("e", model="another")
        line.ask("f", model="a third")
        line.ask("g")
        await settle()
        assert line.sent == ["a", "d", "e", "f"]
        assert set(line.faults) == set("abcg")

    asyncio.run(run())


@pytest.mark.parametrize("cause", ["request", "too_large", "overloaded", "deadline", "budget"])
def test_a_fault_of_one_item_leaves_the_lane_open(cause):
    async def run():
        line = Line(1)
        await line.asked(2)
        await line.end(0, Fault(cause, "only this one"))
        assert line.sent == [0, 1]

    asyncio.run(run())


def test_a_wrong_key_is_found_out_by_four_calls_even_if_one_of_them_failed_otherwise():
    async def run():
        line = Line(50)
        await line.asked(100)
        line.ends[0].set_exception(Fault("server", "500"))  # gives its turn to the fifth call …
        line.ends[1].set_exception(Fault("key", "401"))  # … which has not taken it yet
        await settle()
        assert line.sent == [0, 1, 2, 3]
        assert set(line.faults) == {0, 1, *range(START, 100)}

    asyncio.run(run())


def test_the_first_fault_that_shut_a_lane_stays_the_reason():
    async def run():
        line = Line(1)
        await line.asked(1)
        await line.end(0, Fault("quota", "no money left"))
        line.limiter.shut_all(Fault("stopped", "stopped before it was sent"))
        line.ask("late")
        line.ask("later", model="another")
        await settle()
        assert {name: fault.cause for name, fault in line.faults.items()} == {
            0: "quota",
            "late": "quota",
            "later": "stopped",
        }

    asyncio.run(run())


def test_a_stop_turns_away_everyone_who_waits_or_comes():
    async def run():
        line = Line(1)
        await line.asked(3)
        line.limiter.shut_all(Fault("stopped", "stopped before it was sent"))
        line.ask("late")
        line.ask("later", provider="other")
        await settle()
        assert set(line.faults) == {1, 2, "late", "later"}
        assert {(fault.cause, fault.attempts) for fault in line.faults.values()} == {("stopped", 0)}
        await line.end(0)
        assert line.tasks[0].done()
        assert 0 not in line.faults, "what is in flight goes on"

    asyncio.run(run())


def test_a_stop_ends_the_wait_for_an_allowance():
    async def main(loop):
        line = Line(10, requests_per_minute=1, clock=loop.time, sleep=asyncio.sleep)
        await line.asked(3)
        assert line.sent == [0]
        line.limiter.shut_all(Fault("stopped", "stopped before it was sent"))
        await settle()
        assert set(line.faults) == {1, 2}
        await line.end(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}, "nobody sleeps on"
        assert loop.time() == 0

    in_simulated_time(main)
