"""Batches on their way back: what is submitted once comes back once, at half the price."""

import asyncio

import pytest

from panel.calls.charging import BATCH_HEADER
from panel.calls.prices import Prices
from panel.calls.providers import base
from panel.calls.vendor_batches.collecting import Collected
from panel.calls.vendors import Connection
from panel.core.errors import DamagedRecord
from tests.calls.providers.dialects import ANSWER, BAIT
from tests.calls.vendor_batches.world import custom_id
from tests.standin import Cut, Status, Text, Usage
from tests.standin.batches import Batch, Missing, Twice, Unmade


def test_what_was_submitted_is_collected_by_another_process_at_half_the_price(world):
    async def run():
        async with world.process() as batches:
            submitted = await batches.submit(world.wanted("one", "two", "three"))
            (note,) = submitted.batches
            assert (note.state, note.lines, submitted.left) == ("sent", 3, {})
            upper = Prices().upper_bound(world.provider.vendor, world.request()) / 2
            assert [call.reserved_usd for call in await world.calls()] == pytest.approx([upper] * 3, rel=0.01)
            assert await batches.collect() == Collected(open=1)
        world.finish()
        async with world.process() as batches:
            got = await batches.collect()
            live = await world.live_price("one", "two", "three")
            assert (got.over, got.open, got.kept, got.unreadable) == (1, 0, 3, 0)
            assert await world.states() == ["settled"] * 3
            (line,) = await world.ledger.costs("run")
            assert (line.calls, line.usd, line.maybe_paid) == (3, pytest.approx(live / 2), 0)
            assert world.budget.spent_usd == pytest.approx(live / 2)
            assert await batches.open() == []
            assert await batches.collect(wait=True) == Collected()
        assert world.created == 1

    asyncio.run(run())


