"""Whether PostgreSQL has room for one call more: looked at under locks, in the transaction of the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from panel.calls.ledger.base import Bounds, Crowded, OverCap
from panel.calls.ledger.bounds import PERIOD, Departures, Held, Tab, crowded, fits, over_cap, too_fast
from panel.calls.ledger.on_postgres.locks import LOCK_MODEL, LOCK_RUN, SHARE_RUN
from panel.calls.ledger.on_postgres.tables import (
    NOW,
    OWNER,
    owner_of,
    stored,
)

if TYPE_CHECKING:
    import psycopg

    from panel.calls.ledger.on_postgres.server import Connection

    Cursor = psycopg.AsyncCursor[dict[str, Any]]

_TAB = """
SELECT greatest(max(id), %(last)s) AS last,
  coalesce(sum(usd) FILTER (WHERE NOT pending), 0.0) AS final_usd,
  coalesce(array_agg(id) FILTER (WHERE pending), '{}') AS pending,
  coalesce(sum(usd) FILTER (WHERE pending), 0.0) AS pending_usd
FROM (
  SELECT id, state IN ('open', 'kept') AS pending, CASE
    WHEN state = 'settled' THEN coalesce(cost_usd, reserved_usd)
    WHEN state IN ('open', 'kept', 'maybe_paid') THEN reserved_usd
  END AS usd
  FROM (
    SELECT * FROM calls WHERE run = %(run)s AND id > %(last)s
    UNION ALL SELECT * FROM calls WHERE id = ANY(%(pending)s::bigint[])
  ) AS looked_at
) AS valued
"""
_HELD = f"""
SELECT {OWNER}, count(*) AS calls, coalesce(sum(reserved_usd), 0.0) AS usd
FROM calls LEFT JOIN owners ON owners.id = calls.owner WHERE {{which}} GROUP BY owners.id
"""  # noqa: S608 (columns of ours)
_HELD_BY_MODEL = _HELD.format(which="state = 'open' AND model = %s")
_HELD_BY_NUMBER = _HELD.format(which="calls.id = ANY(%s::bigint[])")
#: One row at least, for the time.
_DEPARTURES = f"""
SELECT {NOW} AS now, second, requests, tokens FROM (SELECT) AS nothing LEFT JOIN departures ON model = %s
"""  # noqa: S608 (an expression of ours)
_SECOND = f"floor({NOW})::bigint"
_FORGET = f"DELETE FROM departures WHERE model = %s AND abs(second - {_SECOND}) > {PERIOD}"  # noqa: S608 (same)
_DEPART = f"""
INSERT INTO departures VALUES (%s, {_SECOND}, 1, %s) ON CONFLICT (model, second) DO UPDATE
SET requests = departures.requests + 1, tokens = departures.tokens + excluded.tokens
"""  # noqa: S608 (same)


async def tab_of(db: Connection, run: str, tab: Tab) -> Tab:
    """What a run has spent; `tab` is what is known of it."""
    return await _added_up(await _look_at_tab(db, run, tab), tab)


async def _look_at_tab(db: Connection, run: str, tab: Tab) -> Cursor:
    return await db.execute(_TAB, {"run": run, "last": tab.last, "pending": list(tab.pending)})


async def _added_up(looked: Cursor, tab: Tab) -> Tab:
    (row,) = await looked.fetchall()
    return tab.then(**row)


@dataclass(frozen=True)
class Room:
    """What was asked about the room for a call, in a pipeline that has not fetched it yet."""

    bounds: Bounds
    run: str
    model: str
    tab: Tab
    tabs: dict[str, Tab]
    money: Cursor | None
    in_flight: Cursor | None
    departures: Cursor | None

    async def obstacle(self, db: Connection, reserved_usd: float | None) -> OverCap | Crowded | None:
        """Why the call must not leave now; None if it may."""
        if self.money is not None:
            tab = self.tabs[self.run] = await _added_up(self.money, self.tab)
            if not fits(self.bounds, tab, reserved_usd):
                return over_cap(tab, await _held(await db.execute(_HELD_BY_NUMBER, (list(tab.pending),))))
        if self.in_flight is not None:
            full = crowded(self.bounds, await _held(self.in_flight))
            if full is not None:
                return full
        if self.departures is None:
            return None
        rows = await self.departures.fetchall()
        lately = [
            Departures(each["second"], each["requests"], each["tokens"])
            for each in rows
            if each["second"] is not None
        ]
        return too_fast(self.bounds, lately, rows[0]["now"])

    async def note(self, db: Connection) -> None:
        """Count the call as one that leaves."""
        if self.departures is not None:
            await db.execute(_FORGET, (self.model,))
            await db.execute(_DEPART, (self.model, self.bounds.tokens))


async def look(db: Connection, bounds: Bounds | None, *, run: str, model: str, tabs: dict[str, Tab]) -> Room:
    """Lock what the room for a call depends on, and ask for it; fetches nothing.

    Args:
        db: In a transaction and a pipeline.
        bounds: What is kept to; None: nothing.
        run: The run that pays.
        model: Whom the call is for, as it is stored.
        tabs: What is known of runs' spending; kept up to date.
    """
    bounds = bounds or Bounds()
    run, model = stored(run), stored(model)
    tab = tabs.get(run, Tab())
    money = in_flight = departures = None
    await db.execute(SHARE_RUN if bounds.cap_usd is None else LOCK_RUN, (run,))
    if bounds.concurrency is not None or bounds.is_paced:
        await db.execute(LOCK_MODEL, (model,))
    if bounds.cap_usd is not None:
        money = await _look_at_tab(db, run, tab)
    if bounds.concurrency is not None:
        in_flight = await db.execute(_HELD_BY_MODEL, (model,))
    if bounds.is_paced:
        departures = await db.execute(_DEPARTURES, (model,))
    return Room(bounds, run, model, tab, tabs, money, in_flight, departures)


async def _held(found: Cursor) -> list[Held]:
    return [
        Held(owner_of(each), each["silent_for"] or 0.0, each["calls"], each["usd"])
        for each in await found.fetchall()
    ]
