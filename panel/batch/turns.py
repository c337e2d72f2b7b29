"""Who works on a list: one process at a time, and which run it continues."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panel.core.errors import DamagedRecord, InputError, LockHeld, StoppedEarly
from panel.core.files import write_atomic
from panel.core.hashing import bare, digest

#: Where it is noted, in the runs folder.
FOLDER = "lists"
_NEVER: dict[str, Any] = {"run": None, "finished": True, "taken_in": False, "more": {}}


@dataclass
class Turn:
    """A list this process works on.

    Attributes:
        unfinished: The run that was begun and not finished; None for a new one.
        finished: The run that was finished last, if none was begun since.
        taken_in: Whether all of the list was taken in by that run.
        more: What is noted beside it.
    """

    path: Path
    root: Path
    listing: str
    unfinished: str | None
    finished: str | None
    taken_in: bool
    more: Mapping[str, Any]

    def begin(self, run: str) -> None:
        """Note durably that `run` works on the list from now on."""
        self._write(run, finished=False)

    def finish(self, run: str) -> None:
        """Note durably that the list is done: the next time a new run begins."""
        self._write(run, finished=True)

    def _write(self, run: str, *, finished: bool) -> None:
        note = {
            "list": self.listing,
            "run": run,
            "finished": finished,
            "taken_in": self.taken_in,
            "more": self.more,
        }
        write_atomic(self.path, (json.dumps(note, indent=2) + "\n").encode(), inside=self.root)


@contextmanager
def turn(root: Path, listing: str, *, more: Mapping[str, Any] | None = None) -> Iterator[Turn]:
    """Be the only one that works on a list; the system lets go of it when this process ends, however it ends.

    Args:
        root: The runs folder.
        listing: What the list is known by: its absolute path or address, the command before it.
        more: What is noted beside it, for whoever looks for lists that were left, as JSON values; None: what
            was noted of the run that is continued.

    Raises:
        LockHeld: another process works on it; the message names it.
        DamagedRecord: what an earlier run noted cannot be read.
        InputError: the runs folder cannot be written.
        StoppedEarly: the disk is full.
    """
    name = bare(digest(listing))[:16]
    folder = root / FOLDER
    lock = folder / f"{name}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=lock, hint="--runs-dir DIR") from error
    try:
        _hold(descriptor, listing)
        path = folder / f"{name}.json"
        note = _note(path) if path.exists() else _NEVER
        over = note["finished"]
        yield Turn(
            path,
            root,
            listing,
            unfinished=None if over else note["run"],
            finished=note["run"] if over else None,
            taken_in=note["taken_in"] and not over,
            more=more if more is not None else {} if over else note["more"],
        )
    finally:
        os.close(descriptor)


def left(root: Path) -> list[dict[str, Any]]:
    """The notes of all lists that are begun and not finished, in the order of their runs.

    Raises:
        DamagedRecord: one cannot be read.
    """
    notes = [_note(path) for path in sorted((root / FOLDER).glob("*.json"))]
    return sorted((note for note in notes if not note["finished"]), key=lambda note: str(note["run"]))


def _hold(descriptor: int, listing: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(descriptor, 20, 0).decode("ascii", errors="replace").strip() or "unknown"
        raise LockHeld(
            f"process {pid} works on {listing} already",
            saved="nothing was called",
            hint="wait for it; it does what this command would do",
        ) from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        raise StoppedEarly(f"the lock of {listing} cannot be written: {error.strerror}") from error


def _note(path: Path) -> dict[str, Any]:
    try:
        note = json.loads(path.read_bytes())
        defaults = {"taken_in": False, "more": {}}
        return {**defaults, **note, "run": str(note["run"]), "finished": bool(note["finished"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedRecord(
            f"cannot be read: {error}",
            file=path,
            hint="remove it: a new run begins, and answers that are paid for are used all the same",
        ) from None
