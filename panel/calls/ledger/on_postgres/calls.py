"""A call's way through a ledger in PostgreSQL, statement by statement: claimed, then changed."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from panel.calls.ledger.base import Bounds, Claim, Granted
from panel.calls.ledger.bounds import Tab
from panel.calls.ledger.claims import Sibling, obstacle
from panel.calls.ledger.on_postgres.bounds import look
from panel.calls.ledger.on_postgres.locks import IS_ABSENT, SHARE_TEXTS
from panel.calls.ledger.on_postgres.tables import (
    ADD_PARTS,
    ADD_REQUESTS,
    NOW,
    OWNER,
    PARTS_THERE,
    as_written,
    columns_of,
    owner_of,
    stored,
)
from panel.calls.ledger.processes import LEASE_SECONDS, Process
from panel.core.hashing import bare

if TYPE_CHECKING:
    import psycopg

    from panel.calls.ledger.on_postgres.server import Connection, Work

_LOCK_KEY = "SELECT pg_advisory_xact_lock(%s)"
_SIBLINGS = f"""
SELECT calls.id, uid, state, owner, {OWNER} FROM calls LEFT JOIN owners ON owners.id = calls.owner
WHERE key = %s ORDER BY calls.id
"""  # noqa: S608 (columns of ours)
_SIGN = f"INSERT INTO owners VALUES (%s, %s, %s, %s, {NOW}) ON CONFLICT DO NOTHING"  # noqa: S608 (an expression of ours)
_MARK = "INSERT INTO marks VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
#: Only where it is old, so that claims of one process do not wait for each other.
_BEAT = f"UPDATE owners SET beat = {NOW} WHERE id = %s AND beat < {NOW} - %s"  # noqa: S608 (same)


@dataclass(frozen=True)
class Owner:
    """Who sends calls: a ledger that some process has opened.

    Attributes:
        id: Of this ledger, as opened.
        process: Which one.
        renew_seconds: Between two signs of life.
    """

    id: str
    process: Process
    renew_seconds: float

    async def sign(self, db: Connection) -> None:
        """Say who asks, with a sign of life no older than it should be."""
        who = self.process
        await db.execute(_SIGN, (self.id, stored(who.machine), who.pid, who.started))
        await db.execute(_BEAT, (self.id, self.renew_seconds))

    async def beat(self, db: Connection) -> None:
        """Give a sign of life, if there is anything to be alive for."""
        await db.execute(_BEAT, (self.id, 0.0))

    async def sign_off(self, db: Connection) -> None:
        """Whoever wants a call that is still open need not wait for this process to end."""
        await db.execute("DELETE FROM owners WHERE id = %s", (self.id,))


@dataclass(frozen=True)
class Wanted:
    """A call that somebody wants to send.

    Attributes:
        uid: Its name, by which it is recognised when the answer to its claim was lost.
        key: Of its request.
        skeleton: The request as JSON with hashes for its texts.
        texts: Those texts by hash.
        noted: Further columns of its row.
        known: How many replies whoever asks has seen; None: others' calls do not matter to it.
        most_unanswered: How many intents may have been paid for nothing; None: any.
        bounds: What is kept to over all machines; None: nothing.
    """

    uid: str
    key: str
    skeleton: str
    texts: Mapping[str, str]
    noted: Mapping[str, Any]
    known: int | None = None
    most_unanswered: int | None = None
    bounds: Bounds | None = None


class Claimant(Protocol):
    """Who a call is claimed for: a ledger that some process has opened, or a lease."""

    @property
    def id(self) -> str:
        """What the call's owner is called."""
        ...

    async def sign(self, db: Connection) -> None:
        """Say who that is, and how long it lives."""
        ...


