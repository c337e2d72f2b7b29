"""Procrastinate's tables: in a schema of their own beside the ledger's, made when they are not there."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from procrastinate import App, PsycopgConnector
from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection, sql

from panel.calls.ledger.on_postgres.locks import LOCK_MAKING_JOBS
from panel.calls.ledger.on_postgres.server import Server
from panel.core.errors import InputError
from panel.core.hashing import bare, digest
from panel.core.workspace import Workspace

if TYPE_CHECKING:
    from panel.calls.ledger.on_postgres.server import Connection

#: The one task there is: its argument is a `Job` as text.
TASK = "panel.ask"
#: Seconds between two signs of life of a worker.
HEARTBEAT_SECONDS = 1.0
#: Seconds of silence after which a worker's tools are given to others, unless panel.toml says otherwise.
TAKEOVER_SECONDS = 30.0
_LEAST_TAKEOVER = 3 * HEARTBEAT_SECONDS
#: A tool that so many workers have refused, or have died with, is left to the coordinator.
MOST_HANDS = 3
_MADE = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s) AS made"


@asynccontextmanager
async def open_queue(url: str) -> AsyncIterator[App]:
    """Procrastinate on the database of a ledger.

    Raises:
        InputError: it cannot be reached, or does not let us make tables.
    """
    schema = await _make(url)
    for name in ("procrastinate", "psycopg.pool"):
        # They would print tracebacks; what goes wrong is said by whoever asked.
        logging.getLogger(name).addHandler(logging.NullHandler())
    connector = PsycopgConnector(
        conninfo=url,
        configure=_look_in(schema),
        min_size=1,
        max_size=4,
        kwargs={"application_name": "panel queue", "connect_timeout": 10},
    )
    async with App(connector=connector).open_async() as app:
        yield app


def takeover_seconds(workspace: Workspace) -> float:
    """Seconds after which a silent worker counts as dead: `takeover_seconds` under `[procrastinate]`.

    Raises:
        InputError: it is no number, or fewer than three signs of life.
    """
    value: Any = workspace.tables.get("procrastinate", {}).get("takeover_seconds", TAKEOVER_SECONDS)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < _LEAST_TAKEOVER:
        raise InputError(
            f"must be a number of seconds, {_LEAST_TAKEOVER:.0f} or more",
            file="panel.toml",
            field="procrastinate.takeover_seconds",
        )
    return float(value)


async def _make(url: str) -> str:
    """Make the tables if there are none; the name of their schema."""
    server = Server(url)
    await server.reach()
    try:
        return await server.run(partial(_made, tables=SchemaManager.get_schema()))
    finally:
        await server.close()


async def _made(db: Connection, tables: str) -> str:
    """The schema with these tables.

    It is named after them: another version of Procrastinate, with other tables, has its own. Nothing in
    there is worth keeping for longer than a run, so nothing is migrated.
    """
    row = await (await db.execute("SELECT current_schema() AS name")).fetchone()
    beside = (row or {}).get("name") or "public"
    schema = f"{beside[:40]}_jobs_{bare(digest(tables))[:8]}"
    async with db.transaction():
        await db.execute(LOCK_MAKING_JOBS)  # two machines that find no tables make them one after the other
        found = await (await db.execute(_MADE, (schema,))).fetchone()
        if found is None or not found["made"]:
            name = sql.Identifier(schema)
            await db.execute(sql.SQL("CREATE SCHEMA {}").format(name))
            await db.execute(sql.SQL("SET LOCAL search_path TO {}").format(name))
            await db.execute(tables.encode())
    return schema


def _look_in(schema: str) -> Callable[[AsyncConnection[Any]], Awaitable[None]]:
    """Prepares a connection of the pool.

    What is in the queue need not outlive a crash of the server: the ledger says what is done.
    """

    async def configure(db: AsyncConnection[Any]) -> None:
        await db.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
        await db.execute("SET synchronous_commit TO off")
        await db.commit()

    return configure
