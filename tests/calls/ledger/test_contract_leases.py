"""What every ledger promises about calls that outlive the process that asked, as those of a batch."""

import asyncio
from dataclasses import replace

import pytest

from panel.calls.ledger.base import Answered, Granted, InFlight, Lease, Leased
from panel.calls.ledger.processes import this_process
from panel.core.requests import Usage
from tests.calls.fakes import raw, request
from tests.calls.ledger.places import ANOTHER, INTENT, ONE_MACHINE, asked_by, every_row

DAY = 86_400.0
LEASE = Lease("batch-1", DAY)
processes = pytest.mark.parametrize("who", [this_process(), ONE_MACHINE], ids=["process", "machine"])


def leased_by(ledger, text="the same", *, lease=LEASE, known=0):
    return ledger.claim(request(text), INTENT, known=known, lease=lease)


@processes
def test_a_call_under_a_lease_is_in_flight_for_everybody_after_its_process_has_ended(opened, who):
    async def run():
        async with opened(process=who) as first:
            granted = await leased_by(first)
        async with opened(process=ANOTHER) as other, opened() as here:
            assert await asked_by(other) == InFlight()
            assert await asked_by(here) == InFlight()
            assert await leased_by(here) == InFlight(), "nor is it claimed twice under its own lease"
            assert [row.owner_lives for row in await every_row(here)] == [True]
            await other.keep(granted.call, raw())
            assert await asked_by(here) == Answered()

    asyncio.run(run())


def test_a_lease_lives_so_many_seconds_from_its_first_claim(opened, place):
    async def run():
        async with opened() as ledger:
            await leased_by(ledger)
            place.execute(f"UPDATE owners SET beat = beat - {DAY - 60}")
            await leased_by(ledger, "another")
            assert await asked_by(ledger) == InFlight()
            place.execute("UPDATE owners SET beat = beat - 61")
            assert await asked_by(ledger) == Granted(3)
            assert await ledger.leases() == ["batch-1"], "what is over can still be settled"

    asyncio.run(run())


def test_a_sign_of_life_of_the_process_does_not_change_a_lease(opened, place):
    async def run():
        async with opened() as ledger:
            await leased_by(ledger)
            (before,) = place.execute("SELECT beat FROM owners WHERE id = 'batch-1'")
            await asked_by(ledger, "its own")
            await leased_by(ledger, "another")
            assert place.execute("SELECT beat FROM owners WHERE id = 'batch-1'") == [before]
        async with opened() as ledger:
            assert await ledger.leases() == ["batch-1"]
            assert await asked_by(ledger, "its own") == Granted(4), "the process signed off, the lease not"

    asyncio.run(run())


def test_calls_of_a_lease_are_found_by_any_process_until_they_are_settled(opened):
    async def run():
        async with opened() as first:
            calls = [(await leased_by(first, str(n))).call for n in range(4)]
            await leased_by(first, "of another", lease=replace(LEASE, id="batch-2"))
            await asked_by(first, "of no lease")
        async with opened() as other:
            await other.keep(calls[0], raw())
            await other.settle(calls[0], usage=Usage(), cost_usd=0.1)
            await other.keep(calls[1], raw())
            await other.abandon(calls[2], status=None, why="expired", maybe_paid=False)
            assert await other.leases() == ["batch-1", "batch-2"]
            assert await other.leased("batch-1") == [
                Leased(calls[1], request("1").key, "run-1", kept=True, reserved_usd=0.25),
                Leased(calls[3], request("3").key, "run-1", kept=False, reserved_usd=0.25),
            ]
            assert await other.leased("never") == []

    asyncio.run(run())


def test_nobody_waits_for_what_is_open_under_a_released_lease(opened):
    async def run():
        async with opened() as ledger:
            await leased_by(ledger)
            await ledger.release("batch-1")
            await ledger.release("batch-1")
            assert await ledger.leases() == []
            assert await ledger.leased("batch-1") == []
            assert await asked_by(ledger) == Granted(2)

    asyncio.run(run())


def test_releasing_what_is_no_lease_leaves_processes_alone(opened, place):
    async def run():
        async with opened() as ledger:
            await asked_by(ledger)
            ((owner,),) = place.execute("SELECT id FROM owners")
            await ledger.release(owner)
            assert await ledger.leases() == []
            assert await asked_by(ledger) == InFlight()

    asyncio.run(run())


def test_many_may_claim_under_one_lease_at_once_and_each_request_is_granted_once(opened):
    async def run():
        async with opened() as one, opened() as other:
            claims = await asyncio.gather(
                *(leased_by(ledger, str(n)) for n in range(100) for ledger in (one, other))
            )
            assert sum(isinstance(claim, Granted) for claim in claims) == 100
            assert len(await other.leased("batch-1")) == 100

    asyncio.run(run())
