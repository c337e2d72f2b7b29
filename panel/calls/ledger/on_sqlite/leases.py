"""Leases in SQLite: owners of calls that are no process and count as living until their time is over."""

from __future__ import annotations

import sqlite3
import time

from panel.calls.ledger.base import Lease, Leased
from panel.calls.ledger.processes import LEASE_MACHINE, leaseholder

_LEASED = """
SELECT calls.id AS call, key, run, state = 'kept' AS kept, reserved_usd FROM calls
JOIN owners ON owners.id = calls.owner
WHERE owner = ? AND state IN ('open', 'kept') ORDER BY calls.id
"""


def sign(db: sqlite3.Connection, lease: Lease) -> None:
    """Note how long a lease lives; what its first claim has noted stays."""
    who, ahead = leaseholder(lease.seconds)
    db.execute(
        "INSERT OR IGNORE INTO owners VALUES (?, ?, ?, ?, ?)",
        (lease.id, who.machine, who.pid, who.started, time.time() + ahead),
    )


def leases(db: sqlite3.Connection) -> list[str]:
    """The ids of all leases, sorted."""
    found = db.execute("SELECT id FROM owners WHERE machine = ? ORDER BY id", (LEASE_MACHINE,))
    return [row["id"] for row in found]


def leased(db: sqlite3.Connection, lease: str) -> list[Leased]:
    """The calls under a lease that are not settled yet, oldest first."""
    rows = (dict(row) for row in db.execute(_LEASED, (lease,)))
    return [Leased(**{**row, "kept": bool(row["kept"])}) for row in rows]


def release(db: sqlite3.Connection, lease: str) -> None:
    """End a lease."""
    db.execute("DELETE FROM owners WHERE id = ? AND machine = ?", (lease, LEASE_MACHINE))
