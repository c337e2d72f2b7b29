"""What is PostgreSQL's own about the ledger in it: how it is reached, and what happens when it goes away."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import traceback
from dataclasses import replace

import psycopg
import pytest

from panel.calls.ledger import base, postgres
from panel.calls.ledger.base import Answered, Bounds, Granted, InFlight, Intent
from panel.calls.ledger.on_postgres.locks import LOCK_TEXTS
from panel.calls.ledger.on_postgres.server import MOST_CONNECTIONS
from panel.calls.ledger.processes import Process, this_process
from panel.core.errors import DamagedRecord, InputError
from tests.calls.fakes import raw, request
from tests.calls.ledger.places import vanish
from tests.calls.ledger.postgres_server import free_port

INTENT = Intent(run="run-1", tool="codestral", persona="builder", reserved_usd=0.25)

#: As if another machine pruned: no claim gets on.
HOLD_TEXTS = LOCK_TEXTS.replace("_xact", "")
END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'panel'"


def using(url, work, **options):
    """Open the ledger, do `work` with it, close it."""

    async def run():
        async with opened(url, **options) as ledger:
            return await work(ledger)

    return asyncio.run(asyncio.wait_for(run(), 60))


@contextlib.asynccontextmanager
async def opened(url, **options):
    ledger = await postgres.open_ledger(url, **options)
    try:
        yield ledger
    finally:
        await ledger.close()


def execute(url, sql):
    with psycopg.connect(url, autocommit=True) as db:
        done = db.execute(sql)
        return done.fetchall() if done.description else []


async def intend(ledger, text="ship?", **known):
    return (await ledger.claim(request(text), INTENT, **known)).call


async def keep_one(ledger, text="ship?"):
    call = await intend(ledger, text)
    await ledger.keep(call, raw(text))
    return call


async def states(ledger):
    return [row.state async for row in ledger.rows()]


# ------------------------------------------------------------ how it is reached


def test_both_schemes_are_known_and_no_server_is_asked_whether_there_is_a_ledger(postgres_url):
    assert "postgres" in base.names()
    assert base.exists("postgres://nowhere.invalid/name")

    async def run():
        ledger = await base.open_ledger(postgres_url.replace("postgresql://", "postgres://"))
        await keep_one(ledger)
        await ledger.close()

    asyncio.run(run())


def test_without_its_library_other_ledgers_work_and_this_one_says_what_to_install():
    program = """
import asyncio, sys
sys.modules["psycopg"] = None
from panel.calls.ledger import base
from panel.core.errors import InputError
assert base.names() == ["postgres", "sqlite"]
try:
    asyncio.run(base.open_ledger("postgresql://127.0.0.1/name"))
except InputError as error:
    print(error.message, error.hint)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ledger_url: a ledger in PostgreSQL needs a library")
    assert "pip install 'shipskip[postgres]'" in done.stdout


def said_when_opened(url):
    with pytest.raises(InputError) as caught:
        using(url, states)
    assert caught.value.field == "ledger_url"
    assert "PANEL_LEDGER_URL" in caught.value.hint
    return "\n".join([caught.value.message, caught.value.hint, *traceback.format_exception(caught.value)])


def test_a_server_that_is_not_there_is_an_input_error_that_names_it():
    port = free_port()
    said = said_when_opened(f"postgresql://somebody:hunter@127.0.0.1:{port}/name")
    assert f"ledger_url: postgresql://127.0.0.1:{port}/name cannot be reached: " in said
    assert "Connection refused" in said


@pytest.mark.parametrize(
    "credentials",
    [
        "hunter", "hunter@tiger", "hunter/tiger", "hunter%zztiger", "hunter#tiger", "hunter?tiger",
        "hunter:tiger", "hunter[tiger", "hunter tiger", "hunter/tiger@lion/hunter",
    ],
)  # fmt: skip
def test_a_password_is_never_shown_however_it_is_written(credentials):
    for url in (
        f"postgresql://somebody:{credentials}@127.0.0.1:1/name",
        f"postgresql://somebody@127.0.0.1:1/name?password={credentials}",
    ):
        said = said_when_opened(url)
        assert not any(part in said for part in ("hunter", "tiger", "lion", "somebody"))


def test_its_place_names_no_user_and_no_password(postgres_url, postgres_server):
    url = postgres_url.replace("panel@", "panel:hunter@")

    async def place(ledger):
        return ledger.place

    assert using(url, place) == f"postgresql://127.0.0.1:{postgres_server.port}/postgres"


