"""The jobs in a worker's hands: none is kept by mistake, and a server that was away is waited for."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

pytest.importorskip("procrastinate")

from procrastinate.jobs import Status

from panel.batch.engines.on_procrastinate import worker
from panel.core.errors import ExitCode, StoppedEarly
from tests.batch.engines.on_procrastinate.queues import PATIENCE, ask, by_hand, coordinating, jobs, until
from tests.batch.engines.on_procrastinate.test_coordinator import END_ALL, take
from tests.batch.working import kit_of
from tests.calls.ledger.conftest import postgres_server, postgres_url  # noqa: F401 (fixtures of the ledgers')
from tests.standin import Delay, StandIn, always

MARKS_AS_TAKEN = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %(worker)s WHERE id = %(id)s"


async def put_in(queue, *names):
    """Jobs of no run; their numbers."""
    return [
        await queue.app.configure_task(
            "t", allow_unknown=True, queue="q", lock=n, queueing_lock=n
        ).defer_async()
        for n in names
    ]


def test_a_job_that_was_given_out_in_an_answer_that_got_lost_goes_back_and_what_is_held_stays(
    postgres_url,  # noqa: F811
    postgres_server,  # noqa: F811
):
    async def go():
        async with by_hand(postgres_url) as queue:
            held, stray = await put_in(queue, "held", "stray")
            number, job = await take(queue, "q")
            assert job.id == held
            await queue.connector.execute_query_async(MARKS_AS_TAKEN, worker=number, id=stray)
            await asyncio.to_thread(postgres_server.execute, END_ALL)
            await queue.app.job_manager.fetch_job(["other"], number)
            assert {each.id: each.status for each in await jobs(queue)} == {held: "doing", stray: "todo"}

    asyncio.run(go())


def test_the_end_of_a_job_that_others_have_ended_is_no_trouble(postgres_url):  # noqa: F811
    async def go():
        async with by_hand(postgres_url) as queue:
            await put_in(queue, "one")
            _, job = await take(queue, "q")
            for _ in range(2):
                await queue.app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=True)
            await queue.app.job_manager.retry_job(job)
            assert await jobs(queue) == []

    asyncio.run(go())


def test_a_worker_does_not_give_back_what_was_taken_from_it(postgres_url):  # noqa: F811
    async def go():
        async with by_hand(postgres_url) as queue:
            await put_in(queue, "one")
            _, job = await take(queue, "q")
            await queue.app.job_manager.retry_job_by_id_async(job.id, retry_at=None)  # it was silent
            _, theirs = await take(queue, "q")
            await queue.app.job_manager.retry_job(job)
            ((status, owner),) = [(each.status, each.worker_id) for each in await jobs(queue)]
            assert (status, owner) == ("doing", theirs.worker_id)

    asyncio.run(go())


def working(kit, stop, said, **queue):
    return asyncio.create_task(worker.work(kit, at_once=2, stop=stop, says=said.append, **queue))


@pytest.fixture
def server():
    with StandIn(script=always(Delay(0.5))) as server:
        yield server


def test_a_restart_of_the_server_in_the_middle_is_waited_for_and_nothing_is_asked_twice(
    tmp_path,
    postgres_url,  # noqa: F811
    postgres_server,  # noqa: F811
    server,
):
    said = {"worker": [], "coordinator": []}
    settings = {"provider": "openai", "base_url": server.openai_base_url}

    async def go():
        stop = asyncio.Event()
        async with coordinating(
            tmp_path / "here", postgres_url, said=said["coordinator"], patience=30.0, **settings
        ) as (coordinator, session):
            kit = kit_of(tmp_path / "there", ledger_url=postgres_url, **settings)
            works = working(kit, stop, said["worker"])
            asked = [ask(coordinator, session, f"tool-{n}") for n in range(4)]
            await until(partial(asyncio.to_thread, lambda: server.in_flight))
            await asyncio.to_thread(postgres_server.stop)
            await asyncio.to_thread(postgres_server.start)
            await asyncio.wait_for(asyncio.gather(*asked), 60)
            stop.set()
            assert await works is ExitCode.DONE

    asyncio.run(go())
    assert server.count == 16
    assert len({str(each.body) for each in server.requests}) == 16
    for lines in said.values():
        lost = [line for line in lines if "does not answer; trying again" in line]
        assert len(lost) == 1
    assert len(said["coordinator"]) == 1
    assert len(said["worker"]) == 2, "that it takes tools, and that the server was away"


def test_a_server_that_stays_away_ends_the_worker_with_words_and_a_command(
    tmp_path,
    postgres_url,  # noqa: F811
    postgres_server,  # noqa: F811
):
    said, noise = [], []

    async def go():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context["message"]))
        works = working(kit_of(tmp_path, ledger_url=postgres_url), asyncio.Event(), said, patience=PATIENCE)
        await until(partial(asyncio.to_thread, lambda: said))
        await asyncio.to_thread(postgres_server.stop)
        await asyncio.wait_for(works, 60)

    try:
        with pytest.raises(StoppedEarly) as caught:
            asyncio.run(go())
    finally:
        postgres_server.start()
    assert caught.value.exit_code == 4
    assert "waited for 1 s" in caught.value.message
    assert "run the same command again" in caught.value.hint
    assert noise == []
    assert len(said) == 2
