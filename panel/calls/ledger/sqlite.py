"""The ledger as one SQLite file that any number of processes share: write-ahead log, durable on commit."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from panel.calls.ledger.base import (
    Bounds,
    Claim,
    CostBy,
    CostLine,
    Granted,
    Intent,
    Lease,
    Leased,
    Pruned,
)
from panel.calls.ledger.bounds import Tab
from panel.calls.ledger.claims import obstacle
from panel.calls.ledger.on_sqlite import leases, upkeep
from panel.calls.ledger.on_sqlite.bounds import depart, no_room, tab_of
from panel.calls.ledger.on_sqlite.calls import plain, siblings, update
from panel.calls.ledger.on_sqlite.commits import GroupCommit, Write
from panel.calls.ledger.on_sqlite.file import disk_full, explained, make_if_missing, open_file
from panel.calls.ledger.on_sqlite.reading import PAGE, page_after, replies_to
from panel.calls.ledger.on_sqlite.reserve import Reserve
from panel.calls.ledger.on_sqlite.tables import MIGRATIONS, TABLES, VERSION
from panel.calls.ledger.on_sqlite.written import Written
from panel.calls.ledger.parts import take_apart
from panel.calls.ledger.processes import RENEW_SECONDS, Process, this_process
from panel.calls.ledger.rows import Damage, Row, StoredReply, reply_of
from panel.core.errors import DamagedRecord, InputError
from panel.core.hashing import digest
from panel.core.records import utc_now
from panel.core.requests import CallRequest, RawReply, Usage

T = TypeVar("T")

SCHEMES = ("sqlite",)
_CLOSED = "the ledger is closed"


async def open_ledger(url: str) -> SqliteLedger:
    """The ledger at `sqlite:///relative/path` or `sqlite:////absolute/path`; made if there is none.

    Raises:
        InputError: the address names a host or no file, or the file cannot be made or opened.
        DamagedRecord: it is there, but is no ledger of a version this program reads.
        StoppedEarly: the disk is full.
    """
    return await asyncio.to_thread(SqliteLedger, _path_in(url))


def exists(url: str) -> bool:
    """Whether there is such a file; InputError where the address names none."""
    return _path_in(url).exists()


def _path_in(url: str) -> Path:
    parts = urlsplit(url)
    path = unquote(parts.path).removeprefix("/")
    if parts.netloc or not path:
        raise InputError("names no file; write sqlite:///folder/file", field="ledger_url")
    return Path(path)


class SqliteLedger:
    """A `Ledger` in the file `path`, which is made if it does not exist.

    A write that was handed over is finished even if the task that waits for it is cancelled. When the disk
    is full a reserve is given up, so that replies on their way still find room; no new call is granted then.

    Args:
        path: The file.
        process: Who asks, as other processes see it; this process if None.

    Raises:
        InputError: the file cannot be made or opened.
        DamagedRecord: it is there, but is no ledger of a version this program reads.
        StoppedEarly: the disk is full.
    """

    def __init__(self, path: Path, *, process: Process | None = None) -> None:
        self._path = path
        self._closed = False
        self._tabs: dict[str, Tab] = {}
        self._written = Written()
        self._owner = secrets.token_hex(16)
        self._process = process or this_process()
        self._reserve = Reserve(path.with_name(f"{path.name}.reserve"))
        make_if_missing(path, TABLES)
        self._db = open_file(path, VERSION, MIGRATIONS)
        #: For what is looked up by its key, which takes less time than to wake a thread; it waits for nobody.
        self._lookup = open_file(path, VERSION, MIGRATIONS)
        self._lookup.execute("PRAGMA busy_timeout = 0")
        self._writer = GroupCommit(
            open_file(path, VERSION, MIGRATIONS),
            self._explained,
            begin=self._written.look_around,
            make_room=self._make_room,
            beat=self._beat,
            seconds=RENEW_SECONDS,
        )
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger-read")

    @property
    def place(self) -> str:
        """The file."""
        return str(self._path)

    @property
    def commits(self) -> int:
        """Transactions this process has committed."""
        return self._writer.commits

    # ------------------------------------------------------------ for whoever calls

    async def replies(self, key: str) -> list[StoredReply]:
        """All replies to the request with this key, newest first.

        Raises:
            DamagedRecord: a stored body does not have the hash it was stored with.
        """
        if self._closed:
            raise RuntimeError(_CLOSED)
        look = partial(replies_to, key=key)
        try:
            found = look(self._lookup)
        except sqlite3.OperationalError:  # somebody holds the file: a thread may wait for it
            found = await self._read(look)
        return [reply_of(row, self.place) for row in found]

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
            StoppedEarly: the disk is full, or was: nothing more is granted.
        """
        skeleton, texts = take_apart(request)
        model = plain(f"{request.provider}:{request.model}")
        call = {
            "uid": secrets.token_hex(16), "key": request.key, "run": intent.run, "tool": intent.tool,
            "persona": intent.persona, "model": model,
            "state": "open", "reserved_usd": intent.reserved_usd, "started": _now(),
            "owner": self._owner if lease is None else lease.id,
        }  # fmt: skip

        def write(db: sqlite3.Connection) -> Claim:
            if not self._reserve.hold():
                raise disk_full(self._path)
            in_the_way = obstacle(siblings(db, request.key), known=known, most_unanswered=most_unanswered)
            in_the_way = in_the_way or no_room(db, bounds or Bounds(), call, self._tabs)
            if in_the_way is not None:
                return in_the_way
            new = self._written.new_among(texts)
            upkeep.store_request(db, request.key, skeleton, new)
            self._written.add(new)
            if lease is None:
                self._sign(db)
            else:
                leases.sign(db, lease)
            depart(db, bounds or Bounds(), model)
            return Granted(upkeep.insert(db, call))

        claim: Claim = await self._write(write)
        return claim

    async def keep(self, call: int, raw: RawReply) -> None:
        """Store the raw reply to an open call, before anything reads it."""
        values = {
            "state": "kept", "status": raw.status, "headers": json.dumps(raw.headers), "body": raw.body,
            "body_hash": digest(raw.body), "finished": _now(),
        }  # fmt: skip
        await self._write(update(call, values, when=("open",)))

    async def settle(self, call: int, *, usage: Usage | None, cost_usd: float | None) -> None:
        """Note what a kept reply used and cost."""
        used = None if usage is None else json.dumps(usage.as_json())
        values = {"state": "settled", "usage": used, "cost_usd": cost_usd}
        await self._write(update(call, values, when=("kept", "settled")))

    async def abandon(self, call: int, *, status: int | None, why: str, maybe_paid: bool) -> None:
        """Close an open call that brought no reply."""
        values = {
            "state": "maybe_paid" if maybe_paid else "abandoned", "status": status, "finished": _now(),
            "why": plain(why),
        }  # fmt: skip
        await self._write(update(call, values, when=("open",)))

    async def spent(self, run: str) -> float:
        """Dollars of this run: settled costs, and the reservations of calls that are open or maybe paid."""
        return (await self._read(partial(tab_of, run=run, tab=self._tabs.get(run, Tab())))).usd

    async def mark(self, notes: Mapping[str, str | None]) -> None:
        """Remember a text under each name, in place of an earlier one; None forgets it. All or nothing."""

        def write(db: sqlite3.Connection) -> None:
            for name, value in notes.items():
                if value is None:
                    db.execute("DELETE FROM marks WHERE name = ?", (plain(name),))
                else:
                    db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (plain(name), plain(value)))

        await self._write(write)

    async def marked(self, names: Collection[str]) -> dict[str, str]:
        """What is remembered under these names, as far as there is anything."""

        def read(db: sqlite3.Connection) -> dict[str, str]:
            rows = (
                (name, db.execute("SELECT value FROM marks WHERE name = ?", (plain(name),)).fetchone())
                for name in names
            )
            return {name: row["value"] for name, row in rows if row is not None}

        return await self._read(read)

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
        """Finish all writes and let go of the file; a second close does nothing."""
        if not self._closed:
            self._closed = True
            self._writer.hand_over(self._sign_off)
            await asyncio.to_thread(self._writer.finish)
            self._reader.shutdown()
            self._db.close()
            self._lookup.close()

    # ------------------------------------------------------------ for whoever looks after it

    async def rows(self, *, run: str | None = None, key: str | None = None) -> AsyncIterator[Row]:
        """The calls there are as they are stored, oldest first."""
        last, given = 0, {"calls.run": run, "calls.key": key}
        while page := await self._read(partial(page_after, last, given)):
            for row in page:
                yield row
            last = page[-1].id

    async def costs(self, by: CostBy) -> list[CostLine]:
        """What all calls came to, summed up by name, in the order of the names."""
        return await self._read(partial(upkeep.costs, by=by))

    async def integrity(self) -> list[Damage]:
        """What SQLite finds wrong with the file; indexes are built again where they are the trouble."""
        found: list[Damage] = await self._write(upkeep.integrity)
        return found

    async def add(self, rows: Iterable[Row]) -> int:
        """Store calls of another ledger as they are; those that are here already are left alone."""
        rest, new = iter(rows), 0
        while page := list(islice(rest, PAGE)):
            new += await self._write(partial(upkeep.add, rows=page))
        return new

    async def prune(self, *, before: str, keep: Collection[str], dry_run: bool) -> Pruned:
        """Take out calls started before a moment, but those whose key is in `keep` and those still open.

        Raises:
            DamagedRecord: a request cannot be read, so that nobody knows what it needs; nothing was taken.
        """

        def prune(db: sqlite3.Connection) -> Pruned:
            self._written.forget()
            return upkeep.prune(db, before=before, keep=keep, dry_run=dry_run)

        try:
            pruned: Pruned = await self._write(prune)
        except ValueError as error:
            raise DamagedRecord(str(error), file=self._path, hint="panel runs verify") from error
        return pruned

    # ------------------------------------------------------------ the file

    async def _write(self, write: Write) -> Any:
        if self._closed:
            raise RuntimeError(_CLOSED)
        return await self._writer.made(write)

    async def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reader, read, self._db)
        except sqlite3.Error as error:
            raise explained(error, self._path) from error

    def _explained(self, error: sqlite3.Error) -> Exception:
        self._undone()
        return explained(error, self._path)

    def _make_room(self) -> bool:
        self._undone()
        return self._reserve.give_up()

    def _undone(self) -> None:
        """What is remembered may hold what was rolled back."""
        self._tabs.clear()
        self._written.forget()

    def _beat(self, db: sqlite3.Connection) -> None:
        db.execute("UPDATE owners SET beat = ? WHERE id = ?", (time.time(), self._owner))

    def _sign_off(self, db: sqlite3.Connection) -> None:
        """Whoever wants a call that is still open need not wait for this process to end."""
        db.execute("DELETE FROM owners WHERE id = ?", (self._owner,))

    def _sign(self, db: sqlite3.Connection) -> None:
        """Say who asks, with a sign of life, unless that was just done."""
        if self._written.is_signed:
            return
        who = self._process
        db.execute(
            "INSERT INTO owners VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET beat = excluded.beat",
            (self._owner, who.machine, who.pid, who.started, time.time()),
        )
        self._written.sign()


def _now() -> str:
    """The time as records write it, with milliseconds: calls are over in seconds."""
    return utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