async def claim(db: Connection, wanted: Wanted, owner: Claimant, tabs: dict[str, Tab]) -> Claim:
    """Note that a request is about to be sent, unless it must not be; two round trips.

    `tabs` is what is known of runs' spending, and kept up to date.
    """
    run, model = wanted.noted["run"], wanted.noted["model"]
    async with db.pipeline():  # what is executed is sent when something is fetched, or at the end
        await db.execute("BEGIN ISOLATION LEVEL READ COMMITTED")  # what is read after a lock is what is there
        await db.execute(SHARE_TEXTS)
        await db.execute(_LOCK_KEY, (_number(wanted.key),))
        siblings = await db.execute(_SIBLINGS, (wanted.key,))
        there = await db.execute(PARTS_THERE, (list(wanted.texts),))
        room = await look(db, wanted.bounds, run=run, model=model, tabs=tabs)
        found = await siblings.fetchall()
        others = [await _sibling(db, each) for each in found]
        decided = _granted_before(wanted, found) or obstacle(
            others, known=wanted.known, most_unanswered=wanted.most_unanswered
        )
        decided = decided or await room.obstacle(db, wanted.noted["reserved_usd"])
        if decided is not None:
            await db.execute("ROLLBACK")
            return decided
        old = {each["hash"] for each in await there.fetchall()}
        missing = {name: text for name, text in wanted.texts.items() if name not in old}
        # Always in this order, which every writer keeps: none waits for another in a circle.
        await db.execute(ADD_PARTS, columns_of(missing))
        await db.execute(ADD_REQUESTS, columns_of({wanted.key: wanted.skeleton}))
        await owner.sign(db)
        granted = await _insert(db, wanted, owner)
        await room.note(db)
        await db.execute("COMMIT")
    (new,) = await granted.fetchall()
    return Granted(new["id"])


async def _sibling(db: Connection, found: dict[str, Any]) -> Sibling:
    """A call as it was found; looks whether the server still works for an owner that died just now."""
    sibling = Sibling(found["state"], owner_of(found), found["silent_for"] or 0.0)
    if sibling.state != "open" or sibling.is_alive or found["owner"] is None:
        return sibling
    if sibling.silent_for >= LEASE_SECONDS:  # whatever it had handed over is there, or never will be
        return sibling
    asked = await (await db.execute(IS_ABSENT, (found["owner"],))).fetchone()
    return replace(sibling, lingers=asked is not None and not asked["absent"])


def _number(key: str) -> int:
    """The first quarter of a key's hash, as the 64 bits that an advisory lock takes."""
    return int(bare(key)[:16], 16) - 2**63


def _granted_before(wanted: Wanted, siblings: list[dict[str, Any]]) -> Granted | None:
    """The same claim, if it was committed before the connection broke."""
    return next((Granted(each["id"]) for each in siblings if each["uid"] == wanted.uid), None)


async def _insert(db: Connection, wanted: Wanted, owner: Claimant) -> psycopg.AsyncCursor[dict[str, Any]]:
    own = {"uid": wanted.uid, "key": wanted.key, "state": "open", "owner": owner.id}
    values = {name: stored(value) for name, value in {**wanted.noted, **own}.items()}
    marks = ", ".join(f"%({name})s" for name in values)
    sql = f"INSERT INTO calls ({', '.join(values)}) VALUES ({marks}) RETURNING id"  # noqa: S608 (names of ours)
    return await db.execute(sql, values)


async def mark(db: Connection, notes: Mapping[str, str | None]) -> None:
    """Remember texts by name, forget those that are None; in one transaction, in the order of the names."""
    async with db.transaction(), db.pipeline():
        for name in sorted(notes):
            if (value := notes[name]) is None:
                await db.execute("DELETE FROM marks WHERE name = %s", (stored(name),))
            else:
                await db.execute(_MARK, (stored(name), stored(value)))


async def marked(db: Connection, names: Collection[str]) -> dict[str, str]:
    """What is remembered under these names."""
    by_name = {stored(name): name for name in names}
    found = await db.execute("SELECT name, value FROM marks WHERE name = ANY(%s)", (list(by_name),))
    return {by_name[row["name"]]: as_written(row["value"]) for row in await found.fetchall()}


def update(call: int, values: Mapping[str, Any], *, when: tuple[str, ...]) -> Work[None]:
    """Change a call that is in one of the states `when`; LookupError if it is not.

    When the connection broke and it is tried again, it may have been changed already, which is as good.
    """
    columns = ", ".join(f"{name} = %({name})s" for name in values)
    done = "%(again)s AND state = %(state)s AND finished = %(finished)s" if "finished" in values else "false"
    sql = f"UPDATE calls SET {columns} WHERE id = %(id)s AND (state = ANY(%(when)s) OR {done})"  # noqa: S608 (same)
    tries = itertools.count()

    async def write(db: Connection) -> None:
        again = next(tries) > 0
        given = {name: stored(value) for name, value in values.items()}
        changed = await db.execute(sql, {**given, "id": call, "when": list(when), "again": again})
        if changed.rowcount != 1:
            raise LookupError(f"call {call} is not {' or '.join(when)}")

    return write
