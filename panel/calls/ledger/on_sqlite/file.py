"""An SQLite file that holds money: made whole or not at all, never taken for empty, its errors told apart."""

from __future__ import annotations

import contextlib
import errno
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from panel.core.errors import DamagedRecord, InputError, PanelError, StoppedEarly
from panel.core.files import TEMPORARY

#: Seconds to wait for another process that is writing.
_BUSY_SECONDS = 60.0
#: What the system says when there is no room, for all or for this user.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ELSEWHERE = "choose another place with --runs-dir DIR, or make this one writable"
_RESUME = "run the same command again; finished calls are not paid twice"


def make_if_missing(path: Path, script: str) -> None:
    """Make the database `path` with the tables of `script`, if there is no such file.

    It is built beside its place and linked there, so that no other process ever sees half of it, and an
    empty file can only be a damaged one.

    Raises:
        InputError: the file cannot be made there.
        StoppedEarly: the disk is full.
    """
    temporary = path.with_name(f"{TEMPORARY}{path.name}-{secrets.token_hex(4)}")
    try:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(temporary)) as db:
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(script)
        with contextlib.suppress(FileExistsError):  # another process was quicker, with the same content
            path.hardlink_to(temporary)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(path) from error
        raise InputError(f"cannot be made: {error.strerror}", file=path, hint=_ELSEWHERE) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def open_file(path: Path, version: str, migrations: Mapping[str, Sequence[str]]) -> sqlite3.Connection:
    """A connection for any one thread at a time, in autocommit mode, durable on commit.

    Args:
        path: The file.
        version: Of the tables that are wanted.
        migrations: The statements that lead from an earlier version to the next; applied where needed.

    Raises:
        InputError: the file cannot be opened.
        DamagedRecord: it is empty, no SQLite file, another program's, or of a version that cannot be
            brought to `version`.
    """
    try:
        if path.stat().st_size == 0:
            raise DamagedRecord("is empty; a ledger never is", file=path, hint=_AWAY)
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",  # rw: never make a file here
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}", file=path, hint=_ELSEWHERE) from error
    except sqlite3.Error as error:
        raise explained(error, path) from error
    db.row_factory = sqlite3.Row
    try:
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")  # only on macOS does a plain fsync stop short of the disk
        while (found := _version(db)) in migrations:
            _migrate(db, found, migrations[found])
        _require(version, found, path)
    except sqlite3.Error as error:
        db.close()
        raise explained(error, path) from error
    except DamagedRecord:
        db.close()
        raise
    return db


def _version(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    return "unknown" if row is None else str(row["value"])


def _migrate(db: sqlite3.Connection, found: str, statements: Sequence[str]) -> None:
    db.execute("BEGIN EXCLUSIVE")
    try:
        if _version(db) == found:  # else another process was quicker
            for statement in statements:
                db.execute(statement)
        db.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def _require(wanted: str, found: str, path: Path) -> None:
    if found != wanted:
        raise DamagedRecord(
            f"is a ledger of version {found}; this program reads version {wanted}",
            file=path,
            hint="use the program that wrote it, or a newer one",
        )


def is_full(error: sqlite3.Error) -> bool:
    """Whether the disk has no room for what was to be written."""
    return getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"


def explained(error: sqlite3.Error, path: Path) -> PanelError:
    """The member of the family tree that says what SQLite's error means for the user."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if is_full(error):
        return disk_full(path)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return InputError(f"cannot be written: {error}", file=path, hint=_ELSEWHERE)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoppedEarly(
            f"{path}: another process has held it for more than {_BUSY_SECONDS:.0f} s", hint=_RESUME
        )
    if name.startswith("SQLITE_IOERR"):
        return StoppedEarly(f"{path}: {error} ({name})", hint=f"mend the disk, then {_RESUME}")
    return DamagedRecord(f"cannot be read as a ledger: {error}", file=path, hint=_AWAY)


#: Never "unreadable means empty": a person decides what happens to paid replies.
_AWAY = "bring it back from a copy, or move it away: a new one is made, and every call is paid again"


def disk_full(path: Path) -> StoppedEarly:
    """The disk has no room for the ledger; nothing more may be sent."""
    return StoppedEarly(
        f"disk full: {path} could not be written",
        saved="every call that was acknowledged is in the ledger",
        hint=f"make room and {_RESUME}",
    )
