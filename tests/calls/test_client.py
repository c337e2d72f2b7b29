import asyncio
import contextlib
import sqlite3
from dataclasses import dataclass, field

import pytest

from panel.calls.budget import Budget
from panel.calls.client import Client
from panel.calls.faults import Fault
from panel.calls.ledger.rows import calls_of
from panel.calls.ledger.sqlite import SqliteLedger
from panel.calls.limits import Ceilings, Limiter
from panel.calls.prices import Prices
from panel.calls.retrying import RetryPolicy
from panel.core.errors import InputError, StoppedEarly
from panel.core.outcomes import Cost
from panel.core.requests import RawReply, Usage
from tests.calls.fakes import (
    FREE_VENDOR,
    VENDOR,
    FakeClock,
    ScriptedProvider,
    SteppingLedger,
    raw,
    request,
)

#: What `fakes.raw` costs: 1,000 tokens in at $2 and 100 out at $10 per million.
COST = 0.003
UPPER = Prices().upper_bound(VENDOR, request())
assert UPPER is not None


@dataclass
class World:
    """One run with its ledger; opened again, it is the next run over the same ledger."""

    folder: object
    open_ledger: type = SqliteLedger
    provider: ScriptedProvider = field(default_factory=ScriptedProvider)
    clock: FakeClock = field(default_factory=FakeClock)
    connected: list = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def run(
        self,
        name="run-1",
        *,
        cap=None,
        spent=0.0,
        concurrency=50,
        prices=None,
        mode="use_ledger",
        most_unanswered=4,
        **policy,
    ):
        self.ledger = self.open_ledger(self.folder / "ledger.sqlite")
        self.budget = Budget(cap, spent)
        self.limiter = Limiter(Ceilings(concurrency), clock=self.clock, sleep=self.clock.sleep)

        def connect(provider):
            self.connected.append(provider)
            return self.provider

        client = Client(
            ledger=self.ledger,
            connect=connect,
            run=name,
            prices=prices or Prices(),
            budget=self.budget,
            limiter=self.limiter,
            policy=RetryPolicy(sleep=self.clock.sleep, clock=self.clock, random=lambda: 1.0, **policy),
            mode=mode,
            most_unanswered=most_unanswered,
        )
        try:
            yield client
        finally:
            await client.close()
            await self.ledger.close()

    async def rows(self):
        return [call async for call in calls_of(self.ledger.rows(), self.ledger.place)]


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def ask(client, text="Is it worth an afternoon?", *, tool="codestral", on_state=None, **changes):
    return client.send(request(text, **changes), tool=tool, persona="builder", on_state=on_state)


async def outcome(sending):
    """The Answer, or the Fault that was raised."""
    try:
        return await sending
    except Fault as fault:
        return fault


def connection_lost(**more):
    return Fault("connection", "closed in mid-body", maybe_paid=True, **more)


# ------------------------------------------------------------ the good way


def test_an_answer_comes_with_its_cost_and_lies_in_the_ledger(world):
    world.provider.script = [raw("ship")]

    async def run():
        async with world.run() as client:
            answer = await ask(client)
            assert (answer.reply.text, answer.key, answer.run) == ("ship", request().key, "run-1")
            assert (answer.cost_usd, answer.from_ledger, answer.attempts) == (COST, False, 1)
            (row,) = await world.rows()
            assert (row.state, row.tool, row.persona) == ("settled", "codestral", "builder")
            assert (row.cost_usd, row.reserved_usd) == (COST, UPPER)
            assert row.usage == Usage(input_tokens=1000, output_tokens=100)
            assert client.cost == Cost(usd=COST, calls=1, input_tokens=1000, output_tokens=100)
            assert client.cost_of("codestral") == client.cost
            assert client.cost_of("another") == Cost()

    asyncio.run(run())


def test_a_second_identical_call_is_answered_from_the_ledger_in_a_later_run(world):
    world.provider.script = [raw("ship")]

    async def run():
        async with world.run("run-1") as client:
            assert await client.stored(request()) == []
            await ask(client)
        async with world.run("run-2") as client:
            (answer,) = await client.stored(request())
            assert (answer.reply.text, answer.run, answer.cost_usd) == ("ship", "run-1", COST)
            assert (answer.from_ledger, answer.attempts) == (True, 0)
            assert client.cost == Cost()

    asyncio.run(run())
    assert len(world.provider.sent) == 1


