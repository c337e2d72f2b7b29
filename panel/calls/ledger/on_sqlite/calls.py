"""A call in SQLite: those beside it under the same key, who sent it, and how it changes."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from panel.calls.ledger.claims import Sibling
from panel.calls.ledger.on_sqlite.commits import Write
from panel.calls.ledger.processes import Process

_SIBLINGS = """
SELECT state, machine, pid, owners.started AS owner_started, beat FROM calls
LEFT JOIN owners ON owners.id = calls.owner WHERE key = ? ORDER BY calls.id
"""


def siblings(db: sqlite3.Connection, key: str) -> list[Sibling]:
    """All calls under a key, oldest first."""
    now = time.time()
    return [
        Sibling(row["state"], owner_of(row), now - (row["beat"] or 0.0))
        for row in db.execute(_SIBLINGS, (key,))
    ]


def owner_of(row: sqlite3.Row) -> Process | None:
    """Who sent a call, if that is known."""
    return row["machine"] and Process(row["machine"], row["pid"], row["owner_started"])


def update(call: int, values: dict[str, Any], *, when: tuple[str, ...]) -> Write:
    """Change a call that is in one of the states `when`; LookupError if it is not."""
    columns = ", ".join(f"{name} = ?" for name in values)
    states = ", ".join("?" * len(when))
    sql = f"UPDATE calls SET {columns} WHERE id = ? AND state IN ({states})"  # noqa: S608 (names of ours)

    def write(db: sqlite3.Connection) -> None:
        if db.execute(sql, (*values.values(), call, *when)).rowcount != 1:
            raise LookupError(f"call {call} is not {' or '.join(when)}")

    return write


def plain(text: str) -> str:
    """The text without lone surrogates, which SQLite cannot store."""
    return text.encode("utf-8", errors="replace").decode()
