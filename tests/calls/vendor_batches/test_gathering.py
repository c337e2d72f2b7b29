"""A client that gathers: nothing is sent, each call is wanted once, and rounds end a conversation."""

import asyncio
import contextlib
import sqlite3

import pytest

from panel.calls.budget import Budget
from panel.calls.faults import Fault
from panel.calls.ledger.base import Intent
from panel.calls.limits import Ceilings, Limiter
from panel.calls.prices import Prices
from panel.calls.retrying import RetryPolicy
from panel.calls.vendor_batches.gathering import Gathering
from panel.core.errors import InputError
from panel.core.requests import Message
from tests.calls.providers.dialects import ANSWER
from tests.standin import Status, Text, Usage
from tests.standin.batches import Unmade

ASK_AGAIN = Message(role="user", parts=("You contradict yourself. Once more.",))


@contextlib.asynccontextmanager
async def gathering(world, batches, *, run="run-1", cap=None, **more):
    """The client of one round; `batches` are there so that the ledger is open."""
    assert batches is not None
    client = Gathering(
        ledger=world.ledger,
        connect=lambda _name: world.provider,
        run=run,
        prices=Prices(),
        budget=world.budget if cap is None else Budget(cap),
        limiter=Limiter(Ceilings(4)),
        policy=RetryPolicy(),
        **more,
    )
    yield client
    await client.close()
    world.provider = world.dialect.connect(world.base_url)


async def asked(client, request, *, known=0, tool="tool"):
    with pytest.raises(Fault) as caught:
        await client.send(request, tool=tool, persona="builder", known=known)
    return caught.value


def count(client):
    """How many calls are gathered."""
    return len(list(client.wanted()))


def test_it_sends_nothing_and_gathers_each_request_once_with_whom_it_is_for(world):
    async def run():
        async with world.process() as batches, gathering(world, batches) as client:
            one, two = world.request("one"), world.request("two \ud800 é")
            for request in (one, two, one):
                fault = await asked(client, request, known=1)
                assert (fault.cause, fault.kind, fault.attempts, fault.retry) == (
                    "pending",
                    "parked",
                    0,
                    False,
                )
            assert count(client) == 2
            for _ in range(2):
                wanted = list(client.wanted())
                assert [each.request.key for each in wanted] == [one.key, two.key]
                assert wanted[0].request == one
                assert {(each.tool, each.persona, each.known) for each in wanted} == {("tool", "builder", 1)}
            assert client.cost.calls == 0
            assert await world.states() == []

    asyncio.run(run())
    assert world.server.count == 0


def test_without_anything_asked_nothing_is_wanted(world):
    async def run():
        async with world.process() as batches, gathering(world, batches) as client:
            assert (count(client), list(client.wanted())) == (0, [])

    asyncio.run(run())