def test_many_that_make_it_at_once_all_get_the_same(postgres_url):
    async def run():
        ledgers = await asyncio.gather(*(postgres.open_ledger(postgres_url) for _ in range(10)))
        calls = await asyncio.gather(*(keep_one(ledger, str(n)) for n, ledger in enumerate(ledgers)))
        assert sorted(calls) == list(range(1, 11))
        for ledger in ledgers:
            await ledger.close()

    asyncio.run(run())


def test_a_database_that_cannot_hold_every_text_is_refused(postgres_server):
    postgres_server.execute(
        "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    try:
        with pytest.raises(InputError, match="has the encoding LATIN1") as caught:
            using(postgres_server.url().replace("/postgres", "/latin"), states)
        assert "createdb --encoding=UTF8" in caught.value.hint
    finally:
        postgres_server.execute("DROP DATABASE latin WITH (FORCE)")


def test_a_user_who_may_not_make_tables_is_an_input_error(postgres_server, postgres_url):
    postgres_server.execute("CREATE ROLE guest LOGIN")
    try:
        said = said_when_opened(postgres_url.replace("panel@", "guest@"))
        assert "cannot be used: no schema has been selected to create in" in said
    finally:
        postgres_server.execute("DROP ROLE guest")


def test_tables_of_another_program_are_refused_and_left_alone(postgres_url):
    execute(postgres_url, "CREATE TABLE calls (number text)")
    with pytest.raises(DamagedRecord, match="cannot be read as a ledger"):
        using(postgres_url, states)
    assert execute(postgres_url, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema") == [
        ("calls",)
    ]


def test_a_table_that_is_gone_is_damage_and_never_taken_for_an_empty_one(postgres_url):
    using(postgres_url, keep_one)
    execute(postgres_url, "DROP TABLE calls")
    with pytest.raises(DamagedRecord, match=r"127\.0\.0\.1.*cannot be read as a ledger") as caught:
        using(postgres_url, states)
    assert "backup" in caught.value.hint


def test_commits_are_durable_whatever_the_default_is_and_no_lock_is_held_or_awaited_for_ever(postgres_url):
    names = ("synchronous_commit", "idle_in_transaction_session_timeout", "lock_timeout", "fsync")

    async def settings(ledger):
        return [next(iter((await ledger._select(f"SHOW {name}", None))[0].values())) for name in names]

    assert using(f"{postgres_url}%20-csynchronous_commit%3Doff", settings) == ["on", "30s", "1min", "on"]


def test_calls_share_a_few_connections(postgres_url, postgres_server):
    async def run(ledger):
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute(HOLD_TEXTS)
            claims = [asyncio.create_task(intend(ledger, str(n))) for n in range(256)]
            await until_connections_are(MOST_CONNECTIONS, postgres_server)
            await asyncio.sleep(0.2)
            await until_connections_are(MOST_CONNECTIONS, postgres_server)
        assert len(set(await asyncio.gather(*claims))) == 256

    using(postgres_url, run)
    asyncio.run(asyncio.wait_for(until_connections_are(0, postgres_server), 10))


async def until_connections_are(wanted, server):
    found = None
    while found != wanted:  # one that was closed takes a moment to be gone
        await asyncio.sleep(0.02)
        ((found,),) = await asyncio.to_thread(
            execute, server.url(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'panel'"
        )


# ------------------------------------------------------------ several machines


async def beats_again(url):
    """Wait for a new sign of life of the only owner."""
    ((first,),) = await asyncio.to_thread(execute, url, "SELECT beat FROM owners")
    beat = first
    while beat == first:
        await asyncio.sleep(0.02)
        ((beat,),) = await asyncio.to_thread(execute, url, "SELECT beat FROM owners")


def test_an_owner_gives_signs_of_life_from_its_first_call_until_it_closes(postgres_url):
    async def run(ledger):
        await asyncio.sleep(0.2)
        assert execute(postgres_url, "SELECT * FROM owners") == [], "nothing to be alive for yet"
        await intend(ledger)
        for _ in range(2):
            await beats_again(postgres_url)

    using(postgres_url, run, renew_seconds=0.05)
    assert execute(postgres_url, "SELECT * FROM owners") == []


def test_a_sign_of_life_does_not_wait_behind_calls_nor_end_with_a_broken_connection(
    postgres_url, postgres_server
):

    async def run(ledger):
        await intend(ledger)
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute(HOLD_TEXTS)
            claims = [asyncio.create_task(intend(ledger, str(n))) for n in range(20)]
            await beats_again(postgres_url)
            assert not any(claim.done() for claim in claims)
        await asyncio.gather(*claims)
        for _ in range(3):
            postgres_server.execute(END_ALL)
            await beats_again(postgres_url)

    using(postgres_url, run, renew_seconds=0.05)


def test_a_claim_is_a_sign_of_life_where_the_last_is_old(postgres_url):
    async def run(ledger):
        await intend(ledger)
        execute(postgres_url, "UPDATE owners SET beat = beat - 3600")
        await intend(ledger, "new")
        async with opened(postgres_url) as other:
            assert await other.claim(request("new"), INTENT, known=0) == InFlight()

    using(postgres_url, run, process=Process("another machine", 7, "1"))


def test_a_reply_that_a_dead_process_had_handed_over_may_still_be_written_and_is_waited_for(postgres_url):
    dead = replace(this_process(), pid=2**22 + 1, started="1")

    async def run(ledger):
        async with opened(postgres_url, process=dead) as other:
            call = await intend(other, "new")
            assert await ledger.claim(request("new"), INTENT, known=0) == InFlight()
            await other.keep(call, raw())
            await vanish(other)
            assert await ledger.claim(request("new"), INTENT, known=0) == Answered()
            lost = await intend(other, "lost")
            await vanish(other)
            assert (await ledger.claim(request("lost"), INTENT, known=0)).call != lost

    using(postgres_url, run)


def test_what_a_dead_process_had_handed_over_is_not_waited_for_beyond_a_lease(postgres_url):
    dead = replace(this_process(), pid=2**22 + 1, started="1")

    async def run(ledger):
        async with opened(postgres_url, process=dead) as other:
            await intend(other, "new")
            execute(postgres_url, "UPDATE owners SET beat = beat - 31")
            assert isinstance(await ledger.claim(request("new"), INTENT, known=0), Granted)

    using(postgres_url, run)


def _work(url, start, granted):
    """Go over the same calls as others do; pay for those that nobody else does."""

    async def ask(ledger, n):
        while True:
            claim = await ledger.claim(request(str(n)), INTENT, known=0)
            if isinstance(claim, Granted):
                await asyncio.sleep(0.01)  # as long as the vendor takes
                await ledger.keep(claim.call, raw(str(n)))
                granted.put(n)
            if not isinstance(claim, InFlight):
                return
            await asyncio.sleep(0.005)

    async def work(ledger):
        await asyncio.gather(*(ask(ledger, n) for n in range(60)))

    start.wait()
    using(url, work, process=Process(f"machine {os.getpid()}", 7, "1"))


def test_processes_that_make_one_ledger_and_want_the_same_pay_each_call_once(postgres_url):
    spawn = multiprocessing.get_context("spawn")
    start, granted = spawn.Event(), spawn.Queue()
    workers = [spawn.Process(target=_work, args=(postgres_url, start, granted)) for _ in range(3)]
    for worker in workers:
        worker.start()
    start.set()
    paid = sorted(granted.get(timeout=60) for _ in range(60))
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert paid == list(range(60))
    assert granted.empty()
    assert using(postgres_url, states) == ["kept"] * 60


def test_a_ledger_of_version_2_is_brought_up_to_date_by_whoever_comes_first(postgres_url):
    using(postgres_url, keep_one)
    execute(
        postgres_url,
        "DROP TABLE departures; DROP INDEX calls_open; UPDATE meta SET value = '2' WHERE name = 'version'",
    )

    async def work():
        async with contextlib.AsyncExitStack() as stack:
            opening = (stack.enter_async_context(opened(postgres_url)) for _ in range(4))
            ledgers = await asyncio.gather(*opening)
            bounds = Bounds(cap_usd=0.5, concurrency=1, requests_per_minute=1)
            assert await intend(ledgers[0], "new", bounds=bounds) == 2
            assert [await states(ledger) for ledger in ledgers] == [["kept", "open"]] * 4

    asyncio.run(asyncio.wait_for(work(), 60))


def test_a_process_that_was_killed_holds_nobody_up(postgres_url):
    child = (
        "import sys; from tests.calls.ledger.test_postgres import claim_and_die; claim_and_die(sys.argv[1])"
    )
    died = subprocess.run([sys.executable, "-c", child, postgres_url], check=False)
    assert died.returncode == -signal.SIGKILL

    async def ask_the_same(ledger):
        return await ledger.claim(request("left open"), INTENT, known=0)

    assert using(postgres_url, ask_the_same) == Granted(2)


def claim_and_die(url):
    async def work(ledger):
        await intend(ledger, "left open")
        os.kill(os.getpid(), signal.SIGKILL)

    using(url, work)
