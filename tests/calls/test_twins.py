"""Two that want the same call: one pays, the other waits for it."""

import asyncio

from panel.calls.faults import Fault
from panel.calls.ledger.base import Intent
from panel.calls.ledger.processes import Process
from panel.core.outcomes import Cost
from tests.calls.fakes import ScriptedProvider, raw, request
from tests.calls.test_client import COST, World, connection_lost, outcome


class Held(ScriptedProvider):
    """A provider that answers when it is told to."""

    def __init__(self, answer):
        super().__init__()
        self.answer, self.let_go = answer, asyncio.Event()
        self.always = self.hold

    async def hold(self):
        await self.let_go.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def ask(client, text="Is it worth an afternoon?", *, known=0):
    return client.send(request(text), tool="codestral", persona="builder", known=known)


def two_over_one_ledger(tmp_path, play):
    """`play(one, other)`: two runs over one ledger, each with a provider of its own."""

    async def run():
        one, other = World(tmp_path), World(tmp_path)
        async with one.run("run-1") as one.client, other.run("run-2") as other.client:
            await play(one, other)

    asyncio.run(asyncio.wait_for(run(), 20))


def test_the_second_waits_and_uses_the_answer_the_first_has_paid_for(tmp_path):
    async def play(one, other):
        one.provider = Held(raw("ship"))
        paying = asyncio.create_task(ask(one.client))
        await one.provider.arrived.wait()
        waiting = asyncio.create_task(ask(other.client))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        one.provider.let_go.set()
        paid, got = await paying, await waiting
        assert (got.reply, got.cost_usd, got.run) == (paid.reply, COST, "run-1")
        assert (got.from_ledger, got.attempts) == (True, 0)
        assert other.provider.sent == []
        assert other.client.cost == Cost()
        assert other.budget.in_flight == 0

    two_over_one_ledger(tmp_path, play)


def test_an_answer_that_came_between_looking_and_asking_is_used(tmp_path):
    async def play(one, other):
        assert await other.client.stored(request()) == []
        one.provider.always = raw("ship")
        await ask(one.client)
        got = await ask(other.client, known=0)
        assert (got.reply.text, got.from_ledger) == ("ship", True)
        assert other.provider.sent == []

    two_over_one_ledger(tmp_path, play)


def test_what_was_looked_at_and_found_wanting_is_asked_again(tmp_path):
    async def play(one, other):
        one.provider.always = raw("hm")
        other.provider.always = raw("ship")
        await ask(one.client)
        assert len(await other.client.stored(request())) == 1
        assert (await ask(other.client, known=1)).reply.text == "ship"

    two_over_one_ledger(tmp_path, play)


def test_when_the_first_gets_no_answer_the_second_asks_itself(tmp_path):
    async def play(one, other):
        one.provider = Held(Fault("request", "HTTP 400: not today", status=400))
        other.provider.always = raw("ship")
        failing = asyncio.create_task(outcome(ask(one.client)))
        await one.provider.arrived.wait()
        waiting = asyncio.create_task(ask(other.client))
        await asyncio.sleep(0.1)
        one.provider.let_go.set()
        assert (await failing).cause == "request"
        got = await waiting
        assert (got.run, got.from_ledger) == ("run-2", False)

    two_over_one_ledger(tmp_path, play)


def test_an_unreadable_answer_of_the_first_is_asked_again_by_the_second_and_charged_to_each(tmp_path):
    async def play(one, other):
        broken = raw("").model_copy(update={"body": b"<html>"})
        one.provider = Held(broken)
        failing = asyncio.create_task(outcome(ask(one.client)))
        await one.provider.arrived.wait()
        other.provider.always = raw("ship")
        waiting = asyncio.create_task(ask(other.client))
        await asyncio.sleep(0.1)
        one.provider.always = raw("ship, too")
        one.provider.let_go.set()
        answers = [await failing, await waiting]
        assert all(answer.reply.text.startswith("ship") for answer in answers)
        assert len(one.provider.sent) + len(other.provider.sent) == 2, "one broken, one good"

    two_over_one_ledger(tmp_path, play)


