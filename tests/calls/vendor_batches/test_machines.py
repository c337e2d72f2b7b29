"""Several machines over one PostgreSQL ledger: each call is in one batch, and any of them collects."""

import asyncio

import pytest

from panel.calls.ledger import postgres
from panel.calls.ledger.processes import Process
from tests.calls.providers.dialects import MESSAGES, RESPONSES

TEXTS = tuple(map(str, range(20)))
dialects = pytest.mark.parametrize(
    "world", [RESPONSES, MESSAGES], ids=lambda dialect: dialect.id, indirect=True
)


def machine(url, number):
    return postgres.open_ledger(url, process=Process(f"machine-{number}", 7, "1"))


@dialects
def test_two_machines_that_submit_and_collect_the_same_at_once_pay_once(world, postgres_url):
    async def run():
        one, other = await machine(postgres_url, 1), await machine(postgres_url, 2)
        async with world.process(ledger=one) as first, world.process(ledger=other) as second:
            sent = await asyncio.gather(
                first.submit(world.wanted(*TEXTS)), second.submit(world.wanted(*reversed(TEXTS)))
            )
            assert sum(submitted.calls for submitted in sent) == len(TEXTS)
            world.finish()
            got = await asyncio.gather(first.collect(), second.collect())
            assert sum(collected.kept for collected in got) >= len(TEXTS), (
                "both may count what one has stored"
            )
            assert sum(collected.missing + collected.unmade for collected in got) == 0
            assert await first.open() == []
            assert await world.states() == ["settled"] * len(TEXTS)
            (line,) = await world.ledger.costs("run")
            assert line.usd == pytest.approx(await world.live_price(*TEXTS) / 2)
        assert sorted(world.desk.custom_ids) == sorted(set(world.desk.custom_ids))
        assert len(world.desk.custom_ids) == len(TEXTS)

    asyncio.run(asyncio.wait_for(run(), 60))


@dialects
def test_what_one_machine_has_sent_another_collects(world, postgres_url):
    async def run():
        async with world.process(ledger=await machine(postgres_url, 1)) as batches:
            await batches.submit(world.wanted(*TEXTS))
        world.finish()
        async with world.process("run-2", ledger=await machine(postgres_url, 2)) as batches:
            assert (await batches.collect()).kept == len(TEXTS)
            assert world.budget.spent_usd == 0.0, "another run pays for it"

    asyncio.run(asyncio.wait_for(run(), 60))
