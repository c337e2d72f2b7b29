"""One thread that writes to SQLite: what waits while it commits is committed together.

The flush to disk takes longest by far; so it is paid once for all writes that came meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from panel.calls.ledger.on_sqlite.file import is_full

Write = Callable[[sqlite3.Connection], Any]
#: A write, and what waits for it: in another thread, or in an event loop.
_Item = tuple[Write, Future[Any] | asyncio.Future[Any]]


class GroupCommit:
    """A queue of writes to one connection. Every write is answered only after its COMMIT.

    A write that fails on its own account (any exception that is not SQLite's) must do so before it changes
    anything; the others are not touched by it. An error of SQLite fails all that were to be committed
    together.

    Args:
        db: The connection, which belongs to this thread from now on.
        explain: Turns SQLite's error into the one that is raised.
        begin: Called in every transaction before anything is written in it.
        make_room: Called when the disk is full; says whether it made room, so that trying again may help.
        beat: A write that is made every `seconds`, whatever else there is to write.
        seconds: See `beat`.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        explain: Callable[[sqlite3.Error], Exception],
        *,
        begin: Write,
        make_room: Callable[[], bool],
        beat: Write,
        seconds: float,
    ) -> None:
        self.commits = 0
        self._db = db
        self._explain = explain
        self._begin = begin
        self._make_room = make_room
        self._beat = beat
        self._seconds = seconds
        self._next_beat = time.monotonic() + seconds
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-write", daemon=True)
        self._thread.start()

    def hand_over(self, write: Write) -> Future[Any]:
        """Queue a write. Its future is done when it is on disk or has failed, and cannot be cancelled."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        self._queue.put((write, future))
        return future

    async def made(self, write: Write) -> Any:
        """The outcome of a write once it is on disk; the write is made even if nobody waits for it any more.

        A loop is woken once for all of its writes that were committed together.
        """
        waiting = asyncio.get_running_loop().create_future()
        self._queue.put((write, waiting))
        return await waiting

    def finish(self) -> None:
        """Write what waits, close the connection, end. Nothing may be handed over afterwards."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going_on = True
        while going_on:
            taken = [*self._first(), *self._waiting()]
            going_on = None not in taken
            self._commit([item for item in taken if item is not None])
        self._db.close()

    def _first(self) -> Iterator[_Item | None]:
        """The next write, or the beat if that is due sooner."""
        left = self._next_beat - time.monotonic()
        with contextlib.suppress(queue.Empty):
            if left > 0:
                yield self._queue.get(timeout=left)
                return
        self._next_beat = time.monotonic() + self._seconds
        yield self._beat, Future()

    def _waiting(self) -> Iterator[_Item | None]:
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._queue.get_nowait()

    def _commit(self, batch: list[_Item]) -> None:
        if not batch:
            return
        try:
            outcomes = self._together(batch)
        except sqlite3.Error as error:
            outcomes = [self._explain(error) for _ in batch]
        in_loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if isinstance(future, asyncio.Future):
                in_loops.setdefault(future.get_loop(), []).append((future, outcome))
            else:
                _answer(future, outcome)
        for loop, answers in in_loops.items():
            with contextlib.suppress(RuntimeError):  # it is closed: nobody waits there any more
                loop.call_soon_threadsafe(_answer_all, answers)

    def _together(self, batch: list[_Item]) -> list[Any]:
        try:
            return self._transaction(batch)
        except sqlite3.Error as error:
            if not (is_full(error) and self._make_room()):
                raise
        return self._transaction(batch)

    def _transaction(self, batch: list[_Item]) -> list[Any]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._begin(self._db)
            outcomes = [self._outcome(write) for write, _ in batch]
            self._db.execute("COMMIT")
        except sqlite3.Error:
            # SQLite may have rolled back already; what cannot be rolled back was never committed.
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise
        self.commits += 1
        return outcomes

    def _outcome(self, write: Write) -> Any:
        try:
            return write(self._db)
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 (raised again where the write was handed over)
            return error


def _answer_all(answers: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, outcome in answers:
        if not future.done():  # else whoever waited was cancelled
            _answer(future, outcome)


def _answer(future: Future[Any] | asyncio.Future[Any], outcome: Any) -> None:
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
