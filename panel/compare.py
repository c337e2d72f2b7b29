"""Two tools side by side: their reviews, stored or new, a shared fourth chair, and the pick."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from panel.core.domain import Dossier, Failure, Seating, Verdict
from panel.core.outcomes import Comparison, Cost, Review, Side
from panel.core.records import timestamp, utc_now
from panel.judgement.aggregate import dissent, tally
from panel.judgement.comparison import like_for_like, pick, rows
from panel.publish.formats.base import formats
from panel.review import hear, review, seated
from panel.reviewers.personas import named
from panel.reviewers.seating import agree_on_fourth
from panel.session import Kit, Session


@dataclass(frozen=True)
class Plan:
    """What a comparison will do with one tool.

    Attributes:
        dossier: The tool.
        stored: The review it rests on; None if it is to be reviewed first.
        chair: The shared fourth chair's persona.
    """

    dossier: Dossier
    stored: Review | None
    chair: str


def plan(pair: Sequence[Dossier], kit: Kit, *, fourth: str | None = None, fresh: bool = False) -> list[Plan]:
    """Decide what is needed for a comparison; reads records, calls nothing.

    Args:
        pair: Two dossiers, ordered by slug.
        kit: Personas, records, the provider in force.
        fourth: The shared fourth chair; by rule if None.
        fresh: Whether both tools are reviewed anew whatever is stored.

    Raises:
        InputError: `fourth` is no persona, or a stored record is damaged.
    """
    a, b = pair
    chair = named(kit.personas, fourth, field="--fourth").slug if fourth else _agreed(a, b, kit)
    return [Plan(dossier, None if fresh else stored_review(dossier, kit), chair) for dossier in (a, b)]


def _agreed(a: Dossier, b: Dossier, kit: Kit) -> str:
    return agree_on_fourth(a.tool, b.tool, kit.personas)


def stored_review(dossier: Dossier, kit: Kit) -> Review | None:
    """The stored review a comparison may rest on.

    Where a model is in force an offline review does not do; where `--provider offline` was asked for, only an
    offline one does; where there merely is no key, the tool's current review does, whoever spoke.
    """
    slug, asked = dossier.tool.slug, kit.workspace.get("provider")
    if not kit.choice.offline:
        return kit.records.current_review(slug, dossier.id, offline=False)
    if asked == kit.choice.vendor.name:
        return kit.records.current_review(slug, dossier.id, offline=True)
    return kit.records.current_review(slug, dossier.id)


async def compare(plans: Sequence[Plan], session: Session) -> Comparison:
    """Carry out two plans, join them into one record and write it with its pages.

    A verdict asked for only because of the shared fourth chair lives in the comparison; the tool's own
    review stays as it is.

    Raises:
        PanelError: the command cannot go on (disk, ledger, an input found wrong only now).
    """
    a, b = await asyncio.gather(*(_half(each, session) for each in plans))
    left, right = a.side, b.side
    scorecard = rows(a.verdicts, b.verdicts, (*left.seating, *right.seating))
    record = Comparison(
        id=f"{session.run.id}/{left.tool.slug}-vs-{right.tool.slug}",
        run=session.run.id,
        created=timestamp(utc_now()),
        a=left,
        b=right,
        like_for_like=like_for_like(left, right, scorecard, lengths=(a.length, b.length)),
        scorecard=scorecard,
        pick=pick(left, right, scorecard),
        cost=a.cost.plus(b.cost),
    )
    await asyncio.to_thread(_write, record, session)
    return record


@dataclass(frozen=True)
class _Half:
    """One tool ready to be joined: what is shown of it, and how many characters were read of it."""

    side: Side
    verdicts: tuple[Verdict, ...]
    cost: Cost
    length: int


async def _half(plan: Plan, session: Session) -> _Half:
    kit, tool = session.kit, plan.dossier.tool
    own = plan.stored
    cost = Cost()
    if own is None:
        own = await review(plan.dossier, kit.panel_for(tool), session)
        cost = own.cost
    shown = _Shown.of(own, plan.chair)
    if plan.chair not in {seat.persona for seat in own.seating}:
        why = f"shared by both tools; {tool.name}'s own fourth chair is {own.seating[-1].name}"
        chair = kit.chair_for(tool, plan.chair).model_copy(update={"because": why})
        extra = await hear(plan.dossier, [chair], session)
        shown = shown.plus(extra.verdicts, extra.failures, [seated(chair)])
        cost = cost.plus(extra.cost)
    length = sum(len(source.text or "") for source in plan.dossier.sources)
    return _Half(_side(own, shown), shown.verdicts, cost, length)


@dataclass(frozen=True)
class _Shown:
    """The seats of a review that a comparison shows: the core and the shared fourth chair."""

    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...]
    seating: tuple[Seating, ...]

    @classmethod
    def of(cls, own: Review, chair: str) -> _Shown:
        def shown(seat: Verdict | Failure | Seating) -> bool:
            return seat.chair == "core" or seat.persona == chair

        return cls(
            tuple(filter(shown, own.verdicts)),
            tuple(filter(shown, own.failures)),
            tuple(filter(shown, own.seating)),
        )

    def plus(
        self, verdicts: Sequence[Verdict], failures: Sequence[Failure], seating: Sequence[Seating]
    ) -> _Shown:
        return _Shown((*self.verdicts, *verdicts), (*self.failures, *failures), (*self.seating, *seating))


def _side(own: Review, shown: _Shown) -> Side:
    counted = tally(shown.verdicts, len(shown.seating))
    return Side(
        review=own.id,
        run=own.run,
        created=own.created,
        tool=own.tool,
        dossier=own.dossier,
        entry=own.entry,
        panel=counted,
        own_panel=own.panel if own.panel.percent != counted.percent else None,
        community=own.community,
        dissent=dissent(shown.verdicts),
        seating=shown.seating,
        failures=shown.failures,
    )


def _write(record: Comparison, session: Session) -> None:
    records = session.kit.records
    records.write_comparison(record)
    for each in formats().values():
        records.write_page(record, each.SUFFIX, each.render(record))
