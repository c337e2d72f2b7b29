"""Killed before or after any step of a batch, the next process finishes it and nothing is paid twice."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from panel.calls.ledger.processes import this_process
from panel.calls.vendor_batches import notes
from panel.calls.vendor_batches.collecting import GRACE
from tests.calls.providers.dialects import MESSAGES, RESPONSES
from tests.calls.vendor_batches.dying import TEXTS, Killed, Reaper, whole_way
from tests.calls.vendor_batches.world import custom_id
from tests.standin.batches import Unmade


async def is_whole(world):
    """What the next processes do, and what there must be in the end."""
    requests = [world.request(text) for text in TEXTS]
    for _ in range(3):
        world.now += GRACE + 1
        async with world.process() as batches:
            world.finish()
            await batches.collect()
            answered = {each.key for each in requests if await world.ledger.replies(each.key)}
            await batches.submit([each for each in world.wanted(*TEXTS) if each.request.key not in answered])
    async with world.process() as batches:
        world.finish()
        await batches.collect()
        assert await batches.open() == []
        assert await world.ledger.leases() == []
        replies = [await world.ledger.replies(each.key) for each in requests]
        assert [[reply.settled for reply in found] for found in replies] == [[True]] * len(TEXTS)
        made = Counter(name for batch in world.desk.batches.values() for name in batch.made)
        assert made == {custom_id(each): 1 for each in requests}
        (line,) = await world.ledger.costs("run")
        assert line.maybe_paid == 0
        assert line.usd == pytest.approx(await world.live_price(*TEXTS) / 2)
        assert world.budget.spent_usd == pytest.approx(line.usd)


@pytest.mark.parametrize("world", [RESPONSES, MESSAGES], ids=lambda dialect: dialect.id, indirect=True)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(20))
def test_killed_at_any_step_the_next_process_finishes_and_nothing_is_paid_twice(world, at, after):
    reaper = Reaper(at, after=after)

    async def run():
        with contextlib.suppress(Killed):
            await whole_way(world, reaper)
        assert reaper.dead or at >= reaper.steps
        await is_whole(world)

    asyncio.run(asyncio.wait_for(run(), 30))


@pytest.mark.parametrize("world", [RESPONSES, MESSAGES], ids=lambda dialect: dialect.id, indirect=True)
@pytest.mark.parametrize(
    ("at", "after"),
    [(3, "after"), (5, "before"), (5, "after"), (8, "after")],
    ids=["calls-claimed", "batch-noted", "batch-created", "a-result-kept"],
)
def test_a_process_that_is_killed_with_9_is_finished_by_another(world, at, after):
    world.ends_at_once()
    world.lines = {"two": Unmade("expired")}
    folder = str(world.path.parent)
    command = [sys.executable, "-m", "tests.calls.vendor_batches.dying"]
    done = subprocess.run(
        [*command, folder, world.dialect.id, world.base_url, str(at), after],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    asyncio.run(asyncio.wait_for(is_whole(world), 30))


def test_the_steps_above_are_all_there_are(world):
    reaper = Reaper(-1, after=False)
    asyncio.run(whole_way(world, reaper))
    assert 15 <= reaper.steps <= 20


def test_a_batch_that_another_living_process_is_sending_is_left_alone(world):
    async def run():
        async with world.process() as sending:
            note = await _stuck_in_create(world, sending)
            async with world.process() as other:
                got = await other.collect()
                assert (got.open, got.over) == (1, 0)
                world.now += 2 * GRACE
                assert (await other.collect()).open == 1, "its process lives, however long it takes"
            assert not note.done()
            world.let_go.set()
            assert (await note).batches[0].state == "sent"

    asyncio.run(run())


async def _stuck_in_create(world, batches):
    world.let_go, begun = asyncio.Event(), asyncio.Event()
    create = world.api.create

    async def slow(*args, **more):
        begun.set()
        await world.let_go.wait()
        return await create(*args, **more)

    world.api.create = slow
    task = asyncio.create_task(batches.submit(world.wanted("one")))
    await begun.wait()
    return task


def test_one_of_this_machine_whose_process_is_gone_is_not():
    def note(**changes):
        fields = {
            "id": "b", "provider": "p", "model": "m", "run": "r", "state": "claiming",
            "created": 0.0, "changed": 0.0,
        }  # fmt: skip
        return notes.BatchNote(**fields).by_this_process().model_copy(update=changes)

    assert not note().is_being_sent(0.0), "this process is not sending it"
    with notes.sending(note()):
        assert note().is_being_sent(10_000.0)
        assert not note(state="sent").is_being_sent(0.0)
    parent = {"pid": os.getppid(), "started": "0"}
    assert not note(**parent).is_being_sent(0.0), "its id was given to another"
    elsewhere = {"machine": "another", "pid": this_process().pid}
    assert note(**elsewhere).is_being_sent(60.0)
    assert not note(**elsewhere).is_being_sent(3_600.0)