def test_the_intent_is_on_disk_before_the_request_leaves_and_the_reply_before_it_is_read(world):
    seen = []

    def states():
        with contextlib.closing(sqlite3.connect(world.folder / "ledger.sqlite")) as db:
            return db.execute("SELECT state, body IS NOT NULL FROM calls").fetchall()

    async def answer():
        seen.append(states())
        return raw()

    class Watching(ScriptedProvider):
        def read(self, request, raw):
            seen.append(states())
            return super().read(request, raw)

    world.provider = Watching([answer])

    async def run():
        async with world.run() as client:
            await ask(client)

    asyncio.run(run())
    assert seen == [[("open", 0)], [("kept", 1)]]


def test_a_watcher_is_told_what_the_call_is_doing(world):
    world.provider.script = [Fault("server", "500"), raw()]
    told = []

    async def run():
        async with world.run() as client:
            await ask(client, on_state=told.append)

    asyncio.run(run())
    assert told == ["queued", "thinking", "waiting", "queued", "thinking"]


def test_a_provider_is_connected_once_when_it_is_needed_and_closed_at_the_end(world):
    world.provider.always = raw()

    async def run():
        async with world.run() as client:
            await client.stored(request())
            assert world.connected == [], "an empty ledger needs no provider, and so no key"
            await ask(client, "one")
            await ask(client, "two")

    asyncio.run(run())
    assert world.connected == ["fake"]
    assert world.provider.closed


# ------------------------------------------------------------ asking again


def test_a_429_with_retry_after_is_waited_out_and_sent_once_more(world):  # A01
    world.provider.script = [Fault("rate_limit", "429", status=429, retry_after=1.0), raw()]

    async def run():
        async with world.run() as client:
            answer = await ask(client)
            assert answer.attempts == 2
            assert [row.state for row in await world.rows()] == ["abandoned", "settled"]
            assert client.cost == Cost(usd=COST, calls=2, input_tokens=1000, output_tokens=100)

    asyncio.run(run())
    assert len(world.provider.sent) == 2
    assert world.clock.slept[0] >= 1.0


def test_a_429_that_asks_for_a_day_parks_the_provider_and_lets_others_go_on(world):  # A02
    world.provider.always = Fault("rate_limit", "429 from fake", status=429, retry_after=86400.0)

    async def run():
        async with world.run(concurrency=1) as client:
            parked = await asyncio.gather(*(outcome(ask(client, str(n))) for n in range(10)))
            assert {fault.cause for fault in parked} == {"long_wait"}
            assert {fault.kind for fault in parked} == {"parked"}
            assert [fault.attempts for fault in parked] == [1] + [0] * 9
            world.provider.always = raw()
            answer = await ask(client, provider="another")
            assert answer.reply.text == "ship"

    asyncio.run(run())
    assert len(world.provider.sent) == 2
    assert world.clock.slept == []


def test_a_429_that_asks_for_more_than_the_deadline_parks_the_model(world):
    world.provider.always = Fault("rate_limit", "429 from fake", status=429, retry_after=200.0)

    async def run():
        async with world.run(concurrency=1) as client:
            parked = await asyncio.gather(*(outcome(ask(client, str(n))) for n in range(10)))
            assert {fault.cause for fault in parked} == {"long_wait"}
            assert [fault.attempts for fault in parked] == [1] + [0] * 9
            assert all("wait 3 min 20 s" in fault.message for fault in parked)

    asyncio.run(run())
    assert world.clock.slept == []


def test_a_call_with_too_little_time_left_to_wait_is_parked_alone(world):
    async def late():
        world.clock.now += 100
        raise Fault("rate_limit", "429 from fake", status=429, retry_after=100.0)

    world.provider.script = [late, raw()]

    async def run():
        async with world.run(concurrency=1) as client:
            assert (await outcome(ask(client, "late"))).cause == "long_wait"
            assert (await ask(client, "in time")).reply.text == "ship"

    asyncio.run(run())


def test_an_outage_that_lasts_ends_after_three_requests_and_costs_nothing(world):  # A05, A07
    world.provider.script = [Fault("server", "500", status=500) for _ in range(3)]
    world.provider.always = raw()

    async def run():
        async with world.run(cap=1.0) as client:
            fault = await outcome(ask(client, "poisoned"))
            assert (fault.cause, fault.kind, fault.attempts) == ("server", "outage", 3)
            assert [(row.state, row.status, row.why) for row in await world.rows()] == [
                ("abandoned", 500, "500")
            ] * 3
            assert client.cost == Cost(calls=3)
            assert world.budget.left == 1.0
            assert (await ask(client, "healthy")).reply.text == "ship"

    asyncio.run(run())
    assert len(world.provider.sent) == 4


