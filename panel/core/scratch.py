"""Rows for as long as a command runs, in a file without a name: however many, memory holds few of them."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Sequence
from typing import Any

from panel.core.errors import StoppedEarly


class Scratch:
    """An SQLite database in a temporary file that goes with it; threads take turns.

    What does not fit into SQLite's cache, some 2 MB, goes into the file. Nothing is ever undone, or read by
    another process.

    Args:
        tables: The statements that make its tables, one each.
        purpose: What it is for, as the beginning of a sentence: "launches already seen are kept".

    Raises:
        StoppedEarly: here and at every later statement, if there is no room for such a file.
    """

    def __init__(self, *tables: str, purpose: str) -> None:
        self._purpose = purpose
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._db.close)
        # One transaction for good: else every statement would be one of its own.
        for statement in ("PRAGMA journal_mode = OFF", "BEGIN", *tables):
            self.rows(statement)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; what it finds."""
        try:
            return self._db.execute(statement, values).fetchall()
        except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
            raise  # a mistake in this program: more room would not help
        except sqlite3.Error as error:
            raise StoppedEarly(
                f"{self._purpose} in a temporary file, and it cannot be kept: {error}",
                saved="everything up to here",
                hint="make room, or set SQLITE_TMPDIR to a folder with some, then run the same command again",
            ) from error
