"""What a command would call and what that costs at most; nothing is called and nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from panel.calls.budget import Budget
from panel.calls.client import Client
from panel.calls.ledger.base import Ledger, exists, ledger_url, open_ledger
from panel.calls.limits import Ceilings, Limiter
from panel.calls.retrying import MAYBE_PAID_LIMIT, RetryPolicy
from panel.calls.vendors import Vendor
from panel.core.domain import Dossier, Seat
from panel.core.outcomes import total_usd
from panel.core.requests import CallRequest, Usage
from panel.head_to_head import ORDERS, Pair, Question, question, who
from panel.interview import MORE_ROOM, Interview
from panel.judgement.grounding import Index
from panel.kit import Kit


@dataclass(frozen=True)
class SeatPreview:
    """One seat, or one sample of it: what would be done for it, and what that costs at most in USD.

    `do` is `use` (its conversation has ended in the ledger), `call`, `read` (the offline reader) or `miss`
    (nothing is stored, and nothing may be called). `usd_at_most` includes one repair and one re-ask with the
    larger limit, each sent twice; None if a price is unknown. `sample` counts from 1.
    """

    tool: str
    persona: str
    model: str
    do: Literal["use", "call", "read", "miss"]
    usd_at_most: float | None
    sample: int = 1
    samples: int = 1

    def in_words(self) -> str:
        """A line for a person."""
        if self.do == "use":
            return f"stored answer of {self.model}, no call"
        if self.do == "read":
            return "read offline, no model called"
        if self.do == "miss":
            return "not in the ledger, and --from-ledger calls nothing"
        bound = "price unknown" if self.usd_at_most is None else f"at most ${self.usd_at_most:.4f}"
        return f"would ask {self.model}, {bound}"


@dataclass(frozen=True)
class Preview:
    """All seats of a command, each as often as it is asked."""

    seats: tuple[SeatPreview, ...]

    @property
    def calls(self) -> int:
        """Seats that would be asked; a repair or a re-ask may come on top."""
        return self._count("call") + self._count("read")

    @property
    def usd_at_most(self) -> float | None:
        """The most the command can cost; None if a price is unknown."""
        return total_usd(seat.usd_at_most for seat in self.seats if seat.do == "call")

    def as_json(self) -> dict[str, Any]:
        """The preview as plain JSON types."""
        return {
            "dry_run": True,
            "calls": self.calls,
            "from_ledger": self._count("use"),
            "missing": self._count("miss"),
            "usd_at_most": self.usd_at_most,
            "seats": [asdict(seat) for seat in self.seats],
        }

    def in_words(self, cap: float | None) -> str:
        """The sum for a person; `cap` is `--max-usd`."""
        asked, stored = self._count("call"), self._count("use")
        bound = "the cost is unknown (name it with --price-in and --price-out)"
        if self.usd_at_most is not None:
            bound = (
                f"at most ${self.usd_at_most:.4f}, with a repair, a re-ask and a broken connection for each"
            )
        if cap is not None and self.usd_at_most is not None and self.usd_at_most > cap:
            bound += f"; what goes beyond --max-usd {cap:g} would be parked"
        what = "seats" if all(seat.samples == 1 for seat in self.seats) else "samples"
        return f"{asked} {what} to ask, {stored} answered already; {bound}; nothing was called"

    def _count(self, do: str) -> int:
        return sum(seat.do == do for seat in self.seats)


async def preview(
    work: Sequence[tuple[Dossier, Sequence[Seat]]],
    kit: Kit,
    *,
    fresh: bool,
    calls: bool = True,
    choices: Sequence[tuple[Pair, Seat]] = (),
    afresh: Collection[str] = (),
) -> Preview:
    """Walk every seat's conversation through the ledger, as a run would, and price what is not there.

    Args:
        work: The dossiers and who is to be asked about each.
        kit: What was read.
        fresh: Whether stored answers are left out of account.
        calls: Whether the run would call at all.
        choices: Who is to choose between which tools, each in both orders.
        afresh: Tools of which stored answers are left out of account.

    Raises:
        InputError: a prompt cannot be rendered.
        AccountError: a provider needs a key and there is none.
    """
    url = ledger_url(kit.workspace)
    ledger = await open_ledger(url) if exists(url) and not fresh else None
    try:
        seats = [
            await _seat(
                _Interviewing(dossier, sample, kit),
                None if calls and dossier.tool.slug in afresh else ledger,
                calls=calls,
            )
            for dossier, panel in work
            for seat in panel
            for sample in seat.each_sample()
        ]
        seats += [
            await _seat(_Choosing(pair, seat, first, kit), ledger, calls=calls)
            for pair, seat in choices
            for first in ORDERS
        ]
    finally:
        if ledger is not None:
            await ledger.close()
    return Preview(tuple(seats))


@dataclass(frozen=True)
class _Interviewing:
    """A seat's interview, to be looked at; beside a repair it is asked again `most_reasks` times at most."""

    dossier: Dossier
    seat: Seat
    kit: Kit
    most_reasks = 1

    @property
    def names(self) -> tuple[str, str]:
        """What it is about, and who is asked."""
        return self.dossier.tool.slug, self.seat.persona.slug

    def request(self) -> CallRequest:
        """What opens it."""
        return self.kit.opening(self.dossier, self.seat)

    def conversation(self, client: Client) -> Interview:
        """It, with a client that only looks."""
        return Interview(
            seat=self.seat,
            dossier=self.dossier,
            index=Index(self.dossier),
            prompts=self.kit.prompts,
            client=client,
            opening=self.request(),
            tell=lambda _state: None,
        )


