"""What every ledger promises where several want the same: one pays, the others wait."""

import asyncio
from dataclasses import replace

import pytest

from panel.calls.ledger.base import Answered, Granted, InFlight, Unanswered
from panel.calls.ledger.processes import LEASE_SECONDS, this_process
from tests.calls.fakes import raw, request
from tests.calls.ledger.places import (
    ANOTHER,
    INTENT,
    ONE_MACHINE,
    asked_by,
    every_call,
    every_row,
    vanish,
)

DEAD_HERE = replace(this_process(), pid=2**22 + 1, started="1")

twins = pytest.mark.parametrize(
    ("one", "other"),
    [(ONE_MACHINE, ANOTHER), (this_process(), this_process())],
    ids=["machines", "processes"],
)


@twins
def test_while_one_asks_the_other_finds_it_in_flight_and_later_answered(opened, one, other):
    async def run():
        async with opened(process=one) as first, opened(process=other) as second:
            granted = await asked_by(first)
            assert await asked_by(second) == InFlight()
            assert await asked_by(first) == InFlight(), "nor does it ask twice itself"
            await first.keep(granted.call, raw())
            assert await asked_by(second) == Answered()
            assert await asked_by(second, known=1) == Granted(granted.call + 1), "nothing was noted meanwhile"
            assert [call.state for call in await every_call(second)] == ["kept", "open"]

    asyncio.run(run())


@twins
def test_of_many_that_claim_at_once_one_is_granted_each(opened, one, other):
    async def run():
        async with opened(process=one) as first, opened(process=other) as second:
            claims = await asyncio.gather(
                *(asked_by(ledger, str(n)) for n in range(10) for ledger in (first, second) * 3)
            )
            assert sum(isinstance(claim, Granted) for claim in claims) == 10
            assert sum(isinstance(claim, InFlight) for claim in claims) == 50
            assert len(await every_row(first)) == 10

    asyncio.run(run())


def test_another_machine_that_has_been_silent_for_longer_than_its_lease_is_not_waited_for(opened, place):
    async def run():
        async with opened(process=ONE_MACHINE) as first, opened(process=ANOTHER) as second:
            await asked_by(first)
            place.execute(f"UPDATE owners SET beat = beat - {LEASE_SECONDS - 5}")
            assert await asked_by(second) == InFlight()
            assert [row.owner_lives for row in await every_row(second)] == [True]
            place.execute("UPDATE owners SET beat = beat - 6")
            assert [row.owner_lives for row in await every_row(second)] == [False]
            assert await asked_by(second) == Granted(2)
            assert await asked_by(first) == InFlight(), "whoever was silent waits now"

    asyncio.run(run())


def test_a_process_of_this_machine_that_is_gone_is_not_waited_for(opened):
    async def run():
        async with opened(process=DEAD_HERE) as first, opened() as second:
            await asked_by(first)
            await vanish(first)
            assert await asked_by(second) == Granted(2)

    asyncio.run(run())


@pytest.mark.parametrize("who", [ONE_MACHINE, this_process()], ids=["machine", "process"])
def test_nobody_waits_for_a_call_that_was_left_open_at_the_close(opened, who):
    async def run():
        async with opened(process=who) as first:
            await asked_by(first)
        async with opened() as second:
            (left,) = await every_row(second)
            assert (left.state, left.owner_lives) == ("open", False)
            assert await asked_by(second) == Granted(2)

    asyncio.run(run())


def test_whoever_wants_a_fresh_answer_neither_waits_nor_looks(opened):
    async def run():
        async with opened() as ledger:
            await ledger.keep((await asked_by(ledger)).call, raw())
            await asked_by(ledger, known=1)
            assert await asked_by(ledger, known=None) == Granted(3)

    asyncio.run(run())


def test_after_so_many_intents_without_a_reply_no_more_is_granted(opened):
    async def run():
        async with opened(process=DEAD_HERE) as dead, opened() as ledger:
            for _ in range(2):
                await asked_by(dead)
                await vanish(dead)
                lost = await asked_by(ledger)
                await ledger.abandon(lost.call, status=None, why="reset", maybe_paid=True)
            refused = await asked_by(ledger)
            await ledger.abandon(refused.call, status=429, why="rate limit", maybe_paid=False)
            assert await asked_by(ledger, most_unanswered=4) == Unanswered(4)
            assert len(await every_row(ledger)) == 5
            answered = await asked_by(ledger, most_unanswered=5)
            await ledger.keep(answered.call, raw())
            assert isinstance(await asked_by(ledger, known=1, most_unanswered=4), Granted)

    asyncio.run(run())


def test_many_at_once_may_share_their_texts(opened):
    async def run():
        async with opened(process=ONE_MACHINE) as first, opened(process=ANOTHER) as second:
            asked = [request(str(n), system="the same for all") for n in range(256)]
            claims = await asyncio.gather(
                *(ledger.claim(each, INTENT) for each in asked for ledger in (first, second))
            )
            await asyncio.gather(*(first.keep(claim.call, raw(str(n))) for n, claim in enumerate(claims)))
            assert len({claim.call for claim in claims}) == 512
            assert {row.state for row in await every_row(second)} == {"kept"}

    asyncio.run(asyncio.wait_for(run(), 60))