def test_a_reply_of_a_batch_is_read_like_a_live_one_and_says_where_it_came_from(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            world.finish()
            await batches.collect()
            (stored,) = await world.ledger.replies(world.request("one").key)
            assert world.provider.read(world.request("one"), stored.raw).text == ANSWER
            assert stored.raw.headers[BATCH_HEADER] in world.desk.batches

    asyncio.run(run())


@pytest.mark.parametrize("order", ["same", "reversed", "shuffled"])
def test_results_may_come_in_any_order_twice_and_from_strangers(world, order):
    async def run():
        async with world.process() as batches:
            world.fate = Batch(order=order, strangers=3)
            world.lines = {str(n): Twice(Text(ANSWER)) for n in range(10)}
            await batches.submit(world.wanted(*map(str, range(10))))
            world.finish()
            got = await batches.collect()
            assert (got.kept, got.over, got.missing, got.unmade) == (10, 1, 0, 0)
            assert await world.states() == ["settled"] * 10

    asyncio.run(run())


def test_a_result_that_is_good_and_later_an_error_counts_as_good(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            world.finish()
            world.desk.edit = lambda content: (
                content + content.replace(b"200", b"500").replace(b"succeeded", b"expired")
            )
            got = await batches.collect()
            assert (got.kept, got.unmade, got.missing) == (1, 0, 0)

    asyncio.run(run())


@pytest.mark.parametrize("fate", [Status(500), Status(400), Unmade("expired"), Unmade("canceled")], ids=repr)
def test_what_the_vendor_did_not_make_costs_nothing_and_only_that_is_sent_again(world, fate):
    lost = world.request("two")

    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one", "two", "three"))
            world.lines = {"two": fate}
            world.finish()
            got = await batches.collect()
            assert (got.kept, got.unmade, got.missing, got.over) == (2, 1, 0, 1)
            assert list(got.refused) == ([lost.key] if fate == Status(400) else [])
            assert sorted(await world.states()) == ["abandoned", "settled", "settled"]
            assert await world.ledger.spent("run-1") == pytest.approx(
                await world.live_price("one", "three") / 2
            )
            again = await batches.submit(world.wanted("one", "two", "three"))
            assert [note.lines for note in again.batches] == [1]
            assert set(again.left) == {world.request("one").key, world.request("three").key}
        assert sorted(world.desk.custom_ids).count(custom_id(lost)) == 2
        assert len(world.desk.custom_ids) == 4

    asyncio.run(run())


def test_a_call_without_a_result_is_looked_for_again_and_then_may_have_been_paid(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one", "two"))
            world.finish()
            world.lines = {"one": Missing()}
            got = await batches.collect()
            assert (got.kept, got.missing, got.unmade, got.over) == (1, 1, 0, 1)
            assert sorted(await world.states()) == ["maybe_paid", "settled"]

    asyncio.run(run())
    assert world.slept == [5.0, 5.0]


def test_lines_that_cannot_be_read_are_fetched_again(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one", "two", "three"))
            world.finish()
            world.desk.edit = lambda content: content[:-20] if not world.slept else content
            got = await batches.collect()
            assert (got.kept, got.missing, got.over) == (3, 0, 1)

    asyncio.run(run())


def test_a_file_that_breaks_off_is_fetched_again_and_nothing_is_lost(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one", "two", "three"))
            world.finish()
            world.files = [Cut("half")]
            first = await batches.collect()
            assert (first.kept, first.open) == (0, 1)
            assert "connection broke" in next(iter(first.troubles.values()))
            assert (await batches.collect()).kept == 3

    asyncio.run(run())


def test_a_batch_that_fails_validation_is_given_back_and_says_why(world):
    if world.dialect.provider != "openai":
        pytest.skip("this vendor validates call by call: they come back as errored")
    told = []

    async def run():
        async with world.process() as batches:
            world.fate = Batch(ends="failed")
            await batches.submit(world.wanted("one", "two"))
            world.finish()
            got = await batches.collect(wait=True, tell=lambda _note, words: told.append(words))
            assert (got.unmade, got.over, got.kept) == (2, 1, 0)
            assert await world.states() == ["abandoned"] * 2
            assert await world.ledger.spent("run-1") == 0.0
            assert world.budget.spent_usd == pytest.approx(0.0)
            assert [note.lines for note in (await batches.submit(world.wanted("one", "two"))).batches] == [
                1,
                1,
            ]

    asyncio.run(run())
    assert told == ["was refused: line 2: Not this one."]


def test_usage_that_cannot_be_is_charged_at_what_was_set_aside(world):
    async def run():
        async with world.process() as batches:
            most = {world.dialect.output_name: 5_000}
            world.lines = {"one": Usage(Text(ANSWER), most), "two": Usage(Text(ANSWER))}
            await batches.submit(world.wanted("one", "two"))
            world.finish()
            assert (await batches.collect()).kept == 2
            calls = await world.calls()
            assert [call.cost_usd for call in calls] == [call.reserved_usd for call in calls]

    asyncio.run(run())


def test_waiting_is_polite_and_ends_when_all_is_over(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            world.at_sleep = [lambda: None] * 9 + [world.finish]
            assert (await batches.collect(wait=True)).kept == 1

    asyncio.run(run())
    assert world.slept[:3] == [30.0, 45.0, 67.5]
    assert world.slept[-1] == 300.0
    assert len(world.slept) == 10


def test_a_stop_ends_the_wait_and_leaves_the_batch_open(world):
    async def run():
        stop = asyncio.Event()
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            world.at_sleep = [stop.set]
            assert await batches.collect(wait=True, stop=stop) == Collected(open=1)
            left = await batches.submit(world.wanted("two"), stop=stop)
            assert left.batches == []
            assert [each.because for each in left.left.values()] == ["stopped"]

    asyncio.run(run())


def test_an_unknown_batch_is_not_waited_for_until_its_results_must_be_gone(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            world.desk.batches.clear()
            got = await batches.collect(wait=True)
            assert (got.open, got.over) == (1, 0)
            assert "no such batch" in next(iter(got.troubles.values()))
            world.now += 31 * 86_400
            assert await batches.collect(wait=True) == Collected(over=1, missing=1)
            assert await world.states() == ["maybe_paid"]

    asyncio.run(run())


def test_a_vendor_that_cannot_be_connected_holds_up_no_other_batch(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            (note,) = (await batches.submit(world.wanted("two"))).batches
            elsewhere = note.model_copy(update={"provider": "nobody"})
            await world.ledger.mark({f"vendor batch/{note.id}": elsewhere.model_dump_json()})
            world.finish()
        async with world.process() as batches:
            batches._connect = lambda name: connect(world, name)
            got = await batches.collect(wait=True)
            assert (got.over, got.kept, got.open) == (1, 1, 1)
            assert "no provider 'nobody'" in got.troubles[note.id]

    asyncio.run(run())


def connect(world, name):
    return world.provider if name == world.dialect.provider else base.connect(name, Connection())


def test_what_was_not_made_of_a_cancelled_batch_is_given_back(world):
    async def run():
        async with world.process() as batches:
            world.fate = Batch(ends="cancelled")
            await batches.submit(world.wanted("one", "two"))
            world.finish()
            got = await batches.collect()
            assert (got.over, got.kept, got.unmade) == (1, 0, 2)
            assert world.budget.spent_usd == pytest.approx(0.0)

    asyncio.run(run())


def test_a_note_that_cannot_be_read_is_damage_and_names_its_place(world):
    async def run():
        async with world.process() as batches:
            (note,) = (await batches.submit(world.wanted("one"))).batches
            for text in ("{", "{}", note.model_dump_json().replace("sent", "lost")):
                await world.ledger.mark({f"vendor batch/{note.id}": text})
                with pytest.raises(DamagedRecord, match=f"table marks, row vendor batch/{note.id}") as said:
                    await batches.collect()
                assert str(world.path) in said.value.message

    asyncio.run(run())


def test_a_provider_that_only_batches_asked_is_closed_with_them(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            assert len(world.provider.wire._clients) == 1
            await batches.close()
            assert len(world.provider.wire._clients) == 0
            world.finish()
            assert (await batches.collect()).kept == 1, "and connects again when it is asked again"

    asyncio.run(run())


def test_the_key_is_nowhere_in_what_is_kept(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            world.finish()
            world.desk.edit = lambda content: content.replace(b"skip", f"skip {BAIT}".encode())
            assert (await batches.collect()).kept == 1

    asyncio.run(run())
    for file in world.path.parent.glob("ledger.sqlite*"):
        assert BAIT.encode() not in file.read_bytes()