@pytest.mark.parametrize("cause", ["key", "permission", "quota", "model"])
def test_a_refused_account_costs_four_requests_however_many_tools_wait(world, cause):  # A04, A08, A10
    world.provider.always = Fault(cause, "refused", status=401)

    async def run():
        async with world.run(concurrency=50) as client:
            faults = await asyncio.gather(*(outcome(ask(client, str(n))) for n in range(100)))
            assert {(fault.cause, fault.message) for fault in faults} == {(cause, "refused")}
            assert sum(fault.attempts for fault in faults) == len(world.provider.sent)

    asyncio.run(run())
    assert len(world.provider.sent) <= 4
    assert world.clock.slept == []


def test_a_reply_cut_in_mid_body_counts_as_maybe_paid_and_is_asked_once_more(world):  # A13
    world.provider.script = [connection_lost(), raw()]

    async def run():
        async with world.run(cap=1.0) as client:
            await ask(client)
            assert [row.state for row in await world.rows()] == ["maybe_paid", "settled"]
            assert client.cost.usd == pytest.approx(UPPER + COST)
            assert client.cost.calls == 2
            assert world.budget.left == pytest.approx(1.0 - UPPER - COST)
            assert await world.ledger.spent("run-1") == pytest.approx(UPPER + COST)

    asyncio.run(run())


def test_two_replies_cut_in_mid_body_are_the_most_that_is_risked(world):  # A13, A14
    world.provider.always = connection_lost()

    async def run():
        async with world.run() as client:
            fault = await outcome(ask(client))
            assert (fault.kind, fault.attempts) == ("outage", 2)

    asyncio.run(run())
    assert len(world.provider.sent) == 2


def test_the_piece_of_a_cut_reply_is_kept(world):
    world.provider.script = [connection_lost(raw=RawReply(status=200, body=b'{"text": "sh'))]
    world.provider.always = raw()

    async def run():
        async with world.run() as client:
            await ask(client)
            first, _ = await world.rows()
            assert (first.state, first.body, first.cost_usd) == ("settled", '{"text": "sh', UPPER)

    asyncio.run(run())


def test_no_answer_within_the_deadline_is_an_outage_that_is_not_asked_again(world):  # A14
    async def hangs():
        world.clock.now += 180
        raise Fault("deadline", "no answer in 180 s", maybe_paid=True)

    world.provider.script = [hangs]

    async def run():
        async with world.run() as client:
            fault = await outcome(ask(client))
            assert (fault.cause, fault.kind, fault.attempts) == ("deadline", "outage", 1)
            (row,) = await world.rows()
            assert row.state == "maybe_paid"

    asyncio.run(run())


def test_each_attempt_is_given_what_the_deadline_leaves(world):
    async def slow():
        world.clock.now += 50
        raise Fault("server", "500")

    world.provider.script = [slow, raw()]

    async def run():
        async with world.run(deadline=90.0) as client:
            await ask(client)

    asyncio.run(run())
    assert world.provider.deadlines == [90.0, 90.0 - 50 - 0.5]


def test_waiting_for_a_turn_takes_nothing_from_the_deadline(world):
    async def slow():
        world.clock.now += 80
        return raw()

    world.provider.always = slow

    async def run():
        async with world.run(deadline=90.0, concurrency=1) as client:
            await asyncio.gather(*(ask(client, str(n)) for n in range(5)))

    asyncio.run(run())
    assert world.provider.deadlines == [90.0] * 5


def test_a_broken_envelope_is_kept_charged_and_asked_again_within_the_three(world):
    world.provider.script = [RawReply(status=200, body=b"<html>"), RawReply(status=200, body=b"null"), raw()]

    async def run():
        async with world.run() as client:
            answer = await ask(client)
            assert answer.attempts == 3
            assert [(row.state, row.body) for row in await world.rows()][:2] == [
                ("settled", "<html>"),
                ("settled", "null"),
            ]
            assert client.cost.usd == pytest.approx(2 * UPPER + COST)
            good, *broken = await client.stored(request())
            assert good.reply.text == "ship"
            assert [(fault.cause, fault.attempts) for fault in broken] == [("envelope", 0)] * 2

    asyncio.run(run())


# ------------------------------------------------------------ what it costs


