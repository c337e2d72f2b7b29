"""What is done to any ledger between runs: every stored call checked, or taken over into another ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field

from panel.calls.ledger.base import Ledger
from panel.calls.ledger.rows import REPLIED, Damage, Row, damage_of
from panel.core.errors import DamagedRecord

#: Calls written at once.
_PAGE = 100

#: Told how many calls were looked at so far.
Tell = Callable[[int], None]


@dataclass
class MaybePaid:
    """Calls of one seat that left and brought no reply.

    Attributes:
        run: The run's id.
        tool: The tool's slug.
        persona: The persona's slug.
        calls: How many.
        usd: What was set aside for them, as far as their price was known.
    """

    run: str
    tool: str
    persona: str
    calls: int = 0
    usd: float = 0.0


@dataclass
class Verified:
    """What was found in a ledger.

    Attributes:
        calls: Calls that were looked at.
        damage: What is not as it was stored, each place once.
        maybe_paid: Calls without a reply that may have been billed.
        missing: Keys that records name and under which there is no reply.
    """

    calls: int = 0
    damage: list[Damage] = field(default_factory=list)
    maybe_paid: list[MaybePaid] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)


async def verify(ledger: Ledger, *, named: Collection[str], tell: Tell) -> Verified:
    """Derive every hash of every stored call again, one call in memory at a time.

    Args:
        ledger: Which.
        named: Keys that records name; read them before the ledger, so that no newer record is missed.
        tell: Told how far it is.
    """
    found = Verified(missing=set(named))
    damage: dict[Damage, None] = {}
    seats: dict[tuple[str, str, str], MaybePaid] = {}
    try:
        damage.update(dict.fromkeys(await ledger.integrity()))
        async for row in ledger.rows():
            found.calls += 1
            damage.update(dict.fromkeys(damage_of(row)))
            if row.state in REPLIED:
                found.missing.discard(row.key)
            elif row.state in {"open", "maybe_paid"}:
                seat = (row.run, row.tool, row.persona)
                _count(row, seats.setdefault(seat, MaybePaid(*seat)))
            tell(found.calls)
    except DamagedRecord as error:
        # Not even its pages can be read: what lies behind them is not missing, but unknown.
        damage[_unreadable(error, ledger)] = None
        found.missing = set()
    found.damage, found.maybe_paid = list(damage), [seats[seat] for seat in sorted(seats)]
    return found


def _count(row: Row, seat: MaybePaid) -> None:
    seat.calls += 1
    seat.usd += row.reserved_usd if isinstance(row.reserved_usd, int | float) else 0.0  # else it is damage


@dataclass
class Copied:
    """What came of copying calls.

    Attributes:
        new: Calls that were copied.
        there: Calls that were there already.
        going_on: Calls that may still get their reply, and were left out.
        damage: What is damaged, and was left out; each place once.
    """

    new: int = 0
    there: int = 0
    going_on: int = 0
    damage: dict[Damage, None] = field(default_factory=dict)


async def copy(source: Ledger, target: Ledger, *, tell: Tell) -> Copied:
    """Take every call of `source` that has ended over into `target`, each checked before it is written.

    A copied call never changes any more; so one whose process may still be waiting for the reply is left for
    the next time. A second copy adds only what is new.

    Raises:
        PanelError: `target` cannot be written.
    """
    copied = Copied()
    async for page in _pages(source, copied, tell):
        new = await target.add(page)
        copied.new += new
        copied.there += len(page) - new
    return copied


async def _pages(source: Ledger, copied: Copied, tell: Tell) -> AsyncIterator[list[Row]]:
    """The calls to be copied, some at a time; what is left out is counted in `copied`."""
    page: list[Row] = []
    seen = 0
    try:
        async for row in source.rows():
            seen += 1
            tell(seen)
            damage = damage_of(row)
            if damage:
                copied.damage.update(dict.fromkeys(damage))
            elif _goes_on(row):
                copied.going_on += 1
            else:
                page.append(row)
            if len(page) == _PAGE:
                yield page
                page = []
    except DamagedRecord as error:
        copied.damage[_unreadable(error, source)] = None
    if page:
        yield page


def _goes_on(row: Row) -> bool:
    """Whether something may still change in this call."""
    return row.owner_lives and row.state in {"open", "kept"}


def _unreadable(error: DamagedRecord, ledger: Ledger) -> Damage:
    return Damage(ledger.place, error.message.removeprefix(f"{error.file}: "))
