"""Leases in PostgreSQL: owners of calls that are no process and count as living until their time is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from panel.calls.ledger.base import Lease, Leased
from panel.calls.ledger.on_postgres.tables import NOW, as_written, stored
from panel.calls.ledger.processes import LEASE_MACHINE, leaseholder

if TYPE_CHECKING:
    from panel.calls.ledger.on_postgres.server import Connection

_SIGN = f"INSERT INTO owners VALUES (%s, %s, %s, %s, {NOW} + %s) ON CONFLICT DO NOTHING"  # noqa: S608 (ours)
_LEASES = 'SELECT id FROM owners WHERE machine = %s ORDER BY id COLLATE "C"'
_LEASED = """
SELECT calls.id AS call, key, run, state = 'kept' AS kept, reserved_usd FROM calls
JOIN owners ON owners.id = calls.owner
WHERE owner = %s AND state IN ('open', 'kept') ORDER BY calls.id
"""


@dataclass(frozen=True)
class Leaseholder:
    """Claims calls for a lease."""

    lease: Lease

    @property
    def id(self) -> str:
        """The lease's."""
        return stored(self.lease.id)  # type: ignore[no-any-return]  # a text stays a text

    async def sign(self, db: Connection) -> None:
        """Note how long it lives; what the first claim has noted stays."""
        who, ahead = leaseholder(self.lease.seconds)
        await db.execute(_SIGN, (self.id, who.machine, who.pid, who.started, ahead))


async def leases(db: Connection) -> list[str]:
    """The ids of all leases, sorted."""
    found = await db.execute(_LEASES, (LEASE_MACHINE,))
    return [as_written(row["id"]) async for row in found]


async def leased(db: Connection, lease: str) -> list[Leased]:
    """The calls under a lease that are not settled yet, oldest first."""
    found = await db.execute(_LEASED, (stored(lease),))
    return [Leased(**{name: as_written(value) for name, value in row.items()}) async for row in found]


async def release(db: Connection, lease: str) -> None:
    """End a lease."""
    await db.execute("DELETE FROM owners WHERE id = %s AND machine = %s", (stored(lease), LEASE_MACHINE))