def empty_answers(usage, **more):
    """A provider whose first answer is empty; that envelope tells its usage."""

    class EmptyFirst(ScriptedProvider):
        def read(self, request, raw):
            reply = super().read(request, raw)
            if not reply.text:
                raise Fault("envelope", "empty answer", raw=raw, maybe_paid=True, usage=reply.usage, **more)
            return reply

    return EmptyFirst([raw("", usage=usage), raw()])


def test_an_empty_answer_is_charged_what_it_says_it_used(world):
    world.provider = empty_answers({"input_tokens": 1000, "output_tokens": 200})
    empty = (1000 * 2 + 200 * 10) / 1_000_000

    async def run():
        async with world.run(cap=1.0) as client:
            answer = await ask(client)
            assert answer.cost_usd == COST
            first, _ = await world.rows()
            assert (first.state, first.cost_usd) == ("settled", pytest.approx(empty))
            assert first.usage == Usage(input_tokens=1000, output_tokens=200)
            assert client.cost.usd == pytest.approx(empty + COST)
            assert (client.cost.calls, client.cost.input_tokens, client.cost.output_tokens) == (2, 2000, 300)
            assert world.budget.left == pytest.approx(1.0 - empty - COST)
            assert await world.ledger.spent("run-1") == pytest.approx(empty + COST)

    asyncio.run(run())


def test_an_empty_answer_of_another_model_is_charged_at_that_ones_price(world):
    world.provider = empty_answers(
        {"input_tokens": 1000, "output_tokens": 100}, served_model="claude-opus-5-5"
    )

    async def run():
        async with world.run() as client:
            await ask(client)
            assert (await world.rows())[0].cost_usd == pytest.approx((1000 * 4 + 100 * 20) / 1_000_000)

    asyncio.run(run())


@pytest.mark.parametrize("usage", [{}, {"input_tokens": 5, "doubt": "output_tokens: -3"}])
def test_an_empty_answer_whose_usage_is_not_to_be_trusted_costs_the_reservation(world, usage):
    world.provider = empty_answers(usage)

    async def run():
        async with world.run() as client:
            await ask(client)
            assert (await world.rows())[0].cost_usd == UPPER
            assert client.cost == Cost(usd=UPPER + COST, calls=2, input_tokens=1000, output_tokens=100)

    asyncio.run(run())


@pytest.mark.parametrize(
    "usage",
    [{}, {"input_tokens": 10**30, "output_tokens": 1}, {"input_tokens": 5, "doubt": "output_tokens: -3"}],
)
def test_where_the_usage_is_not_to_be_trusted_the_reservation_is_charged(world, usage):  # A29
    world.provider.script = [raw(usage=usage)]

    async def run():
        async with world.run(cap=1.0) as client:
            answer = await ask(client)
            assert answer.cost_usd == UPPER
            assert client.cost.usd == UPPER
            assert world.budget.spent_usd == UPPER
            assert await world.ledger.spent("run-1") == UPPER

    asyncio.run(run())


def test_another_model_that_answered_is_charged_at_its_own_price(world):  # A28
    world.provider.script = [raw(model="claude-opus-5-5"), raw(model="nobody-knows-it")]

    async def run():
        async with world.run() as client:
            assert (await ask(client)).cost_usd == pytest.approx((1000 * 4 + 100 * 20) / 1_000_000)
            assert (await ask(client)).cost_usd == UPPER

    asyncio.run(run())


def test_an_unknown_price_makes_the_cost_unknown_and_not_nothing(world):
    world.provider.always = raw()

    async def run():
        async with world.run() as client:
            answer = await ask(client, model="llama3.2")
            assert answer.cost_usd is None
            assert client.cost.usd is None
            await ask(client, "a model with a price")
            assert client.cost.usd is None
            assert client.cost.calls == 2

    asyncio.run(run())


def test_a_provider_without_models_costs_nothing(world):
    world.provider.vendor = FREE_VENDOR
    world.provider.script = [raw(usage={})]

    async def run():
        async with world.run(cap=0.0) as client:
            assert (await ask(client)).cost_usd == 0.0
            assert client.cost.usd == 0.0

    asyncio.run(run())


def test_an_unknown_price_under_a_cap_is_refused_before_anything_is_sent(world):  # B14
    async def run():
        async with world.run(cap=1.0) as client:
            with pytest.raises(InputError, match=r"llama3\.2"):
                await ask(client, model="llama3.2")
            assert await world.rows() == []
            world.provider.script = [raw()]
            assert (await ask(client)).cost_usd == COST, "a model with a price is not held up by it"
        async with world.run(cap=1.0, prices=Prices(price_in=1, price_out=1)) as client:
            world.provider.script = [raw()]
            assert (await ask(client, model="llama3.2")).cost_usd == pytest.approx(0.0011)

    asyncio.run(run())


