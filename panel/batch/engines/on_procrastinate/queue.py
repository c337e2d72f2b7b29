"""Procrastinate's tables: in a schema of their own beside the ledger's, made when they are not there."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from procrastinate import App
from procrastinate.schema import SchemaManager
from psycopg import sql

from panel.batch.engines.on_procrastinate.connecting import Connector, QueueServer
from panel.batch.engines.on_procrastinate.holding import Holding
from panel.calls.ledger.on_postgres.locks import LOCK_MAKING_JOBS
from panel.calls.ledger.on_postgres.server import Server
from panel.calls.ledger.postgres import PATIENCE_SECONDS
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
#: A tool that so many workers have died with, or that one has refused so often, is left to the coordinator.
MOST_HANDS = 3
_MADE = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s) AS made"


@dataclass(frozen=True)
class Queue:
    """Procrastinate, opened, and its way to the database."""

    app: App
    connector: Connector


@asynccontextmanager
async def open_queue(
    url: str, says: Callable[[str], None], *, patience: float = PATIENCE_SECONDS
) -> AsyncIterator[Queue]:
    """Procrastinate on the database of a ledger.

    Args:
        url: The ledger's.
        says: Told in words when the server does not answer.
        patience: Seconds it is waited for then; a ledger's claims wait as long.

    Raises:
        InputError: it cannot be reached, or does not let us make tables.
    """
    schema = await _make(url)
    # It would print tracebacks; what goes wrong is said by whoever asked.
    logging.getLogger("procrastinate").addHandler(logging.NullHandler())
    connector = Connector(QueueServer(url, schema), says, patience)
    app = App(connector=connector)
    app.job_manager = Holding(connector)
    async with app.open_async():
        yield Queue(app, connector)


def takeover_seconds(workspace: Workspace) -> float:
    """Seconds after which a silent worker counts as dead: `takeover_seconds` under `[procrastinate]`.

    Raises:
        InputError: it is no number, or fewer than three signs of life; or another setting stands beside it.
    """
    table = workspace.table("procrastinate", ("takeover_seconds",))
    value: Any = table.get("takeover_seconds", TAKEOVER_SECONDS)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < _LEAST_TAKEOVER:
        raise InputError(
            f"must be a number of seconds, {_LEAST_TAKEOVER:.0f} or more",
            file=workspace.file,
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
