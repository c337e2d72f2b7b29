"""Whether SQLite has room for one call more; whoever writes is alone in the file, so no lock is needed."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from panel.calls.ledger.base import Bounds, Crowded, OverCap
from panel.calls.ledger.bounds import PERIOD, Departures, Held, Tab, crowded, fits, over_cap, too_fast
from panel.calls.ledger.on_sqlite.calls import owner_of

_TAB = """
SELECT max(coalesce(max(id), 0), :last) AS last,
  coalesce(sum(usd) FILTER (WHERE NOT pending), 0.0) AS final_usd,
  json_group_array(id) FILTER (WHERE pending) AS pending,
  coalesce(sum(usd) FILTER (WHERE pending), 0.0) AS pending_usd
FROM (
  SELECT id, state IN ('open', 'kept') AS pending, CASE
    WHEN state = 'settled' THEN coalesce(cost_usd, reserved_usd)
    WHEN state IN ('open', 'kept', 'maybe_paid') THEN reserved_usd
  END AS usd
  FROM (
    SELECT * FROM calls WHERE run = :run AND id > :last
    UNION ALL SELECT * FROM calls WHERE id IN (SELECT value FROM json_each(:pending))
  )
)
"""
_HELD = """
SELECT machine, pid, owners.started AS owner_started, beat, count(*) AS calls,
  coalesce(sum(reserved_usd), 0.0) AS usd
FROM calls LEFT JOIN owners ON owners.id = calls.owner WHERE {which} GROUP BY owners.id
"""
_HELD_BY_MODEL = _HELD.format(which="state = 'open' AND model = ?")
_HELD_BY_NUMBER = _HELD.format(which="calls.id IN (SELECT value FROM json_each(?))")
_DEPART = """
INSERT INTO departures VALUES (?, ?, 1, ?) ON CONFLICT (model, second) DO UPDATE
SET requests = requests + 1, tokens = tokens + excluded.tokens
"""


def tab_of(db: sqlite3.Connection, run: str, tab: Tab) -> Tab:
    """What a run has spent; `tab` is what is known of it."""
    asked = {"run": run, "last": tab.last, "pending": json.dumps(tab.pending)}
    row = dict(db.execute(_TAB, asked).fetchone())
    return tab.then(**{**row, "pending": json.loads(row["pending"])})


def no_room(
    db: sqlite3.Connection, bounds: Bounds, call: Mapping[str, Any], tabs: dict[str, Tab]
) -> OverCap | Crowded | None:
    """Why a call must not leave now; None if it may.

    Args:
        db: In a transaction that writes.
        bounds: What is kept to.
        call: The row it is to become.
        tabs: What is known of runs' spending; kept up to date.
    """
    run, model = call["run"], call["model"]
    if bounds.cap_usd is not None:
        tab = tabs[run] = tab_of(db, run, tabs.get(run, Tab()))
        if not fits(bounds, tab, call["reserved_usd"]):
            return over_cap(tab, _held(db, _HELD_BY_NUMBER, json.dumps(tab.pending)))
    if bounds.concurrency is not None:
        full = crowded(bounds, _held(db, _HELD_BY_MODEL, model))
        if full is not None:
            return full
    if not bounds.is_paced:
        return None
    found = db.execute("SELECT second, requests, tokens FROM departures WHERE model = ?", (model,))
    return too_fast(bounds, [Departures(**dict(row)) for row in found], time.time())


def depart(db: sqlite3.Connection, bounds: Bounds, model: str) -> None:
    """Count a call as one that leaves."""
    if bounds.is_paced:
        now = int(time.time())
        db.execute("DELETE FROM departures WHERE model = ? AND abs(second - ?) > ?", (model, now, PERIOD))
        db.execute(_DEPART, (model, now, bounds.tokens))


def _held(db: sqlite3.Connection, sql: str, which: str) -> list[Held]:
    now = time.time()
    return [
        Held(owner_of(row), now - (row["beat"] or 0.0), row["calls"], row["usd"])
        for row in db.execute(sql, (which,))
    ]