@dataclass(frozen=True)
class _Choosing:
    """A seat's choice between two tools in one order; no choice is asked for again but to repair it."""

    pair: Pair
    seat: Seat
    first: Literal["a", "b"]
    kit: Kit
    most_reasks = 0

    @property
    def names(self) -> tuple[str, str]:
        """What it is about, and who is asked."""
        return self.pair.name, who(self.seat, self.pair, self.first)

    def request(self) -> CallRequest:
        """What opens it."""
        return question(self.pair, self.first, self.seat, self.kit)

    def conversation(self, client: Client) -> Question:
        """It, with a client that only looks."""
        return Question.of(
            self.seat, self.pair, self.first, kit=self.kit, client=client, tell=lambda _state: None
        )


async def _seat(asked: _Interviewing | _Choosing, ledger: Ledger | None, *, calls: bool) -> SeatPreview:
    kit, request = asked.kit, asked.request()
    vendor = kit.provider(request.provider).vendor
    do: Literal["use", "call", "read", "miss"] = "call" if vendor.price_id else "read"
    if ledger is not None and await _ended(asked, ledger):
        do = "use"
    elif not calls:
        do = "miss"
    tool, persona = asked.names
    return SeatPreview(
        tool=tool,
        persona=persona,
        model=asked.seat.label,
        do=do,
        usd_at_most=_at_most(request, vendor, kit, asked.most_reasks),
        sample=asked.seat.sample + 1,
        samples=asked.seat.samples,
    )


async def _ended(asked: _Interviewing | _Choosing, ledger: Ledger) -> bool:
    """Whether a run would find all of this conversation in the ledger."""
    kit = asked.kit
    reader = Client(
        ledger=ledger,
        connect=kit.provider,
        run="",
        prices=kit.prices,
        budget=Budget(None),
        limiter=Limiter(Ceilings(concurrency=1)),
        policy=RetryPolicy(),
        mode="from_ledger",
    )
    held = await asked.conversation(reader).hold()
    return held.fault is None or held.fault.cause != "not_in_ledger"


def _at_most(request: CallRequest, vendor: Vendor, kit: Kit, reasks: int) -> float | None:
    """Opening, repair and re-asks at their upper bounds, the replies sent back as input included.

    Each may be charged as often as a call is asked again although it may have been paid.
    """
    limit = request.max_output_tokens
    roomier = request.followed_by(max_output_tokens=limit * MORE_ROOM)
    sent_back = (1 + reasks * (1 + MORE_ROOM)) * limit
    again = Usage(input_tokens=sent_back, cache_write_tokens=sent_back)
    costs = [
        kit.prices.upper_bound(vendor, request),
        *[kit.prices.upper_bound(vendor, roomier)] * (1 + reasks),
        kit.prices.cost(vendor, request.model, again),
    ]
    return total_usd(costs * MAYBE_PAID_LIMIT)
