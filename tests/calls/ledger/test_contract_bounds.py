"""What every ledger promises about the bounds that all who share it keep to: money, calls in flight, pace."""

import asyncio
from dataclasses import replace

import pytest

from panel.calls.ledger.base import Answered, Bounds, Crowded, Granted, InFlight, Lease, OverCap
from panel.calls.ledger.bounds import LOOK_AGAIN
from panel.calls.ledger.processes import LEASE_SECONDS, this_process
from panel.core.requests import Usage
from tests.calls.fakes import raw, request
from tests.calls.ledger.places import ANOTHER, INTENT, ONE_MACHINE, every_row

DEAD_HERE = replace(this_process(), pid=2**22 + 1, started="1")

#: Each call sets 0.25 aside: four fit.
CAP = Bounds(cap_usd=1.0)
TWO = Bounds(concurrency=2)


def asked(ledger, text, bounds, *, intent=INTENT, known=0, lease=None, **changes):
    return ledger.claim(request(text, **changes), intent, known=known, bounds=bounds, lease=lease)


async def granted(ledger, text, bounds=None, **more):
    claim = await asked(ledger, text, bounds, **more)
    assert isinstance(claim, Granted), claim
    return claim.call


async def paid(ledger, call, cost):
    await ledger.keep(call, raw())
    await ledger.settle(call, usage=Usage(), cost_usd=cost)


# ------------------------------------------------------------ money


def test_settled_and_open_money_of_all_together_never_passes_the_cap(opened):
    async def run():
        async with opened(process=ONE_MACHINE) as one, opened(process=ANOTHER) as other:
            claims = await asyncio.gather(
                *(asked(ledger, f"{n} {ledger is one}", CAP) for n in range(20) for ledger in (one, other))
            )
            assert sum(isinstance(claim, Granted) for claim in claims) == 4
            assert {claim for claim in claims if not isinstance(claim, Granted)} == {OverCap(0.0, 1.0)}
            assert await one.spent("run-1") == await other.spent("run-1") == 1.0
            assert len(await every_row(one)) == 4, "nothing was noted of the others"

    asyncio.run(run())


def test_what_is_given_back_may_be_spent_by_anybody(opened):
    async def run():
        async with opened() as one, opened(process=ANOTHER) as other:
            calls = [await granted(one, str(n), CAP) for n in range(4)]
            await paid(one, calls[0], 0.125)
            assert await asked(other, "more", CAP) == OverCap(0.125, 0.75)
            await one.abandon(calls[1], status=429, why="rate limit", maybe_paid=False)
            await granted(other, "more", CAP)
            assert await asked(one, "too much", CAP) == OverCap(0.125, 0.75)
            assert await other.spent("run-1") == pytest.approx(0.875)

    asyncio.run(run())


def test_every_way_a_call_can_end_is_counted_once_whoever_looks_and_how_often(opened):
    async def run():
        async with opened() as one, opened(process=ANOTHER) as other:
            calls = [await granted(one, str(n), Bounds(cap_usd=9.0)) for n in range(6)]
            await granted(other, "another's", Bounds(cap_usd=9.0))
            await one.keep(calls[0], raw())
            await paid(one, calls[1], 0.1)
            await paid(one, calls[2], None)
            await one.abandon(calls[3], status=None, why="reset", maybe_paid=True)
            await one.abandon(calls[4], status=400, why="no", maybe_paid=False)
            for n in range(3):
                for ledger in (one, other):
                    assert isinstance(await asked(ledger, f"look {n}", Bounds(cap_usd=0.0)), OverCap), (
                        "looked at, and nothing noted"
                    )
            await one.settle(calls[0], usage=Usage(), cost_usd=0.02)
            spent = [await ledger.spent("run-1") for ledger in (one, other)]
            refused = [await asked(ledger, "last", Bounds(cap_usd=0.0)) for ledger in (one, other)]
        async with opened() as third:
            assert spent == pytest.approx([await third.spent("run-1")] * 2)
        assert spent[0] == pytest.approx(0.02 + 0.1 + 4 * 0.25)
        assert [claim.spent_usd + claim.open_usd for claim in refused] == pytest.approx(spent)

    asyncio.run(run())


def test_calls_without_bounds_under_leases_and_copied_ones_count_against_the_cap(opened):
    async def run():
        async with opened() as ledger:
            await granted(ledger, "with bounds", CAP)
            await granted(ledger, "without")
            await granted(ledger, "in a batch", lease=Lease("batch-1", 86_400.0))
            assert await asked(ledger, "half a dollar", CAP, intent=replace(INTENT, reserved_usd=0.5)) == (
                OverCap(0.25, 0.5)
            ), "what a batch holds does not come back soon"
            (row, *_) = await every_row(ledger)
            await ledger.add([replace(row, uid="copied", state="settled", cost_usd=0.25)])
            assert await asked(ledger, "more", CAP) == OverCap(0.5, 0.5)
            assert await asked(ledger, "another run", CAP, intent=replace(INTENT, run="run-2")) == Granted(5)

    asyncio.run(run())


def test_money_of_the_dead_stays_set_aside_and_is_not_waited_for(opened, place):
    async def run():
        async with opened(process=DEAD_HERE) as dead, opened(process=ONE_MACHINE) as silent:
            await granted(dead, "dead", CAP)
            await granted(silent, "silent", CAP)
            async with opened() as ledger:
                wanted = asked(ledger, "more", CAP, intent=replace(INTENT, reserved_usd=0.75))
                assert await wanted == OverCap(0.25, 0.25)
                place.execute(f"UPDATE owners SET beat = beat - {LEASE_SECONDS + 1}")
                wanted = asked(ledger, "more", CAP, intent=replace(INTENT, reserved_usd=0.75))
                assert await wanted == OverCap(0.5, 0.0)
                await granted(ledger, "as much as is left", CAP, intent=replace(INTENT, reserved_usd=0.5))

    asyncio.run(run())


