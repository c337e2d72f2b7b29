"""The ledger as one SQLite file that any number of processes share: write-ahead log, durable on commit."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from panel.calls.group_commit import GroupCommit, Write
from panel.calls.ledger.base import Intent, StoredReply
from panel.calls.parts import hashes_in, put_together, take_apart
from panel.calls.processes import this_process
from panel.calls.sqlite_file import explained, make_if_missing, open_file
from panel.core.errors import DamagedRecord
from panel.core.hashing import digest
from panel.core.records import utc_now
from panel.core.requests import Call, CallRequest, RawReply, Usage

T = TypeVar("T")

VERSION = "1"
#: Calls read at once: few enough to hold, many enough to be quick.
_PAGE = 100

_TABLES = """
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE parts (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE requests (key TEXT PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE calls (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL REFERENCES requests (key),
  run TEXT NOT NULL,
  tool TEXT NOT NULL,
  persona TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'kept', 'settled', 'abandoned', 'maybe_paid')),
  reserved_usd REAL,
  status INTEGER,
  headers TEXT NOT NULL DEFAULT '{}',
  body BLOB,
  body_hash TEXT,
  usage TEXT,
  cost_usd REAL,
  why TEXT,
  started TEXT NOT NULL,
  finished TEXT,
  owner_pid INTEGER NOT NULL,  -- with owner_started: which process sent it, should it die before the reply
  owner_started TEXT
);
CREATE INDEX calls_by_key ON calls (key, id);
CREATE INDEX calls_by_run ON calls (run, id);
INSERT INTO meta VALUES ('version', '{version}');
COMMIT;
""".replace("{version}", VERSION)

_SPENT = """
SELECT coalesce(sum(CASE
  WHEN state = 'settled' THEN coalesce(cost_usd, reserved_usd)
  WHEN state IN ('open', 'kept', 'maybe_paid') THEN reserved_usd
END), 0.0) FROM calls WHERE run = ?
"""

_CALLS = """
SELECT calls.*, requests.json FROM calls LEFT JOIN requests USING (key)
WHERE id > ? AND (? IS NULL OR run = ?) AND (? IS NULL OR key = ?) ORDER BY id LIMIT ?
"""

#: Fields of a `Call` that are columns of the same name.
_SAME_NAME = (
    "key", "run", "tool", "persona", "state", "reserved_usd", "status", "cost_usd", "why", "started",
    "finished",
)  # fmt: skip


class SqliteLedger:
    """A `Ledger` in the file `path`, which is made if it does not exist.

    A write that was handed over is finished even if the task that waits for it is cancelled.

    Raises:
        InputError: the file cannot be made or opened.
        DamagedRecord: it is there, but is no ledger of a version this program reads.
        StoppedEarly: the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._closed = False
        make_if_missing(path, _TABLES)
        self._db = open_file(path, VERSION)
        self._writer = GroupCommit(open_file(path, VERSION), lambda error: explained(error, path))
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger-read")

    @property
    def commits(self) -> int:
        """Transactions this process has committed."""
        return self._writer.commits

    # ------------------------------------------------------------ writing

    async def intend(self, request: CallRequest, intent: Intent) -> int:
        """Note durably that `request` is about to be sent; returns the call's id."""
        key, (skeleton, texts) = request.key, take_apart(request)
        row = (
            key, intent.run, intent.tool, intent.persona, intent.reserved_usd, _now(), *this_process(),
        )  # fmt: skip

        def write(db: sqlite3.Connection) -> int | None:
            db.executemany("INSERT OR IGNORE INTO parts VALUES (?, ?)", texts.items())
            db.execute("INSERT OR IGNORE INTO requests VALUES (?, ?)", (key, skeleton))
            return db.execute(
                "INSERT INTO calls (key, run, tool, persona, state, reserved_usd, started, owner_pid,"
                " owner_started) VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?)",
                row,
            ).lastrowid

        call: int = await self._write(write)
        return call

    async def keep(self, call: int, raw: RawReply) -> None:
        """Store the raw reply to an open call, before anything reads it."""
        values = {
            "state": "kept", "status": raw.status, "headers": json.dumps(raw.headers), "body": raw.body,
            "body_hash": digest(raw.body), "finished": _now(),
        }  # fmt: skip
        await self._write(_update(call, values, when=("open",)))

    async def settle(self, call: int, *, usage: Usage | None, cost_usd: float | None) -> None:
        """Note what a kept reply used and cost."""
        used = None if usage is None else json.dumps(usage.as_json())
        values = {"state": "settled", "usage": used, "cost_usd": cost_usd}
        await self._write(_update(call, values, when=("kept", "settled")))

    async def abandon(self, call: int, *, status: int | None, why: str, maybe_paid: bool) -> None:
        """Close an open call that brought no reply."""
        values = {
            "state": "maybe_paid" if maybe_paid else "abandoned", "status": status, "finished": _now(),
            "why": why.encode("utf-8", errors="replace").decode(),
        }  # fmt: skip
        await self._write(_update(call, values, when=("open",)))

    async def _write(self, write: Write) -> Any:
        if self._closed:
            raise RuntimeError("the ledger is closed")
        return await asyncio.wrap_future(self._writer.hand_over(write))

    # ------------------------------------------------------------ reading

    async def replies(self, key: str) -> list[StoredReply]:
        """All replies to the request with this key, newest first.

        Raises:
            DamagedRecord: a stored body does not have the hash it was stored with.
        """
        rows = await self._select(
            "SELECT * FROM calls WHERE key = ? AND state IN ('kept', 'settled') ORDER BY id DESC", key
        )
        return [self._stored_reply(row) for row in rows]

    async def spent(self, run: str) -> float:
        """Dollars of this run: settled costs, and the reservations of calls that are open or maybe paid."""
        rows = await self._select(_SPENT, run)
        return float(rows[0][0])

    async def calls(self, *, run: str | None = None, key: str | None = None) -> AsyncIterator[Call]:
        """The calls there are, oldest first, of one run or key where that is given.

        Raises:
            DamagedRecord: a row cannot be read, or its texts do not hash to its key.
        """
        last = 0
        while page := await self._select(_CALLS, last, run, run, key, key, _PAGE):
            for call in await self._read(partial(self._rebuilt, page)):
                yield call
            last = page[-1]["id"]

    async def close(self) -> None:
        """Finish all writes and let go of the file; a second close does nothing."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._writer.finish)
            self._reader.shutdown()
            self._db.close()

    async def _select(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return await self._read(lambda db: db.execute(sql, values).fetchall())

    async def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reader, read, self._db)
        except sqlite3.Error as error:
            raise explained(error, self._path) from error

    def _stored_reply(self, row: sqlite3.Row) -> StoredReply:
        with self._reading("calls", row["id"]):
            return StoredReply(
                id=row["id"],
                key=row["key"],
                run=row["run"],
                raw=RawReply(status=row["status"], headers=json.loads(row["headers"]), body=_body(row)),
                usage=_usage(row),
                cost_usd=row["cost_usd"],
                finished=row["finished"],
            )

    def _rebuilt(self, page: list[sqlite3.Row], db: sqlite3.Connection) -> list[Call]:
        return [self._call(db, row) for row in page]

    def _call(self, db: sqlite3.Connection, row: sqlite3.Row) -> Call:
        with self._reading("requests", row["key"]):
            request = put_together(row["json"], _texts(db, hashes_in(row["json"])))
            if request.key != row["key"]:
                raise ValueError("its texts do not hash to its key")
        with self._reading("calls", row["id"]):
            return Call(
                **{name: row[name] for name in _SAME_NAME},
                request=request,
                headers=json.loads(row["headers"]),
                body=None if row["body"] is None else _body(row).decode("utf-8", errors="replace"),
                usage=_usage(row),
            )

    @contextmanager
    def _reading(self, table: str, row: object) -> Iterator[None]:
        """Whatever is wrong with a stored row is damage, and says which row it is."""
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            what = f"the text {error} is missing" if isinstance(error, KeyError) else str(error)
            raise DamagedRecord(
                f"table {table}, row {row}: {what}", file=self._path, hint="panel runs verify"
            ) from error


def _update(call: int, values: dict[str, Any], *, when: tuple[str, ...]) -> Write:
    """Change a call that is in one of the states `when`; LookupError if it is not."""
    columns = ", ".join(f"{name} = ?" for name in values)
    states = ", ".join("?" * len(when))
    sql = f"UPDATE calls SET {columns} WHERE id = ? AND state IN ({states})"  # noqa: S608 (names of ours)

    def write(db: sqlite3.Connection) -> None:
        if db.execute(sql, (*values.values(), call, *when)).rowcount != 1:
            raise LookupError(f"call {call} is not {' or '.join(when)}")

    return write


def _texts(db: sqlite3.Connection, hashes: Iterable[str]) -> dict[str, str]:
    rows = (db.execute("SELECT hash, text FROM parts WHERE hash = ?", (name,)).fetchone() for name in hashes)
    return {row["hash"]: row["text"] for row in rows if row is not None}


def _body(row: sqlite3.Row) -> bytes:
    body: bytes = row["body"]
    if digest(body) != row["body_hash"]:
        raise ValueError("the body is not the one that was stored")
    return body


def _usage(row: sqlite3.Row) -> Usage | None:
    return None if row["usage"] is None else Usage.model_validate_json(row["usage"])


def _now() -> str:
    """The time as records write it, with milliseconds: calls are over in seconds."""
    return utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