def test_what_is_in_an_open_batch_is_pending_and_not_wanted_even_after_its_lease(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
        _end_all_leases(world)
        async with world.process("run-2") as batches, gathering(world, batches, run="run-2") as client:
            assert (await asked(client, world.request("one"))).cause == "pending"
            assert (await asked(client, world.request("two"))).cause == "pending"
            assert [each.request.key for each in client.wanted()] == [world.request("two").key]

    asyncio.run(run())


def _end_all_leases(world):
    with sqlite3.connect(world.path) as db:
        assert db.execute("UPDATE owners SET beat = 0").rowcount == 1
    db.close()


def test_a_round_begins_with_nothing_gathered_and_another_look_at_what_is_in_batches(world):
    async def run():
        async with world.process() as batches, gathering(world, batches) as client:
            await asked(client, world.request("one"))
            await batches.submit(client.wanted())
            client.start_round()
            assert (count(client), list(client.wanted())) == (0, [])
            await asked(client, world.request("one"))
            assert count(client) == 0
            world.lines = {"one": Unmade()}
            world.finish()
            await batches.collect()
            client.start_round()
            await asked(client, world.request("one"))
            assert count(client) == 1

    asyncio.run(run())


def test_what_the_vendor_refused_fails_with_its_words_and_is_not_wanted_again(world):
    async def run():
        async with world.process() as batches, gathering(world, batches) as client:
            world.lines = {"one": Status(400, "Not this one.")}
            await batches.submit(world.wanted("one"))
            world.finish()
            client.refused.update((await batches.collect()).refused)
            fault = await asked(client, world.request("one"))
            assert (fault.cause, fault.kind, fault.attempts) == ("request", "outage", 0)
            assert "not this one." in fault.message.lower()
            assert count(client) == 0

    asyncio.run(run())


def test_a_line_that_fails_for_the_account_fails_so_every_time_it_is_asked_for(world):
    async def run():
        async with world.process() as batches, gathering(world, batches) as client:
            world.lines = {"one": Status(402, "Nothing left.")}
            await batches.submit(world.wanted("one"))
            world.finish()
            client.refused.update((await batches.collect()).refused)
            first = await asked(client, world.request("one"))
            first.attempts, first.run = 7, "somebody's"
            again = await asked(client, world.request("one"))
            assert (again.cause, again.account, again.status) == ("quota", True, 402)
            assert (again.attempts, again.run) == (0, None), "what is done to one is not seen in the next"
            assert "nothing left." in again.message.lower()
            assert count(client) == 0

    asyncio.run(run())


def test_what_no_batch_takes_fails_as_whoever_submits_says(world):
    async def run():
        async with world.process() as batches, gathering(world, batches) as client:
            request = world.request("one")
            client.refused[request.key] = Fault("unanswered", "asked four times")
            fault = await asked(client, request)
            assert (fault.cause, fault.kind, fault.message) == ("unanswered", "parked", "asked four times")
            assert (fault.attempts, count(client)) == (0, 0)

    asyncio.run(run())


def test_in_mode_fresh_only_batches_of_the_run_count(world):
    async def run():
        async with world.process() as batches:
            await batches.submit(world.wanted("one"))
            for run_id, most in (("run-1", 0), ("run-2", 1)):
                async with gathering(world, batches, run=run_id, mode="fresh") as client:
                    await asked(client, world.request("one"))
                    assert count(client) == most
                    assert [each.known for each in client.wanted()] == [None] * most

    asyncio.run(run())


def test_it_refuses_as_a_client_does(world):
    async def run():
        async with world.process() as batches:
            async with gathering(world, batches, mode="from_ledger") as client:
                assert (await asked(client, world.request())).cause == "not_in_ledger"
            async with gathering(world, batches) as client:
                client.stop()
                assert (await asked(client, world.request())).cause == "stopped"
            async with gathering(world, batches, cap=1.0) as client:
                with pytest.raises(InputError, match="no price"):
                    await asked(client, world.request(model="nobody-knows-me"))
            assert count(client) == 0

    asyncio.run(run())


# ------------------------------------------------------------ rounds


async def conversation(client, request):
    """As a seat's: an opening, and the same asked once more; the last answer, or the fault it stopped at."""
    for _ in range(2):
        stored = await client.stored(request)
        try:
            answer = stored[0] if stored else await client.send(request, tool="t", persona="p", known=0)
        except Fault as fault:
            return fault
        request = request.followed_by(Message(role="assistant", parts=(answer.reply.text,)), ASK_AGAIN)
    return answer


async def round_of(world, batches, texts):
    """Gather, submit, collect; what the conversations came to, and how many calls went out."""
    async with gathering(world, batches) as client:
        ends = await asyncio.gather(*(conversation(client, world.request(text)) for text in texts))
        submitted = await batches.submit(client.wanted())
    world.finish()
    await batches.collect(wait=True)
    return ends, submitted.calls


def test_as_many_rounds_as_turns_end_all_conversations_and_each_call_is_made_once(world):
    texts = ("one", "two", "three", "one")

    async def run():
        async with world.process() as batches:
            for _ in range(2):
                ends, calls = await round_of(world, batches, texts)
                assert {end.cause for end in ends} == {"pending"}
                assert calls == 3
            ends, calls = await round_of(world, batches, texts)
            assert ([end.reply.text for end in ends], calls) == ([ANSWER] * 4, 0)
            assert await world.states() == ["settled"] * 6
        assert len(set(world.desk.custom_ids)) == len(world.desk.custom_ids) == 6

    asyncio.run(run())


def test_conversations_at_different_turns_go_on_side_by_side(world):
    async def run():
        async with world.process() as batches:
            await round_of(world, batches, ["one"])
            _, calls = await round_of(world, batches, ["one", "two"])
            assert calls == 2
            ends, calls = await round_of(world, batches, ["one", "two"])
            assert calls == 1
            assert ends[0].reply.text == ANSWER
            assert ends[1].cause == "pending"

    asyncio.run(run())


def test_what_is_asked_live_between_gathering_and_submitting_is_left(world):
    async def run():
        async with world.process() as batches, gathering(world, batches) as client:
            for text in ("one", "two"):
                await asked(client, world.request(text))
            await world.ledger.claim(world.request("one"), Intent("live", "t", "p", 0.1), known=0)
            submitted = await batches.submit(client.wanted())
            assert submitted.calls == 1
            assert [left.because for left in submitted.left.values()] == ["in_flight"]

    asyncio.run(run())


def test_a_stored_answer_of_a_batch_has_its_half_price(world):
    world.lines = {"one": Text(ANSWER)}

    async def run():
        async with world.process() as batches:
            await round_of(world, batches, ["one"])
            async with gathering(world, batches) as client:
                (answer,) = await client.stored(world.request("one"))
                assert answer.cost_usd == pytest.approx(await world.live_price("one") / 2)

    asyncio.run(run())


def test_a_kept_answer_of_a_batch_is_charged_with_no_more_than_was_set_aside_by_whoever_reads_it(world):
    async def run():
        async with world.process() as batches:
            most = {world.dialect.output_name: 5_000}  # more than the request allows
            world.lines = {"one": Usage(Text(ANSWER), most)}
            await round_of(world, batches, ["one"])
            with sqlite3.connect(world.path) as db:  # as if it was killed before it was settled
                db.execute("UPDATE calls SET state = 'kept', usage = NULL, cost_usd = NULL")
            db.close()
            async with gathering(world, batches) as client:
                (answer,) = await client.stored(world.request("one"))
            (call,) = await world.calls()
            assert call.state == "settled"
            assert answer.cost_usd == call.cost_usd == pytest.approx(call.reserved_usd)

    asyncio.run(run())


def test_a_tool_that_does_not_fit_under_the_cap_is_not_gathered_at_all(world):
    async def run():
        async with world.process() as batches:
            one = world.request("one")
            upper = Prices().upper_bound(world.provider.vendor, one, batch=True)
            async with gathering(world, batches, cap=2.5 * upper) as client:
                assert (await asked(client, one, tool="small")).cause == "pending"
                client.is_over("small")
                assert (await asked(client, world.request("two"), tool="large")).cause == "pending"
                assert (await asked(client, world.request("three"), tool="large")).cause == "budget"
                client.is_over("large")
                assert (await asked(client, world.request("four"), tool="other")).cause == "pending"
                client.is_over("other")
                assert [each.tool for each in client.wanted()] == ["small", "other"]
                assert client.budget.left == pytest.approx(2.5 * upper), "whoever sends sets aside anew"

    asyncio.run(run())
