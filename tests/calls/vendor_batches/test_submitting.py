"""Batches on their way out: each call in one of them, none sent twice, and a live run beside them."""

import asyncio
import sqlite3
import time
from dataclasses import replace

import pytest

from panel.calls.budget import Budget
from panel.calls.client import Client
from panel.calls.faults import Fault
from panel.calls.ledger.base import Intent
from panel.calls.ledger.sqlite import SqliteLedger
from panel.calls.limits import Ceilings, Limiter
from panel.calls.prices import Prices
from panel.calls.retrying import RetryPolicy
from panel.calls.vendor_batches.apis.base import BatchLimits
from panel.calls.vendor_batches.collecting import GRACE, Collected
from panel.core.errors import InputError
from tests.calls.providers.dialects import ANSWER
from tests.calls.vendor_batches.world import custom_id
from tests.standin import Status


def test_a_line_holds_the_body_of_the_live_call(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            await world.provider.send(world.request("one"), deadline=5)

    asyncio.run(run())
    (batch,) = world.desk.batches.values()
    live = next(seen for seen in world.server.requests if seen.path == world.dialect.path)
    assert batch.lines == {custom_id(world.request("one")): (live.path, live.body)}


def test_a_create_whose_answer_was_lost_is_found_again_and_not_repeated(world):
    async def run():
        async with world.process() as batches:
            for text in ("other-1", "other-2", "other-3"):  # batches of another size
                await batches.submit(world.wanted(text))
            world.creates = [world.lost()]
            (note,) = (await batches.submit(world.wanted("one", "two"))).batches
            assert (note.state, note.found) == ("sent", True)
            world.finish()
            assert (await batches.collect()).kept == 5
        assert world.created == 4

    asyncio.run(run())


def test_a_lost_create_is_not_sent_again_while_the_vendors_list_is_down(world):
    async def run():
        async with world.process() as batches:
            world.creates, world.lists = [world.lost()], [Status(503)] * 2
            (note,) = (await batches.submit(world.wanted("one"))).batches
            assert note.state == "unsure"
            world.now += GRACE + 1
            got = await batches.collect()
            assert (got.open, got.over, got.unmade, list(got.troubles)) == (1, 0, 0, [note.id])
            assert (await batches.submit(world.wanted("one"))).batches == []
            world.finish()
            assert (await batches.collect()).kept == 1
        assert (world.lists, world.created) == ([], 1)

    asyncio.run(run())


def test_a_lost_create_that_never_arrived_is_given_back_after_a_while(world):
    async def run():
        async with world.process() as batches:
            world.creates = [Status(502)]
            (note,) = (await batches.submit(world.wanted("one"))).batches
            assert note.state == "unsure"
            assert await batches.collect() == Collected(open=1)
            blocked = await batches.submit(world.wanted("one"))
            assert (blocked.batches, list(blocked.left)) == ([], [world.request("one").key])
            world.now += GRACE + 1
            assert await batches.collect() == Collected(over=1, unmade=1)
            assert len((await batches.submit(world.wanted("one"))).batches) == 1

    asyncio.run(run())


def test_a_batch_that_was_found_and_is_anothers_is_disowned(world):
    if world.dialect.provider == "openai":
        pytest.skip("this vendor's batches carry our label")

    async def run():
        async with world.process() as batches:
            async with world.process("elsewhere", ledger=_other_ledger(world)) as others:
                await others.submit(world.wanted("theirs"))  # of the same size, from the same account
            world.creates = [Status(502)]
            (note,) = (await batches.submit(world.wanted("ours"))).batches
            assert note.found, "nothing tells them apart yet"
            world.finish()
            assert (await batches.collect()).open == 1
            world.now += GRACE + 1
            assert (await batches.collect()) == Collected(over=1, unmade=1)

    asyncio.run(run())


def _other_ledger(world):
    return SqliteLedger(world.path.with_name("other.sqlite"))


def test_a_vendor_that_turns_a_batch_away_for_the_moment_is_asked_again(world):
    async def run():
        async with world.process() as batches:
            world.creates = [Status(429), Status(429)]
            assert len((await batches.submit(world.wanted("one"))).batches) == 1

    asyncio.run(run())
    assert world.slept == [5.0, 10.0]


def test_a_vendor_that_asks_for_a_day_of_patience_is_not_waited_for_and_the_calls_are_free(world):
    async def run():
        async with world.process(cap=1.0) as batches:
            world.creates = [Status(429, headers={"retry-after": "86400"})]
            with pytest.raises(Fault, match="asks to wait 24 h 0 min") as caught:
                await batches.submit(world.wanted("one"))
            assert caught.value.cause == "long_wait"
            assert await world.states() == ["abandoned"]
            assert await batches.open() == []
            assert world.budget.left == 1.0

    asyncio.run(run())
    assert (world.slept, world.created) == ([], 1)


def test_whoever_stops_while_the_vendor_lets_a_batch_wait_leaves_no_batch_in_doubt(world):
    stop = asyncio.Event()

    async def run():
        async with world.process() as batches:
            world.creates, world.at_sleep = [Status(429)], [stop.set]
            got = await batches.submit(world.wanted("one", "two"), stop=stop)
            assert [left.because for left in got.left.values()] == ["stopped", "stopped"]
            assert got.batches == await batches.open() == []
            assert await world.states() == ["abandoned", "abandoned"]

    asyncio.run(run())
    assert world.created == 1


def test_a_process_that_ends_while_a_batch_waits_says_that_the_vendor_has_nothing(world):
    class Killed(BaseException):
        """The end of the process."""

    def die():
        raise Killed

    async def run():
        async with world.process() as batches:
            world.creates, world.at_sleep = [Status(429)], [die]
            with pytest.raises(Killed):
                await batches.submit(world.wanted("one"))
        async with world.process("run-2") as batches:
            assert await batches.collect() == Collected(over=1, unmade=1)

    asyncio.run(run())


def test_no_other_machine_gives_up_a_batch_that_takes_many_tries_to_be_sent(world):
    seen = []

    async def run():
        async with world.process() as batches:
            world.creates = [Status(429)] * 3
            create = world.api.create

            async def slow(*args, **more):
                world.now += 900.0  # the longest that one try takes
                (note,) = await batches.open()
                elsewhere = note.model_copy(update={"machine": "another"})
                seen.append(elsewhere.is_being_sent(world.now))
                return await create(*args, **more)

            world.api.create = slow
            (note,) = (await batches.submit(world.wanted("one"))).batches
            assert note.state == "sent"

    asyncio.run(run())
    assert seen == [True] * 4


def test_no_other_machine_gives_up_a_batch_whose_calls_take_long_to_be_claimed(world):
    seen = []

    async def run():
        async with world.process() as batches:
            claim = world.ledger.claim

            async def slow(*args, **more):
                world.now += 10.0  # 400 of them take over an hour
                if len(await world.ledger.leases()):
                    (note,) = await batches.open()
                    elsewhere = note.model_copy(update={"machine": "another"})
                    seen.append(elsewhere.is_being_sent(world.now))
                return await claim(*args, **more)

            world.ledger.claim = slow
            await batches.submit(world.wanted(*map(str, range(400))))

    asyncio.run(run())
    assert seen
    assert all(seen)


def test_a_batch_that_is_not_taken_frees_its_calls_and_its_money(world):
    async def run():
        async with world.process(cap=1.0) as batches:
            world.creates = [Status(403, "Not now.")]
            with pytest.raises(Fault, match="Not now"):
                await batches.submit(world.wanted("one", "two"))
            assert await world.states() == ["abandoned"] * 2
            assert world.budget.spent_usd == pytest.approx(0.0)
            assert await batches.open() == []
            assert len((await batches.submit(world.wanted("one", "two"))).batches) == 1

    asyncio.run(run())


def test_batches_are_split_by_lines_bytes_and_model_and_end_together(world):
    async def run():
        async with world.process() as batches:
            world.api.limits = BatchLimits(lines=4, bytes=10**6, kept_seconds=10**6)
            wanted = [*world.wanted(*map(str, range(10))), *world.wanted("x", model="another-model")]
            notes = (await batches.submit(wanted)).batches
            assert sorted(note.lines for note in notes) == [1, 2, 4, 4]
            size = len(world.api.line(world.request("a")).text) + 1
            world.api.limits = replace(world.api.limits, lines=100, bytes=3 * size)
            notes = (await batches.submit(world.wanted(*"abcdefg"))).batches
            assert [note.lines for note in notes] == [3, 3, 1]
            world.api.limits = replace(world.api.limits, bytes=100)
            (left,) = (await batches.submit(world.wanted("huge"))).left.values()
            assert (left.tool, left.because) == ("tool-huge", "too_large")
            world.finish()
            assert (await batches.collect(wait=True)).kept == 18

    asyncio.run(run())


def test_calls_that_the_cap_does_not_reach_are_left_and_named(world):
    async def run():
        upper = Prices().upper_bound(world.dialect.connect(world.base_url).vendor, world.request()) / 2
        async with world.process(cap=2.5 * upper) as batches:
            submitted = await batches.submit(world.wanted("one", "two", "six"))
            assert [note.lines for note in submitted.batches] == [2]
            left = submitted.left[world.request("six").key]
            assert (left.tool, left.because) == ("tool-six", "budget")
            assert "does not reach" in left.why
            assert submitted.most_usd == pytest.approx(2 * upper, rel=0.01)
            world.finish()
            await batches.collect()
            assert [note.lines for note in (await batches.submit(world.wanted("six"))).batches] == [1]

    asyncio.run(run())


def test_under_a_cap_a_model_without_a_price_is_refused_before_anything_is_sent(world):
    async def run():
        async with world.process(cap=1.0) as batches:
            with pytest.raises(InputError, match="no price"):
                await batches.submit(world.wanted("one", model="nobody-knows-me"))
            assert await world.states() == []

    asyncio.run(run())
    assert world.server.count == 0


def test_a_batch_that_is_not_collected_yet_is_not_sent_again_even_after_its_lease(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            with sqlite3.connect(world.path) as db:
                assert db.execute("UPDATE owners SET beat = 0").rowcount == 1
            db.close()
            again = await batches.submit(world.wanted("one"))
            assert (again.calls, [left.because for left in again.left.values()]) == (0, ["in_flight"])
            world.finish()
            assert (await batches.collect()).kept == 1

    asyncio.run(run())
    assert world.created == 1


def test_a_note_says_whose_batch_it_is_and_its_calls_are_on_lease_for_a_day_and_an_hour(world):
    async def run():
        async with world.process() as batches:
            (note,) = (await batches.submit(world.wanted("one"))).batches
            assert note.created == world.now
            assert (note.provider, note.model, note.run) == (
                world.dialect.provider,
                world.dialect.model,
                "run-1",
            )
            assert note.vendor_id in world.desk.batches
            assert await batches.open() == [note]
            with sqlite3.connect(world.path) as db:
                ((beat,),) = db.execute("SELECT beat FROM owners WHERE id = ?", (note.id,)).fetchall()
            db.close()
            assert beat + 30 - time.time() == pytest.approx(25 * 3_600, abs=60)

    asyncio.run(run())


def live_client(world):
    return Client(
        ledger=world.ledger,
        connect=lambda _name: world.provider,
        run="live",
        prices=Prices(),
        budget=Budget(None),
        limiter=Limiter(Ceilings(4)),
        policy=RetryPolicy(),
    )


def test_a_live_call_for_the_same_says_that_it_is_in_a_batch_and_uses_its_answer_later(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            client = live_client(world)

            def ask():
                return client.send(world.request("one"), tool="t", persona="p", known=0)

            with pytest.raises(Fault, match="panel batch --collect") as said:
                await ask()
            assert (said.value.cause, said.value.attempts) == ("pending", 0)
            world.finish()
            await batches.collect()
            answer = await ask()
            assert (answer.from_ledger, answer.run, answer.reply.text) == (True, "run-1", ANSWER)
            assert client.cost.calls == 0
        assert world.dialect.path not in [seen.path for seen in world.server.requests]

    asyncio.run(run())


def test_what_is_in_flight_live_is_not_put_into_a_batch(world):
    async def run():
        async with world.process() as batches:
            request = world.request("one")
            await world.ledger.claim(request, Intent("live", "t", "p", 0.1), known=0)
            submitted = await batches.submit(world.wanted("one", "two"))
            assert list(submitted.left) == [request.key]
            assert [note.lines for note in submitted.batches] == [1]

    asyncio.run(run())
