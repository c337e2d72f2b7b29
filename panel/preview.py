"""What a command would call and what that costs at most; nothing is called and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from panel.calls.faults import Fault
from panel.calls.ledger.sqlite import SqliteLedger
from panel.calls.providers.base import Provider
from panel.core.domain import Dossier, Seat
from panel.core.outcomes import total_usd
from panel.core.requests import CallRequest, Usage
from panel.interview import MORE_ROOM
from panel.session import Kit


@dataclass(frozen=True)
class SeatPreview:
    """One seat: whether its opening question is answered already, and what asking costs at most in USD.

    `usd_at_most` includes one repair and one re-ask, each with the larger limit; None if a price is unknown.
    """

    tool: str
    persona: str
    model: str
    stored: bool
    usd_at_most: float | None


@dataclass(frozen=True)
class Preview:
    """All seats of a command."""

    seats: tuple[SeatPreview, ...]

    @property
    def calls(self) -> int:
        """Opening questions that would be asked."""
        return sum(not seat.stored for seat in self.seats)

    @property
    def usd_at_most(self) -> float | None:
        """The most the command can cost, repairs and re-asks included; None if a price is unknown."""
        costs = [seat.usd_at_most for seat in self.seats if not seat.stored]
        return (
            None if any(cost is None for cost in costs) else sum(cost for cost in costs if cost is not None)
        )

    def as_json(self) -> dict[str, Any]:
        """The preview as plain JSON types."""
        return {
            "dry_run": True,
            "calls": self.calls,
            "from_ledger": len(self.seats) - self.calls,
            "usd_at_most": self.usd_at_most,
            "seats": [asdict(seat) for seat in self.seats],
        }


async def preview(work: Sequence[tuple[Dossier, Sequence[Seat]]], kit: Kit, *, fresh: bool) -> Preview:
    """Look up every seat's opening question in the ledger and price those that are not there.

    Raises:
        InputError: a prompt cannot be rendered.
        AccountError: a provider needs a key and there is none.
    """
    path = kit.records.root / "ledger.sqlite"
    ledger = SqliteLedger(path) if path.exists() and not fresh else None
    try:
        seats = [await _seat(dossier, seat, kit, ledger) for dossier, panel in work for seat in panel]
    finally:
        if ledger is not None:
            await ledger.close()
    return Preview(tuple(seats))


async def _seat(dossier: Dossier, seat: Seat, kit: Kit, ledger: SqliteLedger | None) -> SeatPreview:
    request = kit.opening(dossier, seat)
    provider = kit.provider(seat.provider)
    return SeatPreview(
        tool=dossier.tool.slug,
        persona=seat.persona.slug,
        model=seat.label,
        stored=ledger is not None and await _answered(request, provider, ledger),
        usd_at_most=_at_most(request, provider, kit),
    )


async def _answered(request: CallRequest, provider: Provider, ledger: SqliteLedger) -> bool:
    for stored in await ledger.replies(request.key):
        try:
            if provider.read(request, stored.raw).ending != "refused":
                return True
        except Fault:
            continue
    return False


def _at_most(request: CallRequest, provider: Provider, kit: Kit) -> float | None:
    """Opening, repair and re-ask at their upper bounds, the replies sent back as input included."""
    limit = request.max_output_tokens
    roomier = request.followed_by(max_output_tokens=limit * MORE_ROOM)
    sent_back = (1 + 1 + MORE_ROOM) * limit
    again = Usage(input_tokens=sent_back, cache_write_tokens=sent_back)
    costs = [
        kit.prices.upper_bound(provider.vendor, request),
        kit.prices.upper_bound(provider.vendor, roomier),
        kit.prices.upper_bound(provider.vendor, roomier),
        kit.prices.cost(provider.vendor, request.model, again),
    ]
    return total_usd(costs)