def test_a_second_in_the_same_process_waits_like_any_other(tmp_path):
    async def run():
        world = World(tmp_path, provider=Held(raw("ship")))
        async with world.run() as client:
            calls = [asyncio.create_task(ask(client)) for _ in range(5)]
            await world.provider.arrived.wait()
            world.provider.let_go.set()
            answers = await asyncio.gather(*calls)
        assert [answer.reply.text for answer in answers] == ["ship"] * 5
        assert sorted(answer.from_ledger for answer in answers) == [False, True, True, True, True]
        assert len(world.provider.sent) == 1

    asyncio.run(asyncio.wait_for(run(), 20))


def test_whoever_waits_for_another_holds_no_turn(tmp_path):
    async def run():
        one, other = World(tmp_path), World(tmp_path)
        async with one.run("run-1") as first, other.run("run-2", concurrency=1) as second:
            one.provider, other.provider.always = Held(raw()), raw("mine")
            paying = asyncio.create_task(ask(first))
            await one.provider.arrived.wait()
            waiting = asyncio.create_task(ask(second))
            await asyncio.sleep(0.1)
            assert (await ask(second, "another question")).reply.text == "mine"
            one.provider.let_go.set()
            await asyncio.gather(paying, waiting)

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_stop_ends_the_wait_for_another(tmp_path):
    async def play(one, other):
        one.provider = Held(raw())
        paying = asyncio.create_task(ask(one.client))
        await one.provider.arrived.wait()
        waiting = asyncio.create_task(outcome(ask(other.client)))
        await asyncio.sleep(0.1)
        other.client.stop()
        fault = await waiting
        assert (fault.cause, fault.attempts) == ("stopped", 0)
        one.provider.let_go.set()
        await paying

    two_over_one_ledger(tmp_path, play)


def test_a_fresh_run_neither_waits_nor_takes_an_answer_of_another(tmp_path):
    async def run():
        one, other = World(tmp_path), World(tmp_path)
        async with one.run("run-1") as first, other.run("run-2", mode="fresh") as second:
            one.provider, other.provider.always = Held(raw("old")), raw("new")
            paying = asyncio.create_task(ask(first))
            await one.provider.arrived.wait()
            assert (await ask(second)).reply.text == "new"
            one.provider.let_go.set()
            await paying

    asyncio.run(asyncio.wait_for(run(), 20))


# ------------------------------------------------------------ asked and asked, and never answered


async def leave_open(world, times):
    """As if `times` processes had died with this call in flight."""
    world.ledger._process = Process("dead", 1, "1")
    for n in range(times):
        world.ledger._owner = f"dead-{n}"
        await world.ledger.claim(request(), Intent(f"run-{n}", "codestral", "builder", 0.01))
    await world.ledger._write(lambda db: db.execute("UPDATE owners SET beat = 0").rowcount)


def test_an_intent_without_a_reply_is_asked_again_and_its_money_stays_counted(tmp_path):
    async def run():
        world = World(tmp_path)
        world.provider.always = raw("ship")
        async with world.run("run-9") as client:
            await leave_open(world, times=3)
            assert (await ask(client)).reply.text == "ship"
            assert [await world.ledger.spent(f"run-{n}") for n in range(3)] == [0.01] * 3

    asyncio.run(run())


def test_the_fifth_intent_is_parked_until_somebody_wants_it(tmp_path):
    async def run():
        world = World(tmp_path)
        world.provider.always = raw("ship")
        async with world.run("run-9") as client:
            await leave_open(world, times=4)
            fault = await outcome(ask(client))
            assert (fault.cause, fault.kind, fault.attempts) == ("unanswered", "parked", 0)
            assert "4 times" in fault.message
            assert "--retry-maybe-paid" in fault.message
            assert world.budget.in_flight == 0
        async with world.run("run-10", most_unanswered=None) as client:
            assert (await ask(client)).reply.text == "ship"

    asyncio.run(run())


def test_attempts_of_one_run_that_may_have_been_paid_count_as_well(tmp_path):
    async def run():
        world = World(tmp_path)
        world.provider.always = connection_lost()
        for n in range(2):
            async with world.run(f"run-{n}") as client:
                assert (await outcome(ask(client))).cause == "connection"
        assert len(world.provider.sent) == 4
        async with world.run("run-2") as client:
            assert (await outcome(ask(client))).cause == "unanswered"
        assert len(world.provider.sent) == 4

    asyncio.run(run())
