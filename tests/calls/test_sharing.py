"""Two clients over one ledger that share a run: one cap, one ceiling, and nobody waits for ever."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import pytest

from panel.calls.budget import Budget
from panel.calls.client import Client
from panel.calls.errand import Answer
from panel.calls.faults import Fault
from panel.calls.ledger.base import Crowded, OverCap
from panel.calls.ledger.sqlite import SqliteLedger
from panel.calls.limits import Ceilings, Limiter
from panel.calls.prices import Prices
from panel.calls.retrying import RetryPolicy
from panel.calls.sharing import Commons, NoRoom
from panel.core.errors import InputError
from tests.calls.fakes import FREE_VENDOR, VENDOR, ScriptedProvider, raw, request

UPPER = Prices().upper_bound(VENDOR, request("question 00"))
COST = 0.003


@dataclass
class Vendor:
    """Counts what arrives from everybody, and answers a moment later, or when it is told to."""

    usage: dict | None = None
    seconds: float = 0.01
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: int = 0
    peak: int = 0
    arrived: int = 0

    async def answer(self):
        self.in_flight += 1
        self.arrived += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            await asyncio.sleep(self.seconds)
            await self.let_go.wait()
        finally:
            self.in_flight -= 1
        return raw(usage=self.usage)

    async def has(self, number):
        """Wait until so many have arrived."""
        for _ in range(1000):
            if self.arrived >= number:
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"{self.arrived} of {number} have arrived")

    def provider(self):
        return ScriptedProvider(always=self.answer)


@contextlib.asynccontextmanager
async def worker(tmp_path, vendor, *, cap=None, spent=0.0, earlier=0.0, concurrency=50, **ceilings):
    ledger = SqliteLedger(tmp_path / "ledger.sqlite")
    client = Client(
        ledger=ledger,
        connect=lambda _: vendor.provider(),
        run="run-1",
        prices=Prices(),
        budget=Budget(cap, spent, earlier_usd=earlier),
        limiter=Limiter(Ceilings(concurrency, **ceilings)),
        policy=RetryPolicy(),
        shared=True,
    )
    try:
        yield client
    finally:
        await client.close()
        await ledger.close()


def ask(client, number=0, **changes):
    question = request(f"question {number:02d}", **changes)
    return client.send(question, tool=f"tool-{number}", persona="builder", known=0)


async def outcomes(asking):
    found = await asyncio.gather(*asking, return_exceptions=True)
    others = [each for each in found if not isinstance(each, Answer | Fault)]
    if others:
        raise others[0]
    return [each for each in found if isinstance(each, Answer)], [
        each for each in found if isinstance(each, Fault)
    ]


def together(tmp_path, play, *, usage=None, **options):
    """`play(one, other, vendor)`: two workers on one run, and the vendor both ask."""

    async def run():
        vendor = Vendor(usage=usage)
        vendor.let_go.set()
        async with worker(tmp_path, vendor, **options) as one, worker(tmp_path, vendor, **options) as other:
            await play(one, other, vendor)

    asyncio.run(asyncio.wait_for(run(), 30))


def test_one_cap_holds_over_both_and_what_does_not_fit_is_parked_as_ever(tmp_path):
    async def play(one, other, vendor):
        answers, faults = await outcomes(ask(client, n) for n in range(10) for client in (one, other))
        got = {answer.key for answer in answers}
        assert (len(got), vendor.arrived) == (5, 5)
        assert {(fault.cause, fault.kind, fault.attempts) for fault in faults} == {("budget", "parked", 0)}
        assert f"the budget of ${5.5 * UPPER:.4f} does not reach" in faults[0].message
        assert f"${5 * UPPER:.4f} spent, ${0.5 * UPPER:.4f} left" in faults[0].message
        assert await one.ledger.spent("run-1") == pytest.approx(5 * UPPER)

    together(tmp_path, play, cap=5.5 * UPPER, usage={})


def test_money_that_comes_back_at_one_is_waited_for_by_the_other(tmp_path):
    async def play(one, other, vendor):
        vendor.let_go.clear()
        first = asyncio.create_task(ask(one, 1))
        await vendor.has(1)
        second = asyncio.create_task(ask(other, 2))
        await asyncio.sleep(0.3)
        assert not second.done()
        assert vendor.arrived == 1
        vendor.let_go.set()
        assert [(await each).cost_usd for each in (first, second)] == [COST] * 2

    together(tmp_path, play, cap=1.5 * UPPER)


def test_so_many_in_flight_hold_over_both(tmp_path):
    async def play(one, other, vendor):
        vendor.seconds = 0.05
        answers, _ = await outcomes(ask(client, n) for n in range(8) for client in (one, other))
        assert len(answers) == 16
        assert (vendor.arrived, vendor.peak) == (8, 3), "each was asked once, and three at a time"

    together(tmp_path, play, concurrency=3)


def test_a_minutes_worth_leaves_and_a_stop_ends_the_wait_of_the_others(tmp_path):
    async def play(one, other, vendor):
        asking = asyncio.gather(
            outcomes(ask(one, n) for n in range(10)), outcomes(ask(other, n) for n in range(10, 20))
        )
        await vendor.has(4)
        await asyncio.sleep(0.3)
        one.stop()
        other.stop()
        (mine, stopped), (theirs, stopped_too) = await asyncio.wait_for(asking, 2)
        assert (vendor.arrived, len(mine) + len(theirs)) == (4, 4)
        assert {fault.cause for fault in stopped + stopped_too} == {"stopped"}
        assert one.budget.in_flight == other.budget.in_flight == 0

    together(tmp_path, play, requests_per_minute=4)


def test_of_those_who_wait_in_one_process_only_the_first_asks_the_ledger(tmp_path):
    async def play(one, other, vendor):
        vendor.let_go.clear()
        first = asyncio.create_task(ask(one, 1))
        await vendor.has(1)
        claims, twice = 0, asyncio.Event()
        real = other.ledger.claim

        def counted(*args, **options):
            nonlocal claims
            claims += 1
            if claims > 1:
                twice.set()
            return real(*args, **options)

        other.ledger.claim = counted
        began = time.monotonic()
        waiting = [asyncio.create_task(ask(other, n)) for n in range(2, 40)]
        await twice.wait()
        most = 1 + (time.monotonic() - began) / 0.1
        assert claims <= most, "one every 0.1 to 0.15 seconds, of 38 who wait"
        for task in [*waiting[:20]]:
            task.cancel()
        await asyncio.gather(*waiting[:20], return_exceptions=True)
        vendor.let_go.set()
        assert len(await asyncio.gather(first, *waiting[20:])) == 19
        assert other.budget.in_flight == 0

    together(tmp_path, play, concurrency=1)


def test_what_all_have_spent_is_known_after_a_look(tmp_path):
    async def play(one, other, vendor):
        await ask(one, 1)
        assert one.budget.spent_usd == pytest.approx(0.5 + COST)
        assert other.budget.spent_usd == 0.5
        await other.refresh_spent()
        assert other.budget.spent_usd == pytest.approx(0.5 + COST)
        vendor.let_go.clear()
        asking = asyncio.create_task(ask(one, 2))
        await vendor.has(2)
        for client, spent in ((one, 0.5 + COST), (other, 0.5 + COST + UPPER)):
            await client.refresh_spent()
            assert client.budget.spent_usd == pytest.approx(spent), "what is held by oneself is not spent yet"
            assert client.budget.left == pytest.approx(1.0 - 0.5 - COST - UPPER)
        vendor.let_go.set()
        await asking
        await other.refresh_spent()
        assert one.budget.spent_usd == other.budget.spent_usd == pytest.approx(0.5 + 2 * COST)

    together(tmp_path, play, cap=1.0, spent=0.5, earlier=0.5)


def test_what_other_runs_have_spent_counts_against_the_cap(tmp_path):
    async def play(one, _other, vendor):
        _, (fault,) = await outcomes([ask(one, 1)])
        assert fault.cause == "budget"
        assert vendor.arrived == 0
        assert one.budget.spent_usd == pytest.approx(0.5)

    together(tmp_path, play, cap=0.5 + UPPER / 2, spent=0.5, earlier=0.5)


def test_a_model_without_a_price_is_refused_under_a_cap_and_asked_without_one(tmp_path):
    async def run():
        vendor = Vendor()
        vendor.provider = lambda: ScriptedProvider(always=raw(), vendor=FREE_VENDOR)
        vendor.let_go.set()
        async with worker(tmp_path, vendor, cap=1.0) as client:
            client._prices = Unpriced()
            with pytest.raises(InputError):
                await ask(client)
        async with worker(tmp_path, vendor) as client:
            client._prices = Unpriced()
            assert (await ask(client)).cost_usd is None

    asyncio.run(run())


class Unpriced(Prices):
    """Knows no price."""

    def upper_bound(self, *_, **__):
        return None

    def cost(self, *_, **__):
        return None


def test_a_wait_is_as_long_as_the_ledger_says_and_a_little_longer():
    commons = Commons(Budget(1.0), Ceilings(1), random=lambda: 1.0)
    waits = [commons.refused(claim, 0.5) for claim in (Crowded(0.1), Crowded(50.0), OverCap(0.2, 0.5))]
    assert all(isinstance(wait, NoRoom) for wait in waits)
    assert [wait.seconds for wait in waits] == pytest.approx([0.15, 50.5, 0.3])


@pytest.mark.parametrize("claim", [OverCap(0.8, 0.0), OverCap(0.6, 0.3)])
def test_money_that_cannot_come_back_or_is_not_enough_is_not_waited_for(claim):
    fault = Commons(Budget(1.0), Ceilings(1)).refused(claim, 0.5)
    assert isinstance(fault, Fault)
    assert fault.cause == "budget"
