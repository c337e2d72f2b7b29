import asyncio
import contextlib
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from panel.calls.ledger.base import Bounds, Granted, Intent, OverCap
from panel.calls.ledger.rows import calls_of, damage_of
from panel.calls.ledger.sqlite import SqliteLedger
from panel.core.errors import DamagedRecord, ExitCode, InputError, StoppedEarly
from panel.core.requests import RawReply
from tests.calls.fakes import raw, request

INTENT = Intent(run="run-1", tool="codestral", persona="builder", reserved_usd=0.25)


def using(path, work):
    """Open the ledger, do `work` with it, close it."""

    async def run():
        ledger = SqliteLedger(path)
        try:
            return await work(ledger)
        finally:
            await ledger.close()

    return asyncio.run(run())


async def intend(ledger, asked, intent=INTENT):
    return (await ledger.claim(asked, intent)).call


async def keep_one(ledger, text="ship"):
    call = await intend(ledger, request())
    await ledger.keep(call, raw(text))
    return call


async def every_call(ledger):
    return [call async for call in calls_of(ledger.rows(), ledger.place)]


async def read_all(ledger):
    return await ledger.replies(request().key), await every_call(ledger)


@pytest.fixture
def path(tmp_path):
    """A ledger with one reply in it."""
    using(tmp_path / "ledger.sqlite", keep_one)
    return tmp_path / "ledger.sqlite"


def test_the_folder_is_made_and_nothing_else_is_left_in_it(tmp_path):
    path = tmp_path / "new" / "runs" / "ledger.sqlite"
    using(path, keep_one)
    assert files_in(path.parent) == ["ledger.sqlite", "ledger.sqlite.reserve"]


def files_in(folder):
    return sorted(file.name for file in folder.iterdir())


def test_every_commit_is_flushed_to_the_disk_from_a_write_ahead_log(path):
    async def pragmas(ledger):
        def read(db):
            return [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]

        return await asyncio.wrap_future(ledger._writer.hand_over(read))

    assert using(path, pragmas) == ["wal", 2]  # 2 is FULL


def test_writes_that_wait_together_are_committed_together(path):
    async def many(ledger):
        calls = await asyncio.gather(*(intend(ledger, request(str(n))) for n in range(200)))
        before = ledger.commits
        await asyncio.gather(*(ledger.keep(call, raw()) for call in calls))
        return ledger.commits - before, len(await every_call(ledger))

    commits, calls = using(path, many)
    assert calls == 201
    assert 1 <= commits <= 20


def test_a_write_is_answered_only_after_its_commit(path):
    async def run(ledger):
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        keeping = asyncio.create_task(intend(ledger, request("blocked")))
        await asyncio.sleep(0.1)
        assert not keeping.done()
        assert (await read_all(ledger))[0], "reading goes on, and so does the event loop"
        blocker.execute("ROLLBACK")
        blocker.close()
        await keeping

    using(path, run)


def test_a_text_that_many_requests_share_is_stored_once(path):
    shared = "the same dossier " * 1000

    async def run(ledger):
        for n in range(50):
            await intend(ledger, request(str(n), system=shared))

    using(path, run)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM parts WHERE text = ?", (shared,)).fetchone() == (1,)
    assert path.stat().st_size < 10 * len(shared)


def test_what_was_undone_with_other_writes_is_written_with_the_next_call_that_needs_it(path):
    async def run(ledger):
        go_on = threading.Event()
        ledger._writer.hand_over(lambda _: go_on.wait())
        together = asyncio.gather(
            intend(ledger, request("the same")),
            ledger._write(lambda db: db.execute("no SQL")),
            return_exceptions=True,
        )
        await asyncio.sleep(0)
        go_on.set()
        assert [type(each) for each in await together] == [DamagedRecord, DamagedRecord]
        await intend(ledger, request("the same"))
        return [damage_of(row) async for row in ledger.rows()]

    assert using(path, run) == [[], []]


def test_a_refused_write_leaves_the_others_of_its_commit_alone(path):
    async def run(ledger):
        good = await intend(ledger, request("good"))
        outcomes = await asyncio.gather(
            ledger.keep(good, raw("good")), ledger.keep(999, raw("nobody")), return_exceptions=True
        )
        assert outcomes[0] is None
        assert isinstance(outcomes[1], LookupError)
        return await ledger.replies(request("good").key)

    assert len(using(path, run)) == 1


# ------------------------------------------------------------ what is wrong with a file


