"""Who hands out tools: what is left in the queue, under which settings, and what a broken database does."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import time

import psycopg
import pytest

pytest.importorskip("procrastinate")

from procrastinate.jobs import Status

from panel.batch.engines.on_procrastinate.job import job_of, lock_of, queue_of
from panel.batch.engines.on_procrastinate.queue import MOST_HANDS, TASK
from panel.core.errors import StoppedEarly
from tests.batch.engines.on_procrastinate.queues import ask, by_hand, coordinating, dossier_of, jobs, until
from tests.calls.ledger.conftest import postgres_server, postgres_url  # noqa: F401 (fixtures of the ledgers')

END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'panel%'"
SILENT = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"


@contextlib.asynccontextmanager
async def nobody_gets_at_the_jobs(url, queue):
    """Hold the table of jobs until the block is left."""
    found = await queue.connector.execute_query_one_async("SELECT current_schema() AS name")
    db = await psycopg.AsyncConnection.connect(url)
    try:
        await db.execute(f"LOCK TABLE {found['name']}.procrastinate_jobs IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        await db.close()


async def waits_for_a_lock(queue):
    found = await queue.connector.execute_query_one_async(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    )
    return found["n"]


async def take(queue, name):
    """Take a job as a new worker does; the worker's number, and the job."""
    worker = await queue.app.job_manager.register_worker()

    async def taken():
        return await queue.app.job_manager.fetch_job([name], worker)

    return worker, await until(taken)


def settings_of(job):
    return json.loads(job.task_kwargs["job"])["settings"]


def test_a_job_that_is_handed_out_while_all_is_stopped_does_not_stay_for_workers(tmp_path, postgres_url):  # noqa: F811
    async def go():
        async with by_hand(postgres_url) as queue:
            async with coordinating(tmp_path, postgres_url) as (coordinator, session):
                async with nobody_gets_at_the_jobs(postgres_url, queue):
                    asked = ask(coordinator, session, "late")
                    await until(lambda: waits_for_a_lock(queue))
                    session.client.stop()
                    await asyncio.sleep(0.5)  # it has looked meanwhile, and found nothing to take back
                await asked
            assert await jobs(queue) == []

    asyncio.run(go())


async def left_by_an_earlier_process(queue, session, *slugs):
    """Jobs under its settings, as it leaves them when it is killed."""
    for slug in slugs:
        dossier = dossier_of(slug)
        lock = lock_of(session.run.id, dossier)
        job = job_of(dossier, session.kit.panel_for(dossier.tool), session).as_text()
        task = queue.app.configure_task(
            TASK, allow_unknown=True, queue=queue_of(session.kit), lock=lock, queueing_lock=lock
        )
        await task.defer_async(job=job)


@pytest.mark.parametrize("ends", ["done", "given back"])
def test_what_an_earlier_process_handed_out_is_asked_under_the_settings_of_now(tmp_path, postgres_url, ends):  # noqa: F811
    async def go():
        async with by_hand(postgres_url) as queue:
            async with coordinating(tmp_path, postgres_url, max_usd=1.0) as (_, session):
                run, name = session.run.id, queue_of(session.kit)
                await left_by_an_earlier_process(queue, session, "begun", "waits")
                worker, begun = await take(queue, name)
                (waits,) = [each for each in await jobs(queue) if each.id != begun.id]
                # It is killed here: nothing of it is taken back.
                await queue.connector.execute_query_async(
                    "UPDATE procrastinate_jobs SET queueing_lock = 'hidden' WHERE id = %(id)s", id=waits.id
                )
            await queue.connector.execute_query_async(
                "UPDATE procrastinate_jobs SET queueing_lock = lock WHERE id = %(id)s", id=waits.id
            )
            async with coordinating(tmp_path, postgres_url, run=run, max_usd=5.0) as (coordinator, session):
                assert [each.id for each in await jobs(queue)] == [begun.id], "what nobody has begun is gone"
                asked = [ask(coordinator, session, slug) for slug in ("begun", "waits")]

                async def handed_out(number):
                    found = await jobs(queue)
                    return [each for each in found if each.status == "todo"] if len(found) == number else None

                (new,) = await until(lambda: handed_out(2))
                assert new.lock == waits.lock
                assert settings_of(new)["max_usd"] == 5.0
                if ends == "done":
                    await queue.app.job_manager.finish_job(begun, Status.SUCCEEDED, delete_job=True)
                else:
                    await queue.app.job_manager.retry_job(begun)

                async def both():
                    found = await jobs(queue)
                    return found if len(found) == 2 and begun.id not in {each.id for each in found} else None

                found = await until(both)
                assert {each.lock for each in found} == {begun.lock, waits.lock}
                assert [settings_of(each)["max_usd"] for each in found] == [5.0, 5.0]
                session.client.stop()
                await asyncio.gather(*asked)
            assert await jobs(queue) == []
            assert worker

    asyncio.run(go())


