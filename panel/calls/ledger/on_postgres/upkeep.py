"""What is done to a ledger in PostgreSQL between runs: read, summed up, checked, added to, pruned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from panel.calls.ledger.base import CostBy, CostLine, Pruned
from panel.calls.ledger.on_postgres.locks import LOCK_ADDING, LOCK_TEXTS, SHARE_RUN, SHARE_TEXTS
from panel.calls.ledger.on_postgres.tables import (
    ADD_PARTS,
    ADD_REQUESTS,
    COLUMNS,
    OWNER,
    PARTS_THERE,
    as_written,
    columns_of,
    row_of,
    stored,
)
from panel.calls.ledger.parts import hashes_in
from panel.calls.ledger.rows import Damage, Row
from panel.core.errors import DamagedRecord
from panel.core.hashing import digest

if TYPE_CHECKING:
    from panel.calls.ledger.on_postgres.server import Connection

#: Conditions beyond the first are only put in where they are wanted, so that any plan finds their index.
_ROWS = f"""
SELECT calls.*, json AS skeleton, {OWNER} FROM calls
LEFT JOIN requests USING (key) LEFT JOIN owners ON owners.id = calls.owner
WHERE calls.id > %(after)s{{which}} ORDER BY calls.id LIMIT %(most)s
"""  # noqa: S608 (columns of ours)

_NAMES: dict[CostBy, str] = {
    "run": "run",
    "tool": "tool",
    "persona": "persona",
    "model": "model",
    "day": "substr(started, 1, 10)",
}

#: A kept reply that is not settled yet counts with its reservation, as it does in `spent`. Tokens are read by
#: their names and not as JSON, which PostgreSQL refuses as a whole if any string in it holds a NUL; inside a
#: string the quotation marks would have backslashes.
_COSTS = """
SELECT {name} AS name, count(*) AS calls,
  coalesce(sum(CASE state WHEN 'settled' THEN coalesce(cost_usd, reserved_usd)
                          WHEN 'kept' THEN reserved_usd END), 0.0) AS usd,
  count(*) FILTER (WHERE state IN ('open', 'maybe_paid')) AS maybe_paid,
  coalesce(sum(reserved_usd) FILTER (WHERE state IN ('open', 'maybe_paid')), 0.0) AS maybe_paid_usd,
  count(*) FILTER (WHERE state IN ('settled', 'kept') AND coalesce(cost_usd, reserved_usd) IS NULL)
    AS unpriced,
  {input_tokens} AS input_tokens, {cached_tokens} AS cached_tokens, {output_tokens} AS output_tokens
FROM calls GROUP BY 1 ORDER BY 1
"""
_TOKENS = """coalesce(sum(substring(usage FROM '"{name}": *(-?[0-9]+)')::bigint), 0)::bigint"""

_ADD_CALL = f"""
INSERT INTO calls ({", ".join(COLUMNS[1:])}) VALUES ({", ".join(f"%({name})s" for name in COLUMNS[1:])})
"""  # noqa: S608 (names of ours)

_OLD = """
FROM calls WHERE started < %s AND state <> 'open'
  AND NOT EXISTS (SELECT FROM unnest(%s::text[]) AS kept (key) WHERE kept.key = calls.key)
