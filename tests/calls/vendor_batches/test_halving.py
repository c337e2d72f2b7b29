"""A batch that is refused as a whole: its calls are sent again in halves, and only the one at fault fails."""

from __future__ import annotations

import asyncio

import pytest

from panel.calls.faults import Fault
from panel.calls.vendor_batches.halving import MOST_REFUSALS
from tests.standin import Status
from tests.standin.batches import Batch


def test_a_call_that_has_its_batch_refused_fails_and_its_neighbours_are_made(world):
    async def run():
        async with world.process(cap=1.0) as batches:
            world.creates = [Status(400, "Not this one.")] * 3  # four calls, two of them, one of them
            sent = await batches.submit(world.wanted("bad", "two", "three", "four"))
            assert sorted(note.lines for note in sent.batches) == [1, 2]
            (left,) = sent.left.values()
            assert (left.tool, left.because) == ("tool-bad", "refused")
            assert "Not this one." in left.why
            world.finish()
            assert (await batches.collect()).kept == 3
            assert sorted(await world.states()) == ["abandoned"] * 7 + ["settled"] * 3

    asyncio.run(run())
    assert world.created == 5


def test_a_refusal_that_concerns_the_account_ends_it_at_once(world):
    async def run():
        async with world.process() as batches:
            world.creates = [Status(401)]
            with pytest.raises(Fault) as said:
                await batches.submit(world.wanted("one", "two"))
            assert said.value.account

    asyncio.run(run())
    assert world.created == 1


def test_a_vendor_that_takes_nothing_at_all_is_not_asked_for_ever(world):
    async def run():
        async with world.process() as batches:
            world.creates = [Status(400, "Not today.")] * 1_000
            with pytest.raises(Fault, match="Not today"):
                await batches.submit(world.wanted(*map(str, range(50))))

    asyncio.run(run())
    assert world.created == MOST_REFUSALS + 1


def test_a_batch_that_fails_validation_later_goes_out_again_in_halves_in_the_same_way(world):
    if world.dialect.provider != "openai":
        pytest.skip("this vendor validates call by call: they come back as errored")
    texts = ("bad", "two", "three", "four")

    async def run():
        async with world.process() as batches:
            world.creates = [Batch(ends="failed")] * 2
            await batches.submit(world.wanted(*texts))
            first = await batches.collect(wait=True)
            assert (first.unmade, len(first.refused_whole)) == (4, 1)
            halves = (await batches.submit(world.wanted(*texts))).batches
            assert [note.lines for note in halves] == [2, 2]
            second = await batches.collect(wait=True)
            assert second.open == 1, "the good half is not waited for while the other can be sent again"
            world.creates = [Batch(ends="failed")]
            assert [note.lines for note in (await batches.submit(world.wanted(*texts))).batches] == [1, 1]
            third = await batches.collect()
            (key,) = third.refused
            assert key == world.request("bad").key
            assert (third.refused[key].cause, "Not this one." in third.refused[key].message) == (
                "request",
                True,
            )
            world.finish()
            assert (await batches.collect(wait=True)).kept == 3

    asyncio.run(run())


def test_a_vendor_that_is_full_is_no_reason_to_halve(world):
    if world.dialect.provider != "openai":
        pytest.skip("this vendor says so with 429")

    async def run():
        async with world.process() as batches:
            world.creates = [Batch(ends="failed", code="token_limit_exceeded")]
            await batches.submit(world.wanted("one"))
            got = await batches.collect()
            assert (got.unmade, got.refused, got.refused_whole) == (1, {}, ())
            assert len((await batches.submit(world.wanted("one"))).batches) == 1

    asyncio.run(run())
