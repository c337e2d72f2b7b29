"""Votes in an SQLite file: WAL, synchronous FULL, votes that come together committed together.

Counting 20,000 votes takes 3 ms, more than all else that a vote takes; so SQLite itself keeps the counts, by
triggers, in the same transaction as the votes.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from panel.calls.ledger.on_sqlite.commits import GroupCommit, Write
from panel.calls.ledger.on_sqlite.file import is_full, make_if_missing
from panel.core.errors import DamagedRecord, InputError, PanelError, StoppedEarly
from panel.votes.vote import Choice, Count, Vote

T = TypeVar("T")

_VERSION = "1"
#: Seconds to wait for another process that is writing: a reader is waiting, too.
_BUSY_SECONDS = 5.0
#: Rows fetched at once, so that an export of any length takes little memory.
_PAGE = 1000
#: The group commit's own writes are not needed here.
_NEVER = 1e6

_TABLES = """
BEGIN;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE votes (
  tool TEXT NOT NULL,
  voter TEXT NOT NULL,
  choice TEXT NOT NULL CHECK (choice IN ('ship', 'skip', 'withdrawn')),
  first TEXT NOT NULL,
  at TEXT NOT NULL,
  origin TEXT NOT NULL,
  PRIMARY KEY (tool, voter)
) WITHOUT ROWID;
CREATE TABLE counts (tool TEXT PRIMARY KEY, ship INTEGER NOT NULL, skip INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER vote_cast AFTER INSERT ON votes BEGIN
  INSERT INTO counts VALUES (new.tool, new.choice = 'ship', new.choice = 'skip')
  ON CONFLICT DO UPDATE SET ship = ship + excluded.ship, skip = skip + excluded.skip;
END;
CREATE TRIGGER vote_changed AFTER UPDATE OF choice ON votes BEGIN
  UPDATE counts SET ship = ship + (new.choice = 'ship') - (old.choice = 'ship'),
    skip = skip + (new.choice = 'skip') - (old.choice = 'skip') WHERE tool = new.tool;
END;
CREATE TRIGGER vote_removed AFTER DELETE ON votes BEGIN  -- by hand: this program removes none
  UPDATE counts SET ship = ship - (old.choice = 'ship'), skip = skip - (old.choice = 'skip')
  WHERE tool = old.tool;
END;
INSERT INTO meta VALUES ('version', '1');
COMMIT;
PRAGMA journal_mode = WAL;
"""
_COLUMNS = "tool, voter, choice, first, at, origin"
_INSERT = f"INSERT INTO votes ({_COLUMNS}) VALUES (:tool, :voter, :choice, :first, :at, :origin)"  # noqa: S608 (constants)
_CHANGE = "choice = excluded.choice, origin = excluded.origin"
_CAST = f"{_INSERT} ON CONFLICT DO UPDATE SET {_CHANGE}, at = max(votes.at, excluded.at)"
_MERGE = (
    f"{_INSERT} ON CONFLICT DO UPDATE SET {_CHANGE}, at = excluded.at,"
    " first = min(votes.first, excluded.first) WHERE excluded.at > votes.at"
)
_WITHDRAW = (
    "UPDATE votes SET choice = :choice, origin = :origin, at = max(at, :at)"
    " WHERE tool = :tool AND voter = :voter"
)
_CHOICE = "SELECT choice FROM votes WHERE tool = ? AND voter = ?"
_COUNTS = "SELECT tool, ship, skip FROM counts WHERE ship + skip > 0"
_COUNTS_OF_ONE = f"{_COUNTS} AND tool = ?"
_ALL = f"SELECT {_COLUMNS} FROM votes ORDER BY first, tool, voter"  # noqa: S608 (constants)


class SqliteStore:
    """A `Store` in a file.

    Two threads: one writes, in groups, the other reads what is committed.

    Args:
        path: The file, with its tables.
        read_only: Whether writing is refused by SQLite itself.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        mode = "ro" if read_only else "rw"
        self._reads = ThreadPoolExecutor(1, "votes-read")
        self._db = _connect(path, mode)
        self._commits = GroupCommit(
            _connect(path, mode),
            lambda error: explained(error, path),
            begin=lambda _: None,
            make_room=lambda: False,
            beat=lambda _: None,
            seconds=_NEVER,
        )
        self._closed = False

    @property
    def place(self) -> str:
        """The file."""
        return str(self._path)

    async def cast(self, vote: Vote) -> None:
        """Store a vote in place of the voter's earlier one; durable once this returns."""
        values, sql = vote.as_json(), _WITHDRAW if vote.choice == "withdrawn" else _CAST
        await self._write(lambda db: db.execute(sql, values).rowcount)

    async def choice(self, tool: str, voter: str) -> Choice | None:
        """What the voter said last of the tool."""
        found = await self._read(lambda db: db.execute(_CHOICE, (tool, voter)).fetchone())
        return None if found is None else found[0]

    async def counts(self, tools: Collection[str] | None = None) -> Mapping[str, Count]:
        """The votes that count, of these tools or of all."""

        def read(db: sqlite3.Connection) -> list[tuple[str, int, int]]:
            if tools is None:
                return db.execute(_COUNTS).fetchall()
            return [row for tool in tools for row in db.execute(_COUNTS_OF_ONE, (tool,))]

        return {tool: Count(ship, skip) for tool, ship, skip in await self._read(read)}

    async def rows(self) -> AsyncIterator[Vote]:
        """All votes, the earliest first, as they were when the first was asked for."""
        cursor = await self._read(lambda db: db.execute(_ALL))
        while page := await self._read(lambda _: cursor.fetchmany(_PAGE)):
            for row in page:
                yield vote_of(row, self.place)

    async def add(self, votes: Iterable[Vote]) -> int:
        """Take in votes of another store, all or none; the later one stays."""
        values = [vote.as_json() for vote in votes]
        return int(await self._write(lambda db: sum(db.execute(_MERGE, each).rowcount for each in values)))

    async def close(self) -> None:
        """Write what waits and close the file."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._commits.finish)
        self._reads.submit(self._db.close).result()
        self._reads.shutdown()

    async def _write(self, write: Write) -> Any:
        return await asyncio.wrap_future(self._commits.hand_over(write))

    async def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reads, read, self._db)
        except sqlite3.Error as error:
            raise explained(error, self._path) from error


class EmptyStore:
    """What reads as a store without votes, where none was made yet."""

    def __init__(self, path: Path) -> None:
        self.place = f"{path} (not there yet)"

    async def cast(self, vote: Vote) -> None:
        """Not possible."""
        raise InputError(f"the vote on {vote.tool} cannot be stored", file=self.place)

    async def choice(self, tool: str, voter: str) -> Choice | None:  # noqa: ARG002 (nobody voted on anything)
        """None."""
        return None

    async def counts(self, tools: Collection[str] | None = None) -> Mapping[str, Count]:  # noqa: ARG002 (same)
        """Nothing."""
        return {}

    async def rows(self) -> AsyncIterator[Vote]:
        """Nothing."""
        nothing: tuple[Vote, ...] = ()
        for each in nothing:
            yield each

    async def add(self, votes: Iterable[Vote]) -> int:  # noqa: ARG002 (not possible)
        """Not possible."""
        raise InputError("votes cannot be stored", file=self.place)

    async def close(self) -> None:
        """Nothing to do."""


def open_file(path: Path, *, read_only: bool = False) -> SqliteStore | EmptyStore:
    """The store in a file, made if it is not there and may be written.

    Raises:
        InputError: the file cannot be made or opened.
        StoppedEarly: the disk is full.
        DamagedRecord: it is empty, damaged, or holds something else.
    """
    if read_only and not path.exists():
        return EmptyStore(path)
    try:
        if not read_only:
            make_if_missing(path, _TABLES)
        if path.stat().st_size == 0:
            raise DamagedRecord("is empty; a store of votes never is", file=path)
        _check(path)
        return SqliteStore(path, read_only=read_only)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}", file=path, hint=_ELSEWHERE) from error
    except PanelError as error:
        error.saved = None  # said of calls, which are not at stake here
        error.hint = _BACK if isinstance(error, DamagedRecord) else _ELSEWHERE
        raise


_ELSEWHERE = "choose another place with --votes-url sqlite:///FILE, or make this one writable"
_BACK = "bring it back from a copy or an export (panel votes import FILE), or move it away to begin anew"


def vote_of(row: Iterable[Any], place: str) -> Vote:
    """A stored row as a vote.

    Raises:
        DamagedRecord: it is none.
    """
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    try:
        return Vote.model_validate(values)
    except ValueError as error:
        tool, voter = values["tool"], values["voter"]
        raise DamagedRecord(
            f"the vote of {voter!r} on {tool!r} is damaged: {error}", file=place, hint=_BACK
        ) from None


def explained(error: sqlite3.Error, path: Path) -> PanelError:
    """What SQLite's error means, with what to do."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if is_full(error):
        return StoppedEarly(
            f"disk full: {path} could not be written",
            saved="every vote that was acknowledged",
            hint="make room; votes are taken again at once",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoppedEarly(f"{path}: another process has held it for more than {_BUSY_SECONDS:.0f} s")
    if name.startswith("SQLITE_IOERR"):
        return StoppedEarly(f"{path}: {error} ({name})", hint="mend the disk")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return InputError(f"cannot be used: {error}", file=path, hint=_ELSEWHERE)
    return DamagedRecord(f"cannot be read as votes: {error}", file=path, hint=_BACK)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",  # never make a file here
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA fullfsync = ON")  # only on macOS does a plain fsync stop short of the disk
    return db


def _check(path: Path) -> None:
    db = _connect(path, "ro")
    try:
        found = db.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        db.execute("SELECT origin FROM votes, counts LIMIT 1")
    finally:
        db.close()
    if found is None or found[0] != _VERSION:
        raise DamagedRecord(
            f"holds votes of version {found and found[0]}; this program reads {_VERSION}", file=path
        )