def test_fifty_workers_with_money_for_ten_send_ten(world):  # B13
    world.provider.always = raw(usage={})  # every call is charged its whole reservation

    async def run():
        async with world.run(cap=10 * UPPER + 1e-9, concurrency=50) as client:
            outcomes = await asyncio.gather(*(outcome(ask(client, f"{n:025}")) for n in range(50)))
            faults = [each for each in outcomes if isinstance(each, Fault)]
            assert len(world.provider.sent) == 10
            assert {(fault.cause, fault.kind, fault.attempts) for fault in faults} == {
                ("budget", "parked", 0)
            }
            assert all("spent" in fault.message and "left" in fault.message for fault in faults)
            assert len(await world.rows()) == 10
            assert await world.ledger.spent("run-1") <= 10 * UPPER + 1e-9

    asyncio.run(run())


def test_money_that_calls_give_back_lets_others_go_on(world):
    world.provider.always = raw()

    async def run():
        async with world.run(cap=1.9 * UPPER, concurrency=4) as client:  # for one at a time
            answers = await asyncio.gather(*(ask(client, str(n)) for n in range(4)))
            assert len(answers) == 4
            assert client.cost.usd == pytest.approx(4 * COST)

    asyncio.run(run())


def test_what_a_run_spent_before_counts_against_its_cap(world):
    async def run():
        async with world.run(cap=1.0, spent=1.0) as client:
            assert (await outcome(ask(client))).cause == "budget"

    asyncio.run(run())
    assert world.provider.sent == []


# ------------------------------------------------------------ modes


def test_fresh_sees_only_what_this_run_asked_itself(world):
    world.provider.always = raw()

    async def run():
        async with world.run("run-1") as client:
            await ask(client)
        async with world.run("run-2", mode="fresh") as client:
            assert await client.stored(request()) == []
            await ask(client)
            (answer,) = await client.stored(request())
            assert answer.run == "run-2"
        async with world.run("run-3") as client:
            assert [answer.run for answer in await client.stored(request())] == ["run-2", "run-1"]

    asyncio.run(run())


def test_from_ledger_sends_nothing_and_says_so(world):
    world.provider.always = raw()

    async def run():
        async with world.run("run-1") as client:
            await ask(client)
        async with world.run("run-2", mode="from_ledger") as client:
            assert len(await client.stored(request())) == 1
            fault = await outcome(ask(client, "never asked"))
            assert (fault.cause, fault.kind, fault.attempts) == ("not_in_ledger", "parked", 0)
            assert len(await world.rows()) == 1

    asyncio.run(run())
    assert len(world.provider.sent) == 1


def test_the_same_response_id_twice_is_two_replies_under_our_own_keys(world):  # A30
    world.provider.always = raw(id="resp_1")

    async def run():
        async with world.run() as client:
            await ask(client, "one")
            await ask(client, "two")
            for text in ("one", "two"):
                (answer,) = await client.stored(request(text))
                assert answer.key == request(text).key
                assert answer.reply.response_id == "resp_1"

    asyncio.run(run())


# ------------------------------------------------------------ stopping


def test_after_a_stop_nothing_leaves_and_what_is_in_flight_goes_on(world):
    async def run():
        async with world.run(concurrency=1) as client:
            gate = asyncio.Event()

            async def answer():
                await gate.wait()
                return raw()

            world.provider.always = answer
            calls = [asyncio.create_task(outcome(ask(client, str(n)))) for n in range(3)]
            await world.provider.arrived.wait()
            client.stop()
            refused = await asyncio.wait_for(asyncio.gather(*calls[1:]), 1)
            assert {(fault.cause, fault.attempts) for fault in refused} == {("stopped", 0)}
            assert (await outcome(ask(client, "late", model="claude-opus-5-5"))).cause == "stopped"
            gate.set()
            assert (await calls[0]).reply.text == "ship"
            assert [row.state for row in await world.rows()] == ["settled"]

    asyncio.run(run())
    assert len(world.provider.sent) == 1


def test_a_stop_ends_the_wait_for_another_attempt(world):
    world.provider.always = Fault("rate_limit", "429", retry_after=60.0)

    async def run():
        async with world.run() as client:
            fault = await outcome(ask(client, on_state=lambda state: state == "waiting" and client.stop()))
            assert (fault.cause, fault.attempts) == ("stopped", 1)

    asyncio.run(run())


