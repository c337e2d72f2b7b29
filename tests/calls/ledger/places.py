"""Where ledgers of each kind are in the tests that run over all of them, and how they are asked there."""

import asyncio
import contextlib
import sqlite3

import psycopg

from panel.calls.ledger import postgres
from panel.calls.ledger.base import Granted, Intent
from panel.calls.ledger.processes import Process
from panel.calls.ledger.rows import calls_of
from panel.calls.ledger.sqlite import SqliteLedger
from tests.calls.fakes import request

_STILL_THERE = "SELECT FROM pg_stat_activity WHERE pid = ANY(%s)"

INTENT = Intent(run="run-1", tool="codestral", persona="builder", reserved_usd=0.25)

ONE_MACHINE = Process("one machine", 7, "1")
ANOTHER = Process("another machine", 7, "1")


class InSqlite:
    """A place for a ledger in a file."""

    def __init__(self, folder):
        self._path = folder / "ledger.sqlite"

    async def open(self, **process):
        return SqliteLedger(self._path, **process)

    def execute(self, sql):
        with contextlib.closing(sqlite3.connect(self._path, isolation_level=None)) as db:
            return db.execute(sql).fetchall()


class InPostgres:
    """A place for a ledger in a database."""

    def __init__(self, url):
        self._url = url

    async def open(self, **process):
        return await postgres.open_ledger(self._url, **process)

    def execute(self, sql):
        with psycopg.connect(self._url, autocommit=True) as db:
            done = db.execute(sql)
            return done.fetchall() if done.description else []


async def vanish(ledger):
    """What the system does when a process dies: its connections end, without a word."""
    if not isinstance(ledger, postgres.PostgresLedger):
        return
    server = ledger._server
    pids = [db.info.backend_pid for db in server._idle]
    await server._drop_idle()
    async with await psycopg.AsyncConnection.connect(**server._settings, autocommit=True) as db:
        while await (await db.execute(_STILL_THERE, (pids,))).fetchone():  # noqa: ASYNC110 (nobody tells the end)
            await asyncio.sleep(0.01)


async def intend(ledger, asked, intent=INTENT):
    granted = await ledger.claim(asked, intent)
    assert isinstance(granted, Granted)
    return granted.call


async def every_row(ledger, **which):
    return [row async for row in ledger.rows(**which)]


async def every_call(ledger, **which):
    return [call async for call in calls_of(ledger.rows(**which), ledger.place)]


def asked_by(ledger, text="the same", *, known=0, most_unanswered=None):
    return ledger.claim(request(text), INTENT, known=known, most_unanswered=most_unanswered)