def spoil_with_text(path):
    path.write_text("this is no database\n" * 100)


def spoil_by_emptying(path):
    path.write_bytes(b"")


def spoil_by_cutting(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil_by_scribbling(path):
    data = bytearray(path.read_bytes())
    data[1024:] = b"\x5a" * (len(data) - 1024)
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("spoil", [spoil_with_text, spoil_by_emptying, spoil_by_cutting, spoil_by_scribbling])
def test_a_damaged_file_is_named_and_never_taken_for_an_empty_ledger(path, spoil):
    spoil(path)
    spoiled = path.read_bytes()
    with pytest.raises(DamagedRecord) as caught:
        using(path, read_all)
    assert str(path) in caught.value.message
    assert path.read_bytes() == spoiled, "and it is left as it is"


def test_an_emptied_file_does_not_cost_us_the_log_beside_it(path):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE calls SET why = 'this is in the log only'")
        log = path.with_name("ledger.sqlite-wal")
        held = log.read_bytes()
        path.write_bytes(b"")
        with pytest.raises(DamagedRecord, match="is empty; a ledger never is"):
            SqliteLedger(path)
        assert held
        assert log.read_bytes() == held


def test_a_database_of_another_program_is_refused(tmp_path):
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(DamagedRecord, match=r"other\.sqlite: cannot be read as a ledger"):
        SqliteLedger(other)


def test_a_newer_version_is_named_and_refused(path):
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = '4' WHERE name = 'version'")
    with pytest.raises(DamagedRecord, match="version 4; this program reads version 3"):
        SqliteLedger(path)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE calls SET body = 'x' || body", "table calls, row 1"),
        ("UPDATE calls SET headers = '{'", "table calls, row 1"),
        (
            "UPDATE parts SET text = 'another question' WHERE text LIKE 'Is it worth%'",
            "table requests, row sha256:",
        ),
        ("DELETE FROM parts", "table requests, row sha256:"),
        ("DELETE FROM requests", "table requests, row sha256:"),
        ("UPDATE requests SET json = '{}'", "table requests, row sha256:"),
    ],
)
def test_a_damaged_row_is_named(path, sql, named):
    with sqlite3.connect(path) as db:
        db.execute(sql)
    with pytest.raises(DamagedRecord) as caught:
        using(path, read_all)
    assert named in caught.value.message
    assert str(path) in caught.value.message


def test_a_place_that_cannot_be_written_is_an_input_error(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "ledger.sqlite", tmp_path / "folder"):
        with pytest.raises(InputError) as caught:
            SqliteLedger(path)
        assert str(path) in caught.value.message
        assert caught.value.hint is not None
        assert "--runs-dir" in caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_an_input_error(path):
    path.chmod(0o400)
    with pytest.raises(InputError):
        using(path, keep_one)


async def set_page_limit(ledger, more=0):
    """As if the disk had room for so many pages only."""

    def limit(db):
        pages = db.execute("PRAGMA page_count").fetchone()[0] + more
        db.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    await asyncio.wrap_future(ledger._writer.hand_over(limit))


def test_a_full_disk_stops_early_and_keeps_what_was_acknowledged(path):
    async def run(ledger):
        await set_page_limit(ledger, more=2)
        kept = []

        async def fill():
            for n in range(100):
                call = await intend(ledger, request(str(n)))
                await ledger.keep(call, RawReply(status=200, body=b"x" * 500))
                kept.append(n)

        with pytest.raises(StoppedEarly) as caught:
            await fill()
        assert caught.value.message == f"disk full: {path} could not be written"
        assert caught.value.exit_code == ExitCode.STOPPED
        assert 0 < len(kept) < 100
        return kept

    kept = using(path, run)

    async def still_there(ledger):
        return [n for n in kept if await ledger.replies(request(str(n)).key)]

    assert using(path, still_there) == kept


def test_on_a_full_disk_the_reserve_makes_room_for_answers_on_their_way_and_nothing_more_is_granted(path):
    async def run(ledger):
        on_its_way = await intend(ledger, request("on its way"))
        await set_page_limit(ledger)
        free = ledger._writer._make_room

        def make_room():
            # What the reserve takes up on a real disk this limit stands for.
            ledger._writer._db.execute("PRAGMA max_page_count = 1000000").fetchone()
            return free()

        ledger._writer._make_room = make_room
        for text in ("too big " * 5000, "small"):
            with pytest.raises(StoppedEarly, match="disk full"):
                await intend(ledger, request(text))
        await ledger.keep(on_its_way, raw("here it is"))
        assert not path.with_name("ledger.sqlite.reserve").exists()

    using(path, run)
    replies = using(path, lambda ledger: ledger.replies(request("on its way").key))
    assert [reply.raw for reply in replies] == [raw("here it is")]


