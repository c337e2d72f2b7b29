"""The ledger in a PostgreSQL database that any number of machines share: durable on commit."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from panel.calls.ledger.base import Bounds, Claim, CostBy, CostLine, Intent, Lease, Leased, Pruned
from panel.calls.ledger.bounds import Tab
from panel.calls.ledger.on_postgres import leases, upkeep
from panel.calls.ledger.on_postgres.bounds import tab_of
from panel.calls.ledger.on_postgres.calls import Owner, Wanted, claim, mark, marked, update
from panel.calls.ledger.on_postgres.server import Server, Work
from panel.calls.ledger.on_postgres.tables import make_or_check, stored, values_of
from panel.calls.ledger.parts import take_apart
from panel.calls.ledger.processes import RENEW_SECONDS, Process, this_process
from panel.calls.ledger.rows import Damage, Row, StoredReply, reply_of
from panel.core.errors import InputError, PanelError
from panel.core.hashing import digest
from panel.core.records import utc_now
from panel.core.requests import CallRequest, RawReply, Usage

if TYPE_CHECKING:
    from panel.calls.ledger.on_postgres.server import Connection

T = TypeVar("T")

SCHEMES = ("postgresql", "postgres")
#: Calls read or written at once: few enough to hold, many enough to be quick.
_PAGE = 100
#: Seconds that claims wait for a server that went away, and replies that are paid for.
PATIENCE_SECONDS, REPLY_PATIENCE_SECONDS = 30.0, 900.0

_REPLIES = "SELECT * FROM calls WHERE key = %s AND state IN ('kept', 'settled') ORDER BY id DESC"


async def open_ledger(
    url: str, *, process: Process | None = None, renew_seconds: float = RENEW_SECONDS
) -> PostgresLedger:
    """The ledger at `postgresql://user:password@host/name`; its tables are made if there are none.

    Args:
        url: As libpq reads it.
        process: Who asks, as other processes see it; this process if None.
        renew_seconds: Between two signs of life.

    Raises:
        InputError: psycopg is not installed, the address is none, or the server cannot be reached.
        DamagedRecord: the database holds no ledger of a version this program reads.
    """
    try:
        import psycopg  # noqa: F401 (whether it is there)
    except ImportError as error:
        raise InputError(
            f"a ledger in PostgreSQL needs a library: {error}",
            field="ledger_url",
            hint="pip install 'shipskip[postgres]'",
        ) from error
    server = Server(url, presence=secrets.token_hex(16))
    await server.reach()
    try:
        await server.run(partial(make_or_check, place=server.place))
    except BaseException:
        await server.close()
        raise
    return PostgresLedger(server, process=process, renew_seconds=renew_seconds)


def exists(url: str) -> bool:  # noqa: ARG001 (what every ledger's module has)
    """True: whether there is a ledger only the server knows."""
    return True


class PostgresLedger:
    """A `Ledger` in the database of a server.

    A claim takes two round trips and one commit, whatever it finds: one that locks the key and reads what
    there is, one that writes what is missing. Every other write takes one. Calls share a few connections.

    A write that was handed over is finished even if the task that waits for it is cancelled. While the
    server is away, claims are tried again for half a minute and replies in hand for a quarter of an hour.

    Args:
        server: The database, with its tables.
        process: Who asks, as other processes see it; this process if None.
        renew_seconds: Between two signs of life.
    """

    def __init__(
        self,
        server: Server,
        *,
        process: Process | None = None,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        self._server = server
        self._owner = Owner(
            server.presence or secrets.token_hex(16), process or this_process(), renew_seconds
        )
        self._patience, self._reply_patience = PATIENCE_SECONDS, REPLY_PATIENCE_SECONDS
        self._closed = False
        self._tabs: dict[str, Tab] = {}
        self._writes: set[asyncio.Task[Any]] = set()
        self._beating = asyncio.create_task(self._beat_for_ever())

    @property
    def place(self) -> str:
        """Host, port and name of the database; no user, no password."""
        return self._server.place

    # ------------------------------------------------------------ for whoever calls

    async def replies(self, key: str) -> list[StoredReply]:
        """All replies to the request with this key, newest first.

        Raises:
            DamagedRecord: a stored body does not have the hash it was stored with.
        """
        found = await self._select(_REPLIES, (key,))
        rows = (Row(**values_of(each), owner_lives=False, skeleton=None) for each in found)
        return [reply_of(row, self.place) for row in rows]

    async def claim(
        self,
        request: CallRequest,
        intent: Intent,
        *,
        known: int | None = None,
        most_unanswered: int | None = None,
        lease: Lease | None = None,
        bounds: Bounds | None = None,
    ) -> Claim:
        """Note durably that `request` is about to be sent, unless it must not be.

        Raises:
            StoppedEarly: the server went away, its disk is full, or another process holds the key too long.
        """
        skeleton, texts = take_apart(request)
        noted = {
            "run": intent.run, "tool": intent.tool, "persona": intent.persona, "started": _now(),
            "model": f"{request.provider}:{request.model}", "reserved_usd": intent.reserved_usd,
        }  # fmt: skip
        wanted = Wanted(
            secrets.token_hex(16), request.key, skeleton, texts, noted, known, most_unanswered, bounds
        )
        owner = self._owner if lease is None else leases.Leaseholder(lease)
        return await self._write(partial(claim, wanted=wanted, owner=owner, tabs=self._tabs))

    async def keep(self, call: int, raw: RawReply) -> None:
        """Store the raw reply to an open call, before anything reads it."""
        values = {
            "state": "kept", "status": raw.status, "headers": json.dumps(raw.headers), "body": raw.body,
            "body_hash": digest(raw.body), "finished": _now(),
        }  # fmt: skip
        await self._write(update(call, values, when=("open",)), patience=self._reply_patience)

    async def settle(self, call: int, *, usage: Usage | None, cost_usd: float | None) -> None:
        """Note what a kept reply used and cost."""
        used = None if usage is None else json.dumps(usage.as_json())
        values = {"state": "settled", "usage": used, "cost_usd": cost_usd}
        await self._write(update(call, values, when=("kept", "settled")), patience=self._reply_patience)

    async def abandon(self, call: int, *, status: int | None, why: str, maybe_paid: bool) -> None:
        """Close an open call that brought no reply."""
        values = {
            "state": "maybe_paid" if maybe_paid else "abandoned", "status": status, "why": why,
            "finished": _now(),
        }  # fmt: skip
        await self._write(update(call, values, when=("open",)), patience=self._reply_patience)

    async def spent(self, run: str) -> float:
        """Dollars of this run: settled costs, and the reservations of calls that are open or maybe paid."""
        run = stored(run)
        return (await self._read(partial(tab_of, run=run, tab=self._tabs.get(run, Tab())))).usd

    async def mark(self, notes: Mapping[str, str | None]) -> None:
        """Remember a text under each name, in place of an earlier one; None forgets it. All or nothing."""
        await self._write(partial(mark, notes=notes))

    async def marked(self, names: Collection[str]) -> dict[str, str]:
        """What is remembered under these names, as far as there is anything."""
        return await self._read(partial(marked, names=names))

    async def leases(self) -> list[str]:
        """The ids of all leases that were claimed under and not released."""
        return await self._read(leases.leases)

    async def leased(self, lease: str) -> list[Leased]:
        """The calls claimed under a lease that are not settled yet, oldest first."""
        return await self._read(partial(leases.leased, lease=lease))

    async def release(self, lease: str) -> None:
        """End a lease: nobody waits for what is still open under it."""
        await self._write(partial(leases.release, lease=lease))

    async def close(self) -> None:
        """Finish all writes and let go of the server; a second close does nothing."""
        if self._closed:
            return
        self._closed = True
        await asyncio.gather(*self._writes, return_exceptions=True)
        self._beating.cancel()
        await asyncio.gather(self._beating, return_exceptions=True)
        with contextlib.suppress(PanelError):  # without a server the lease ends by itself
            await self._server.run(self._owner.sign_off)
        await self._server.close()

    # ------------------------------------------------------------ for whoever looks after it

    async def rows(self, *, run: str | None = None, key: str | None = None) -> AsyncIterator[Row]:
        """The calls there are as they are stored, oldest first."""
        last = 0
        while page := await self._read(partial(upkeep.page, after=last, run=run, key=key, most=_PAGE)):
            for row in page:
                yield row
            last = page[-1].id

    async def costs(self, by: CostBy) -> list[CostLine]:
        """What all calls came to, summed up by name, in the order of the names."""
        return await self._read(partial(upkeep.costs, by=by))

    async def integrity(self) -> list[Damage]:
        """Texts that are not what was stored; the server checks its files itself."""
        return await self._read(upkeep.integrity)

    async def add(self, rows: Iterable[Row]) -> int:
        """Store calls of another ledger as they are; those that are here already are left alone."""
        rest, new = iter(rows), 0
        while page := list(islice(rest, _PAGE)):
            new += await self._write(partial(upkeep.add, rows=page), patience=0.0)
        return new

    async def prune(self, *, before: str, keep: Collection[str], dry_run: bool) -> Pruned:
        """Take out calls started before a moment, but those whose key is in `keep` and those still open.

        Claims wait meanwhile.
        """
        prune = partial(upkeep.prune, place=self.place, before=before, keep=keep, dry_run=dry_run)
        return await self._write(prune, patience=0.0)

    # ------------------------------------------------------------ the server

    async def _write(self, write: Work[T], *, patience: float | None = None) -> T:
        """Do it to the end, whatever becomes of the task that waits for it."""
        if self._closed:
            raise RuntimeError("the ledger is closed")
        waiting = self._patience if patience is None else patience
        task = asyncio.create_task(self._server.run(write, patience=waiting))
        self._writes.add(task)
        task.add_done_callback(self._written)
        return await asyncio.shield(task)

    def _written(self, task: asyncio.Task[Any]) -> None:
        self._writes.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, or asyncio complains where nobody waits for it any more

    async def _read(self, read: Work[T]) -> T:
        return await self._server.run(read, patience=self._patience)

    async def _select(self, sql: str, values: Any) -> list[dict[str, Any]]:
        async def select(db: Connection) -> list[dict[str, Any]]:
            return await (await db.execute(sql, values)).fetchall()

        return await self._read(select)

    async def _beat_for_ever(self) -> None:
        """Give a sign of life now and then, over a connection that does not wait behind calls."""
        import psycopg

        while True:
            await asyncio.sleep(self._owner.renew_seconds)
            with contextlib.suppress(psycopg.Error):  # the next one may get through
                async with await self._server.connect() as db:
                    await self._owner.beat(db)


def _now() -> str:
    """The time as records write it, with milliseconds: calls are over in seconds."""
    return utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
