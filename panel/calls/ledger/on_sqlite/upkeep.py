"""What is done to a ledger in SQLite between runs: sums, checks, copies in, old calls out."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from panel.calls.ledger.base import CostBy, CostLine, Pruned
from panel.calls.ledger.parts import hashes_in
from panel.calls.ledger.rows import Damage, Row
from panel.core.hashing import digest

_NAMES: dict[CostBy, str] = {
    "run": "run",
    "tool": "tool",
    "persona": "persona",
    "model": "model",
    "day": "substr(started, 1, 10)",
}

#: A kept reply that is not settled yet counts with its reservation, as it does in `spent`.
_COSTS = """
SELECT {name} AS name, count(*) AS calls,
  coalesce(sum(CASE state WHEN 'settled' THEN coalesce(cost_usd, reserved_usd)
                          WHEN 'kept' THEN reserved_usd END), 0.0) AS usd,
  coalesce(sum(state IN ('open', 'maybe_paid')), 0) AS maybe_paid,
  coalesce(sum(CASE WHEN state IN ('open', 'maybe_paid') THEN reserved_usd END), 0.0) AS maybe_paid_usd,
  coalesce(sum(state IN ('settled', 'kept') AND coalesce(cost_usd, reserved_usd) IS NULL), 0) AS unpriced,
  coalesce(sum(json_extract(usage, '$.input_tokens')), 0) AS input_tokens,
  coalesce(sum(json_extract(usage, '$.cached_tokens')), 0) AS cached_tokens,
  coalesce(sum(json_extract(usage, '$.output_tokens')), 0) AS output_tokens
FROM calls GROUP BY 1 ORDER BY 1
"""

#: Complaints of SQLite's integrity check that are about an index, which can be built again from its table.
_INDEX_DAMAGE = re.compile(r"row \d+ missing from index|wrong # of entries in index|non-unique entry")
_MOST_COMPLAINTS = 100


def costs(db: sqlite3.Connection, by: CostBy) -> list[CostLine]:
    """What all calls came to, summed up by name, in the order of the names."""
    return [CostLine(**dict(row)) for row in db.execute(_COSTS.format(name=_NAMES[by]))]


def integrity(db: sqlite3.Connection) -> list[Damage]:
    """What SQLite finds wrong with the file, and texts that do not hash to their name."""
    complaints = _complaints(db)
    found = []
    if any(_INDEX_DAMAGE.search(each) for each in complaints):
        db.execute("REINDEX")
        left = _complaints(db)
        found = [Damage("index", each, repaired=True) for each in complaints if each not in left]
        complaints = left
    found += [Damage("file", each) for each in complaints]
    texts = db.execute("SELECT hash, text FROM parts")
    return found + [
        Damage(f"table parts, row {row['hash']}", "the text is not the one that was stored")
        for row in texts
        if digest(row["text"]) != row["hash"]
    ]


def _complaints(db: sqlite3.Connection) -> list[str]:
    found = [str(row[0]) for row in db.execute(f"PRAGMA integrity_check({_MOST_COMPLAINTS})")]
    return [] if found == ["ok"] else found


def add(db: sqlite3.Connection, rows: Collection[Row]) -> int:
    """Store calls of another ledger as they are; returns how many were not here before."""
    return sum(_add(db, row) for row in rows)


def _add(db: sqlite3.Connection, row: Row) -> bool:
    if db.execute("SELECT 1 FROM calls WHERE uid = ?", (row.uid,)).fetchone():
        return False
    if row.skeleton is not None:
        store_request(db, row.key, row.skeleton, row.texts)
    names = (
        "uid", "key", "run", "tool", "persona", "model", "state", "reserved_usd", "status", "headers",
        "body", "body_hash", "usage", "cost_usd", "why", "started", "finished",
    )  # fmt: skip
    insert(db, {name: getattr(row, name) for name in names})
    return True


def store_request(db: sqlite3.Connection, key: str, skeleton: str, texts: Mapping[str, str]) -> None:
    """Store a request and its texts, each once."""
    db.executemany("INSERT OR IGNORE INTO parts VALUES (?, ?)", texts.items())
    db.execute("INSERT OR IGNORE INTO requests VALUES (?, ?)", (key, skeleton))


def insert(db: sqlite3.Connection, call: Mapping[str, Any]) -> int:
    """Add a row to `calls`; returns its id."""
    marks = ", ".join("?" * len(call))
    sql = f"INSERT INTO calls ({', '.join(call)}) VALUES ({marks})"  # noqa: S608 (names of ours)
    number = db.execute(sql, tuple(call.values())).lastrowid
    assert number is not None
    return number


def prune(db: sqlite3.Connection, *, before: str, keep: Collection[str], dry_run: bool) -> Pruned:
    """Take out old calls, and the requests and texts that nothing needs any more.

    Raises:
        ValueError: a request that stays is damaged, so that nobody knows which texts it needs; nothing was
            taken out.
    """
    _temporary(db, "kept_keys", keep)
    old = "started < ? AND state != 'open' AND key NOT IN (SELECT name FROM kept_keys)"
    calls, usd = db.execute(
        "SELECT count(*), coalesce(sum(CASE WHEN state != 'abandoned'"  # noqa: S608 (a condition of ours)
        f" THEN coalesce(cost_usd, reserved_usd) END), 0.0) FROM calls WHERE {old}",
        (before,),
    ).fetchone()
    needed = _texts_needed(db, f"SELECT key FROM calls WHERE NOT ({old})", before)  # noqa: S608 (ours)
    if not dry_run:
        _temporary(db, "kept_texts", needed)
        db.execute(f"DELETE FROM calls WHERE {old}", (before,))  # noqa: S608 (a condition of ours)
        db.execute("DELETE FROM requests WHERE key NOT IN (SELECT key FROM calls)")
        db.execute("DELETE FROM parts WHERE hash NOT IN (SELECT name FROM kept_texts)")
        db.execute("DELETE FROM owners WHERE id NOT IN (SELECT owner FROM calls WHERE owner IS NOT NULL)")
    return Pruned(calls, usd)


def _texts_needed(db: sqlite3.Connection, keys: str, before: str) -> set[str]:
    """The hashes of all texts that requests under `keys` are made of."""
    needed: set[str] = set()
    for row in db.execute(f"SELECT key, json FROM requests WHERE key IN ({keys})", (before,)):  # noqa: S608
        try:
            needed.update(hashes_in(row["json"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"table requests, row {row['key']}: it cannot be read ({error})") from None
    return needed


def _temporary(db: sqlite3.Connection, table: str, names: Iterable[str]) -> None:
    db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (name TEXT PRIMARY KEY)")
    db.execute(f"DELETE FROM {table}")  # noqa: S608 (a name of ours)
    db.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?)", ((name,) for name in names))  # noqa: S608
