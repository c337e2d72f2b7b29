"""How Procrastinate reaches its tables: over connections like the ledger's, made anew after a break."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import psycopg
import tenacity
from procrastinate.connector import BaseAsyncConnector, Notify
from procrastinate.sync_psycopg_connector import wrap_exceptions
from psycopg import sql
from psycopg.types.json import Jsonb

from panel.calls.ledger.on_postgres.server import Server
from panel.core.errors import StoppedEarly

if TYPE_CHECKING:
    from panel.calls.ledger.on_postgres.server import Connection

#: Seconds between two tries to listen for new jobs; meanwhile workers look for them anyhow.
_LISTEN_SECONDS = 1.0


class QueueServer(Server):
    """The database of a ledger, looked at through the schema that holds the queue's tables."""

    def __init__(self, url: str, schema: str) -> None:
        super().__init__(url)
        self._schema = schema

    async def connect(self) -> Connection:
        """A new connection, the caller's to close.

        Raises:
            psycopg.Error: it cannot be reached.
        """
        db = await super().connect()
        await db.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self._schema)))
        return db


class Connector(BaseAsyncConnector):
    """Procrastinate's way to the database: a query waits, within a bound, for a server that went away.

    Procrastinate's own connector would let it through as an error: a worker ends by that, and a job that is
    done stays as one that is being done. What is asked here bears being asked twice, but one thing: see
    `breaks`.

    Args:
        server: The database.
        says: Told in words, once each time, that the server does not answer.
        patience: Seconds it is waited for.

    Attributes:
        breaks: How often a query got no answer. It may have been done all the same: a job may have been given
            to a worker that never heard of it.
        gone: Set once the server has been away for too long.
    """

    def __init__(self, server: Server, says: Callable[[str], None], patience: float) -> None:
        self.breaks = 0
        self.gone = asyncio.Event()
        self._server = server
        self._says = says
        self._patience = patience
        self._away_since: float | None = None

    async def open_async(self, pool: Any = None) -> None:  # noqa: ARG002 (the base class has it)
        """Make the first connection.

        Raises:
            InputError: the server cannot be reached.
        """
        await self._server.reach()

    async def close_async(self) -> None:
        """Close all connections."""
        await self._server.close()

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """Run a statement.

        Raises:
            ConnectorException: it is refused.
            StoppedEarly: the server is away for too long.
        """
        await self.execute_query_all_async(query, **arguments)

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """The one row of a query.

        Raises:
            ConnectorException: it is refused.
            StoppedEarly: the server is away for too long.
        """
        (row,) = await self.execute_query_all_async(query, **arguments)
        return row

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """The rows of a query.

        Raises:
            ConnectorException: it is refused.
            StoppedEarly: the server is away for too long.
        """
        values = {name: _wrapped(value) for name, value in arguments.items()}

        async def once(db: Connection) -> list[dict[str, Any]]:
            try:
                done = await db.execute(query, values)
                return await done.fetchall() if done.description else []
            except (psycopg.OperationalError, psycopg.InterfaceError):
                raise  # the server explains them
            except psycopg.Error:
                with wrap_exceptions():
                    raise

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(StoppedEarly),
            stop=self._is_too_long,
            wait=tenacity.wait_random_exponential(multiplier=0.1, max=2.0),
            reraise=True,
        )
        try:
            rows: list[dict[str, Any]] = await retrying(self._server.run, once)
        except StoppedEarly as error:
            self.gone.set()
            raise StoppedEarly(
                f"{error.message}; it was waited for {self._patience:.0f} s",
                saved=error.saved,
                hint=error.hint,
            ) from error
        self._away_since = None
        return rows

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Hear of new jobs as long as the server is there; while it is away, try to again."""
        while True:
            with contextlib.suppress(psycopg.Error):
                async with await self._server.connect() as db:
                    for channel in channels:
                        await db.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                    async for heard in db.notifies():
                        await on_notification(channel=heard.channel, payload=heard.payload)
            await asyncio.sleep(_LISTEN_SECONDS)

    def _is_too_long(self, state: tenacity.RetryCallState) -> bool:
        """Whether the server has not answered this query, or any, for too long; says so the first time."""
        self.breaks += 1
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
            self._says(f"{self._server.place} does not answer; trying again for up to {self._patience:.0f} s")
        waited = max(now - self._away_since, state.seconds_since_start or 0.0)
        return waited >= self._patience


def _wrapped(value: Any) -> Any:
    """A value as psycopg takes it: dicts are JSON, wherever they stand."""
    if isinstance(value, dict):
        return Jsonb(value)
    if isinstance(value, list):
        return [_wrapped(each) for each in value]
    if isinstance(value, tuple):
        return tuple(_wrapped(each) for each in value)
    return value