def test_a_connection_that_breaks_while_it_looks_for_what_is_left_is_made_anew(
    tmp_path,
    postgres_url,  # noqa: F811
    postgres_server,  # noqa: F811
):
    async def go():
        async with by_hand(postgres_url) as queue:

            async def open_one():
                async with coordinating(tmp_path, postgres_url) as (coordinator, session):
                    asked = ask(coordinator, session, "one")
                    await until(lambda: jobs(queue))
                    session.client.stop()
                    await asked

            async with nobody_gets_at_the_jobs(postgres_url, queue):
                opening = asyncio.create_task(open_one())
                await until(lambda: waits_for_a_lock(queue))
                await asyncio.to_thread(postgres_server.execute, END_ALL)
            await opening

    asyncio.run(go())


def test_when_the_database_stays_away_every_tool_hears_it_once_and_nothing_else_is_printed(
    tmp_path,
    postgres_url,  # noqa: F811
    postgres_server,  # noqa: F811
):
    said, noise = [], []

    async def go():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context["message"]))
        async with coordinating(tmp_path, postgres_url, said=said) as (coordinator, session):
            async with by_hand(postgres_url) as queue:
                asked = [ask(coordinator, session, f"tool-{n}") for n in range(3)]

                async def in_the_queue():
                    return len(await jobs(queue)) == 3

                await until(in_the_queue)
            await asyncio.to_thread(postgres_server.stop)
            asked += [ask(coordinator, session, f"late-{n}") for n in range(3)]
            ended = await asyncio.gather(*asked, return_exceptions=True)
            assert [type(each) for each in ended] == [StoppedEarly] * 6
            assert all("waited for 1 s" in each.message for each in ended)
            assert all("look after the server" in each.hint for each in ended)
            ended = asked = None
            gc.collect()
            await asyncio.sleep(0)

    try:
        asyncio.run(go())
    finally:
        postgres_server.start()
    gc.collect()
    assert noise == []
    (line,) = said
    assert line.endswith("does not answer; trying again for up to 1 s")


def test_a_tool_is_given_up_after_deaths_and_not_because_workers_were_asked_to_stop(tmp_path, postgres_url):  # noqa: F811
    said = []

    async def go():
        async with (
            by_hand(postgres_url) as queue,
            coordinating(tmp_path, postgres_url, said=said, takeover=3.0) as (coordinator, session),
        ):
            name, asked = queue_of(session.kit), ask(coordinator, session, "hot-potato")
            for _ in range(MOST_HANDS + 1):
                _, job = await take(queue, name)
                await queue.app.job_manager.retry_job(job)
            for death in range(1, MOST_HANDS + 1):
                await take(queue, name)
                assert not said, f"given up before death {death}"
                await queue.connector.execute_query_async(SILENT)
            await asked
            assert await jobs(queue) == []

    asyncio.run(go())
    assert said == [f"hot-potato: {MOST_HANDS} workers died with it; it is asked about from here"]


def test_after_a_break_workers_have_time_to_give_a_sign_of_life(
    tmp_path,
    postgres_url,  # noqa: F811
    postgres_server,  # noqa: F811
):
    takeover = 3.0

    async def go():
        async with (
            by_hand(postgres_url) as queue,
            coordinating(tmp_path, postgres_url, takeover=takeover) as (coordinator, session),
        ):
            asked = ask(coordinator, session, "one")
            _, job = await take(queue, queue_of(session.kit))
            broken = time.monotonic()
            await asyncio.to_thread(postgres_server.execute, END_ALL)
            await queue.connector.execute_query_async(SILENT)

            async def given_back():
                return (await jobs(queue))[0].status == "todo"

            await until(given_back)
            assert time.monotonic() - broken >= takeover
            session.client.stop()
            await asked
            assert job.attempts == 0

    asyncio.run(go())