# ------------------------------------------------------------ calls in flight


def test_no_more_than_so_many_are_in_flight_over_all_who_ask(opened):
    async def run():
        async with opened(process=ONE_MACHINE) as one, opened(process=ANOTHER) as other:
            for lap in range(5):
                claims = await asyncio.gather(
                    *(
                        asked(ledger, f"{lap} {n} {ledger is one}", TWO)
                        for n in range(10)
                        for ledger in (one, other)
                    )
                )
                calls = [claim.call for claim in claims if isinstance(claim, Granted)]
                assert len(calls) == 2
                refused = [claim for claim in claims if not isinstance(claim, Granted)]
                assert refused == [Crowded(LOOK_AGAIN)] * 18
                await other.keep(calls[0], raw())
                calls.append(await granted(one, f"in the place of {lap}", TWO))
                assert await asked(other, "too many", TWO) == Crowded(LOOK_AGAIN)
                await asyncio.gather(*(one.keep(call, raw()) for call in calls[1:]))

    asyncio.run(run())


def test_the_ceiling_is_each_models_own_and_counts_calls_of_every_run(opened):
    async def run():
        async with opened() as ledger:
            await granted(ledger, "of one run")
            await granted(ledger, "of another", intent=replace(INTENT, run="run-2"))
            await granted(ledger, "of a batch", lease=Lease("batch-1", 86_400.0))
            assert await asked(ledger, "a third", TWO) == Crowded(LOOK_AGAIN)
            await granted(ledger, "another model", TWO, model="another")
            assert await asked(ledger, "of a batch", TWO) == InFlight(), "why there is no need goes first"

    asyncio.run(run())


def test_calls_of_whoever_died_take_no_room(opened, place):
    async def run():
        async with opened(process=DEAD_HERE) as dead, opened(process=ONE_MACHINE) as silent:
            await granted(dead, "dead")
            await granted(silent, "silent")
            async with opened(process=ANOTHER) as ledger:
                await granted(ledger, "beside the silent one", TWO)
                assert await asked(ledger, "more", TWO) == Crowded(LOOK_AGAIN)
                place.execute(
                    f"UPDATE owners SET beat = beat - {LEASE_SECONDS + 1} WHERE machine = 'one machine'"
                )
                await granted(ledger, "more", TWO)
                assert await asked(ledger, "too many", TWO) == Crowded(LOOK_AGAIN)

    asyncio.run(run())


# ------------------------------------------------------------ pace


def test_no_more_than_so_many_leave_in_a_minute_over_all_who_ask(opened, place):
    bounds = Bounds(requests_per_minute=5)

    async def run():
        async with opened(process=ONE_MACHINE) as one, opened(process=ANOTHER) as other:
            for minute in range(3):
                claims = await asyncio.gather(
                    *(
                        asked(ledger, f"{minute} {n} {ledger is one}", bounds)
                        for n in range(6)
                        for ledger in (one, other)
                    )
                )
                crowded = [claim for claim in claims if not isinstance(claim, Granted)]
                assert len(crowded) == 7
                assert all(55 < claim.seconds <= 62 for claim in crowded)
                place.execute("UPDATE departures SET second = second - 62")
            assert len(place.execute("SELECT * FROM departures")) <= 2, "what is over is forgotten"

    asyncio.run(run())


def test_tokens_of_a_minute_are_kept_to_per_model(opened):
    bounds = Bounds(tokens_per_minute=1000, tokens=400)

    async def run():
        async with opened() as ledger:
            await granted(ledger, "1", bounds)
            await granted(ledger, "2", bounds)
            assert isinstance(await asked(ledger, "3", bounds), Crowded)
            await granted(ledger, "small", replace(bounds, tokens=200))
            await granted(ledger, "3", bounds, model="another")

    asyncio.run(run())


# ------------------------------------------------------------ all of them


def test_an_answer_that_is_there_needs_no_room(opened):
    async def run():
        async with opened() as ledger:
            await ledger.keep(await granted(ledger, "the same"), raw())
            bounds = Bounds(cap_usd=0.0, concurrency=0, requests_per_minute=1)
            assert await asked(ledger, "the same", bounds) == Answered()
            assert isinstance(await asked(ledger, "the same", bounds, known=1), OverCap)

    asyncio.run(run())


def test_many_who_want_the_same_and_much_else_under_all_bounds_wait_for_each_other_in_no_circle(opened):
    bounds = Bounds(1e9, 10**6, 10**6, 10**6, 10)

    async def run():
        async with opened(process=ONE_MACHINE) as one, opened(process=ANOTHER) as other:
            claims = await asyncio.gather(
                *(
                    asked(
                        ledger,
                        f"shared {n % 40}",
                        bounds if n % 3 else None,
                        intent=replace(INTENT, run=f"run-{n % 2}"),
                        model=f"model-{n % 5}",
                    )
                    for n in range(200)
                    for ledger in (one, other)
                )
            )
            assert sum(isinstance(claim, Granted) for claim in claims) == 40
            assert sum(isinstance(claim, InFlight) for claim in claims) == 360

    asyncio.run(asyncio.wait_for(run(), 60))