def test_a_call_that_is_cancelled_in_flight_is_noted_as_maybe_paid(world):
    async def run():
        async with world.run(cap=1.0) as client:
            world.provider.always = asyncio.Event().wait
            call = asyncio.create_task(ask(client))
            await world.provider.arrived.wait()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            (row,) = await world.rows()
            assert row.state == "maybe_paid"
            assert "interrupted" in row.why
            assert world.budget.left == pytest.approx(1.0 - UPPER)
            assert client.cost == Cost(usd=UPPER, calls=1)

    asyncio.run(run())


@pytest.mark.parametrize("cancels", [1, 2])
@pytest.mark.parametrize(
    ("step", "ends"),
    [
        (raw(), {"settled"}),
        (Fault("request", "400", status=400), set()),
        (Fault("deadline", "no answer", maybe_paid=True), set()),
    ],
)
def test_a_cancellation_at_any_instant_loses_no_reply_and_leaves_no_call_open(world, step, ends, cancels):
    """Cancel after 0, 1, 2 … steps of the event loop, until a call comes through untouched."""
    world.open_ledger = SteppingLedger
    world.provider.always = step

    async def cancelled_after(steps):
        sent_before = len(world.provider.sent)
        async with world.run(cap=1.0) as client:
            call = asyncio.create_task(ask(client))
            for _ in range(steps):
                await asyncio.sleep(0)
            untouched = call.done()
            for _ in range(cancels):
                call.cancel()
                await asyncio.sleep(0)
            await asyncio.gather(call, return_exceptions=True)
            states = [row["state"] for row in world.ledger.rows]
            assert set(states) <= {"abandoned", "maybe_paid", "settled"}, "nothing stays open"
            assert client.cost.calls == len(world.provider.sent) - sent_before
            assert world.budget.in_flight == 0
            assert world.budget.spent_usd == pytest.approx(sum(row["usd"] for row in world.ledger.rows))
            async with asyncio.timeout(1), world.limiter.turn("fake", request().model):
                pass
            return untouched, states

    async def run():
        seen = []
        for steps in range(1000):
            untouched, states = await cancelled_after(steps)
            seen += states
            if untouched:
                return set(seen)
        return None

    assert asyncio.run(run()) == {"abandoned", "maybe_paid"} | ends


def test_a_full_disk_stops_sending(world):
    world.provider.always = raw("x" * 20_000)

    async def run():
        async with world.run(concurrency=1) as client:
            await asyncio.wrap_future(
                world.ledger._writer.hand_over(
                    lambda db: db.execute(
                        f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0] + 12}"
                    ).fetchone()
                )
            )
            calls = [asyncio.create_task(ask(client, str(n))) for n in range(20)]
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
            kinds = [type(each).__name__ for each in outcomes]
            sent = len(world.provider.sent)
            assert "StoppedEarly" in kinds
            assert set(kinds[sent:]) == {"Fault"}, "after the first failure nothing more is sent"
            assert {each.cause for each in outcomes[sent:]} == {"stopped"}
            (stopped,) = [each for each in outcomes if isinstance(each, StoppedEarly)]
            assert "disk full" in stopped.message

    asyncio.run(run())
    assert 1 < len(world.provider.sent) < 20


def test_a_reply_kept_just_before_a_crash_is_settled_when_it_is_read_again(world):
    world.provider.always = raw()

    async def run():
        async with world.run("run-1") as client:
            await ask(client)
        with contextlib.closing(sqlite3.connect(world.folder / "ledger.sqlite", isolation_level=None)) as db:
            db.execute("UPDATE calls SET state = 'kept', usage = NULL, cost_usd = NULL")
        async with world.run("run-2") as client:
            assert await world.ledger.spent("run-1") == UPPER
            (answer,) = await client.stored(request())
            assert answer.cost_usd == COST
            assert await world.ledger.spent("run-1") == COST

    asyncio.run(run())
    assert len(world.provider.sent) == 1


def test_a_mistake_in_a_provider_is_raised_and_its_call_counts_as_maybe_paid(world):
    world.provider.script = [TypeError("a mistake")]

    async def run():
        async with world.run() as client:
            with pytest.raises(TypeError):
                await ask(client)
            (row,) = await world.rows()
            assert row.state == "maybe_paid"
            assert world.budget.in_flight == 0

    asyncio.run(run())