# ------------------------------------------------------------ several processes


def _write_some(path, who, start):
    start.wait()

    async def work(ledger):
        for n in range(10):
            call = await intend(ledger, request(f"{who}-{n}"))
            await ledger.keep(call, raw(f"{who}-{n}"))

    using(path, work)


def test_several_processes_make_and_use_one_ledger_at_once(tmp_path):
    path = tmp_path / "ledger.sqlite"
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Event()
    writers = [spawn.Process(target=_write_some, args=(path, who, start)) for who in range(4)]
    for writer in writers:
        writer.start()
    start.set()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0, 0]

    async def all_there(ledger):
        for who in range(4):
            for n in range(10):
                (reply,) = await ledger.replies(request(f"{who}-{n}").key)
                assert reply.raw == raw(f"{who}-{n}")
        return {call.state for call in await every_call(ledger)}

    assert using(path, all_there) == {"kept"}
    assert files_in(tmp_path) == ["ledger.sqlite", "ledger.sqlite.reserve"]


def test_threads_that_make_one_ledger_at_once_all_get_the_same(tmp_path):
    path = tmp_path / "ledger.sqlite"
    start = threading.Barrier(8)

    def work(n, calls):
        start.wait()
        calls[n] = using(path, lambda ledger: keep_one(ledger, str(n)))

    calls = {}
    threads = [threading.Thread(target=work, args=(n, calls)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(calls.values()) == list(range(1, 9))


_WRITES_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from panel.calls.ledger.base import Intent
from panel.calls.ledger.sqlite import SqliteLedger
from tests.calls.fakes import raw, request

async def worker(ledger, who):
    n = 0
    while True:
        n += 1
        text = f"{who}-{n}"
        call = await ledger.claim(request(text), Intent("run-1", "t", "p", 0.01))
        await ledger.keep(call.call, raw(text))
        print(text, flush=True)

async def main():
    ledger = SqliteLedger(Path(sys.argv[1]))
    await asyncio.gather(*(worker(ledger, who) for who in range(8)))

asyncio.run(main())
"""


def test_a_kill_in_the_middle_of_writing_loses_no_acknowledged_reply(tmp_path):
    path = tmp_path / "ledger.sqlite"
    acknowledged = []
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", _WRITES_FOR_EVER, path], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(60)]
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
        assert child.wait() == -signal.SIGKILL
        child.stdout.close()
        acknowledged += [line.strip() for line in lines if line.endswith("\n")]
    assert len(acknowledged) >= 180

    async def lost(ledger):
        return [text for text in set(acknowledged) if not await ledger.replies(request(text).key)]

    assert using(path, lost) == []
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_process_that_is_gone_holds_nobody_up(path):
    child = "import sys; from tests.calls.ledger.test_sqlite import claim_and_die; claim_and_die(sys.argv[1])"
    died = subprocess.run([sys.executable, "-c", child, path], check=False)
    assert died.returncode == -signal.SIGKILL

    async def ask_the_same(ledger):
        return await ledger.claim(request("left open"), INTENT, known=0)

    assert using(path, ask_the_same) == Granted(3)


def claim_and_die(path):
    async def work(ledger):
        await intend(ledger, request("left open"))
        os.kill(os.getpid(), signal.SIGKILL)

    using(Path(path), work)


def test_the_owner_of_calls_gives_a_sign_of_life_while_nothing_else_is_written(path):
    async def wait_for_a_beat(ledger):
        ledger._writer._seconds, ledger._writer._next_beat = 0.01, 0.0
        await intend(ledger, request("slow"))
        first = await beats(ledger)
        while await beats(ledger) == first:  # noqa: ASYNC110 (another thread writes, no event tells)
            await asyncio.sleep(0.01)

    def read(db):
        return db.execute("SELECT beat FROM owners ORDER BY beat").fetchall()

    async def beats(ledger):
        return [row["beat"] for row in await ledger._read(read)]

    async def run(ledger):
        await asyncio.wait_for(wait_for_a_beat(ledger), 10)

    using(path, run)


# ------------------------------------------------------------ earlier versions


@pytest.fixture
def version_1(tmp_path):
    """A ledger as version 0.1.0 left it, with one call in each state."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes((Path(__file__).parent / "old" / "version-1.sqlite").read_bytes())
    return path


def test_a_ledger_of_version_1_is_brought_up_to_date_with_all_its_calls(version_1):
    calls = using(version_1, every_call)
    assert [(call.persona, call.state) for call in calls] == [
        ("builder", "settled"),
        ("skeptic", "kept"),
        ("futurist", "abandoned"),
        ("product", "maybe_paid"),
        ("creative", "open"),
    ]
    again = using(version_1, every_call)
    assert again == calls
    rows = using(version_1, every_row)
    assert {row.model for row in rows} == {"fake:claude-sonnet-5-5"}
    assert len({row.uid for row in rows}) == 5
    assert [damage_of(row) for row in rows] == [[]] * 5


def test_a_ledger_of_version_2_is_brought_up_to_date_and_keeps_to_bounds(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes((Path(__file__).parent / "old" / "version-2.sqlite").read_bytes())
    assert [(call.persona, call.state) for call in using(path, every_call)] == [
        ("builder", "settled"),
        ("skeptic", "kept"),
        ("futurist", "abandoned"),
        ("product", "maybe_paid"),
        ("creative", "open"),
    ]

    async def ask_one_more(ledger):
        bounds = Bounds(cap_usd=1.0, concurrency=1, requests_per_minute=1)
        assert await ledger.claim(request("new"), INTENT, bounds=bounds) == OverCap(0.85, 0.0)
        bounds = replace(bounds, cap_usd=1.1)
        assert await ledger.claim(request("new"), INTENT, bounds=bounds) == Granted(6)

    using(path, ask_one_more)
    assert [damage_of(row) for row in using(path, every_row)] == [[]] * 6


async def every_row(ledger):
    return [row async for row in ledger.rows()]


def test_nobody_waits_for_a_call_whose_owner_version_1_did_not_name_fully(version_1):
    async def ask_the_same(ledger):
        return await ledger.claim(request("open"), INTENT, known=0)

    assert using(version_1, ask_the_same) == Granted(6)


# ------------------------------------------------------------ for whoever looks after it


@pytest.mark.parametrize(
    ("which", "index"),
    [
        ({"key": request().key}, "INDEX calls_by_key (key=? AND id>?)"),
        ({"run": "run-1"}, "INDEX calls_by_run (run=? AND id>?)"),
        ({}, "INTEGER PRIMARY KEY (rowid>?)"),
    ],
    ids=["key", "run", "all"],
)
def test_calls_of_one_key_or_run_are_found_without_reading_the_others(path, which, index):
    asked = []

    async def run(ledger):
        ledger._db.set_trace_callback(asked.append)
        found = [row async for row in ledger.rows(**which)]
        ledger._db.set_trace_callback(None)
        return found

    assert len(using(path, run)) == 1
    sql = next(each for each in asked if "FROM calls" in each)
    with contextlib.closing(sqlite3.connect(path)) as db:
        plan = [detail for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert plan[0] == f"SEARCH calls USING {index}"
    assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan)


def test_a_broken_index_is_built_again_and_said(path):
    break_the_index(path)
    found = using(path, lambda ledger: ledger.integrity())
    assert found
    assert all(damage.repaired for damage in found)
    assert using(path, lambda ledger: ledger.integrity()) == []


def break_the_index(path):
    """Take a row out of an index behind SQLite's back."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema = ON")
        (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'calls_by_run'").fetchone()
        db.execute("UPDATE sqlite_master SET sql = sql || ' WHERE id < 0' WHERE name = 'calls_by_run'")
        db.execute("PRAGMA writable_schema = RESET")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("REINDEX calls_by_run")
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'calls_by_run'", (sql,))
        db.execute("PRAGMA writable_schema = RESET")


def test_a_changed_text_is_named_by_its_row(path):
    with sqlite3.connect(path) as db:
        db.execute("UPDATE parts SET text = 'another question' WHERE text LIKE 'Is it worth%'")
    (damage,) = using(path, lambda ledger: ledger.integrity())
    assert damage.place.startswith("table parts, row sha256:")
    assert not damage.repaired


def test_what_is_stored_of_a_request_is_readable_with_any_sqlite_shell(path):
    with sqlite3.connect(path) as db:
        (stored,) = db.execute("SELECT json FROM requests").fetchone()
    assert json.loads(stored)["model"] == request().model