"""


async def page(db: Connection, *, after: int, run: str | None, key: str | None, most: int) -> list[Row]:
    """Some calls with their requests; a text they share is read once."""
    given = {"run": stored(run), "key": stored(key)}
    which = "".join(f" AND calls.{name} = %({name})s" for name, value in given.items() if value is not None)
    values = {"after": after, "most": most, **given}
    found = await (await db.execute(_ROWS.format(which=which), values)).fetchall()
    needed = {each["id"]: _needed(as_written(each["skeleton"])) for each in found}
    names = sorted({stored(name) for names in needed.values() for name in names})
    there = await db.execute("SELECT hash, text FROM parts WHERE hash = ANY(%s)", (names,))
    texts = {as_written(each["hash"]): as_written(each["text"]) async for each in there}
    return [
        row_of(each, {name: texts[name] for name in needed[each["id"]] if name in texts}) for each in found
    ]


def _needed(skeleton: str | None) -> list[str]:
    try:
        return [] if skeleton is None else list(hashes_in(skeleton))
    except (ValueError, KeyError, TypeError):
        return []  # whoever reads the row finds out what is wrong with it


async def costs(db: Connection, by: CostBy) -> list[CostLine]:
    """What all calls came to, summed up by name, in the order of the names."""
    tokens = {name: _TOKENS.format(name=name) for name in ("input_tokens", "cached_tokens", "output_tokens")}
    found = await db.execute(_COSTS.format(name=_NAMES[by], **tokens))
    return [CostLine(**{**row, "name": as_written(row["name"])}) async for row in found]


async def integrity(db: Connection) -> list[Damage]:
    """Texts that do not hash to their name; the server checks its files itself, with `pg_amcheck`."""
    async with db.transaction(), db.cursor("parts") as texts:  # a named cursor streams
        await texts.execute("SELECT hash, text FROM parts ORDER BY hash")
        return [
            Damage(f"table parts, row {row['hash']}", "the text is not the one that was stored")
            async for row in texts
            if digest(as_written(row["text"])) != as_written(row["hash"])
        ]


async def add(db: Connection, rows: Sequence[Row]) -> int:
    """Store calls of another ledger as they are; returns how many were not here before."""
    by_uid = {row.uid: row for row in rows}
    async with db.transaction():
        await db.execute(LOCK_ADDING)  # two that add the same calls would wait for each other in a circle
        await db.execute(SHARE_TEXTS)
        for run in sorted({row.run for row in by_uid.values()}):
            await db.execute(SHARE_RUN, (stored(run),))
        there = await db.execute(
            "SELECT uid FROM calls WHERE uid = ANY(%s)", ([stored(uid) for uid in by_uid],)
        )
        for row in await there.fetchall():
            del by_uid[as_written(row["uid"])]
        await _store_requests(db, by_uid.values())
        calls = [{name: stored(getattr(row, name)) for name in COLUMNS} for row in by_uid.values()]
        if calls:
            await db.cursor().executemany(_ADD_CALL, calls)
    return len(by_uid)


async def _store_requests(db: Connection, rows: Collection[Row]) -> None:
    texts = {name: text for row in rows for name, text in row.texts.items()}
    there = await db.execute(PARTS_THERE, ([stored(name) for name in texts],))
    for row in await there.fetchall():
        del texts[as_written(row["hash"])]
    await db.execute(ADD_PARTS, columns_of(texts))
    requests = {row.key: row.skeleton for row in rows if row.skeleton is not None}
    await db.execute(ADD_REQUESTS, columns_of(requests))


async def prune(db: Connection, place: str, *, before: str, keep: Collection[str], dry_run: bool) -> Pruned:
    """Take out old calls, and the requests and texts that nothing needs any more.

    Raises:
        DamagedRecord: it cannot be told which texts a request needs; nothing was taken out.
    """
    which = (stored(before), [stored(key) for key in keep])
    async with db.transaction():
        await db.execute(LOCK_TEXTS)
        found = await db.execute(
            "SELECT count(*) AS calls, coalesce(sum(CASE WHEN state <> 'abandoned'"
            f" THEN coalesce(cost_usd, reserved_usd) END), 0.0) AS usd {_OLD}",
            which,
        )
        counted = await found.fetchone()
        assert counted is not None
        if not dry_run:
            await db.execute(f"DELETE {_OLD}", which)
            await db.execute(
                "DELETE FROM requests WHERE NOT EXISTS (SELECT FROM calls WHERE calls.key = requests.key)"
            )
            await db.execute(
                "DELETE FROM parts WHERE NOT EXISTS"
                " (SELECT FROM unnest(%s::text[]) AS needed (hash) WHERE needed.hash = parts.hash)",
                (sorted(await _needed_texts(db, place)),),
            )
            await db.execute(
                "DELETE FROM owners WHERE NOT EXISTS (SELECT FROM calls WHERE calls.owner = owners.id)"
            )
    return Pruned(counted["calls"], counted["usd"])


async def _needed_texts(db: Connection, place: str) -> set[str]:
    needed: set[str] = set()
    async with db.cursor("requests") as skeletons:  # a named cursor streams
        await skeletons.execute("SELECT key, json FROM requests")
        async for row in skeletons:
            try:
                needed.update(stored(str(name)) for name in hashes_in(as_written(row["json"])))
            except (ValueError, KeyError, TypeError) as error:
                raise DamagedRecord(
                    f"table requests, row {row['key']}: the texts it needs cannot be told",
                    file=place,
                    hint="panel runs verify",
                ) from error
    return needed
