"""Calls read from SQLite as they are stored: the replies to one request, and all calls page by page."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from panel.calls.ledger.on_sqlite.calls import owner_of
from panel.calls.ledger.parts import hashes_in
from panel.calls.ledger.processes import lives
from panel.calls.ledger.rows import Row

#: Calls read or written at once: few enough to hold, many enough to be quick.
PAGE = 100

#: Conditions beyond the first are only put in where they are wanted: "? IS NULL OR key = ?" hides the index.
_ROWS = """
SELECT calls.*, json AS skeleton, machine, pid, owners.started AS owner_started, beat FROM calls
LEFT JOIN requests USING (key) LEFT JOIN owners ON owners.id = calls.owner
WHERE calls.id > ?{which} ORDER BY calls.id LIMIT ?
"""

#: Fields of a `Row` that are columns of the same name.
_COLUMNS = (
    "id", "uid", "key", "run", "tool", "persona", "model", "state", "reserved_usd", "status", "headers",
    "body", "body_hash", "usage", "cost_usd", "why", "started", "finished",
)  # fmt: skip


def replies_to(db: sqlite3.Connection, key: str) -> list[Row]:
    """The calls under a key that have a reply, newest first, without their request."""
    sql = "SELECT * FROM calls WHERE key = ? AND state IN ('kept', 'settled') ORDER BY id DESC"
    return [Row(**_values(row), owner_lives=False, skeleton=None) for row in db.execute(sql, (key,))]


def page_after(last: int, given: Mapping[str, str | None], db: sqlite3.Connection) -> list[Row]:
    """Some calls with their requests, oldest first; a text they share is read once.

    Args:
        last: The number of the call before them.
        given: What columns must hold, by name; None: anything.
        db: Where they are.
    """
    which = {name: value for name, value in given.items() if value is not None}
    sql = _ROWS.format(which="".join(f" AND {name} = ?" for name in which))
    found = db.execute(sql, (last, *which.values(), PAGE)).fetchall()
    needed: dict[str, list[str]] = {row["key"]: _needed(row["skeleton"]) for row in found}
    texts: dict[str, str] = {}
    for name in {name for names in needed.values() for name in names}:
        text = db.execute("SELECT text FROM parts WHERE hash = ?", (name,)).fetchone()
        if text is not None:
            texts[name] = text["text"]
    now = time.time()
    return [
        Row(
            **_values(row),
            owner_lives=(owner := owner_of(row)) is not None and lives(owner, now - row["beat"]),
            skeleton=row["skeleton"],
            texts={name: texts[name] for name in needed[row["key"]] if name in texts},
        )
        for row in found
    ]


def _needed(skeleton: str | None) -> list[str]:
    try:
        return [] if skeleton is None else list(hashes_in(skeleton))
    except (ValueError, KeyError, TypeError):
        return []  # whoever reads the row finds out what is wrong with it


def _values(row: sqlite3.Row) -> dict[str, Any]:
    return {name: row[name] for name in _COLUMNS}
