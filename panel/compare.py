"""Two tools side by side: their reviews, stored or new, a shared fourth chair, and the pick."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from panel.core.domain import OFFLINE_MODEL, Dossier, Failure, Seat, Seating, Verdict
from panel.core.errors import InputError
from panel.core.outcomes import Comparison, Cost, Disagreement, Review, Side
from panel.core.records import timestamp, utc_now
from panel.head_to_head import Pair, head_to_head
from panel.judgement.comparison import like_for_like, pick, pick_of_choices, rows, told_apart
from panel.judgement.consistency import suspect_pair
from panel.judgement.disagreement import disagreements
from panel.judgement.families import one_family
from panel.judgement.grounding import Index
from panel.judgement.overriding import decided_rows, in_force, recount
from panel.judgement.publishing import unsupported_in
from panel.judgement.samples import times_asked
from panel.kit import Kit
from panel.publish.pages import write_pages
from panel.renewal import Renewal, renewals, renewed, seated_again, speakers_of
from panel.review import hear, review, seated
from panel.reviewers.personas import named
from panel.reviewers.seating import Speaker, agree_on_fourth
from panel.session import Session


@dataclass(frozen=True)
class Plan:
    """What a comparison will do with one tool.

    Attributes:
        dossier: The tool.
        stored: The review it rests on; None if it is to be reviewed first.
        seats: The seats of its own review.
        chair: The shared fourth chair's persona; None where `--personas` names the whole panel.
        because: Why that persona.
        renewal: What of the stored review is asked again, so that both tools are judged alike.
    """

    dossier: Dossier
    stored: Review | None
    seats: Sequence[Seat]
    chair: str | None
    because: str
    renewal: Renewal = field(default_factory=Renewal)

    def extra_seats(self, kit: Kit) -> list[Seat]:
        """The seats for the shared fourth chair, if the tool's own review has none of that persona.

        They are spoken for by whoever spoke in that review: a panel of one model stays one.
        """
        if self.chair is None or self.chair in self._seated:
            return []
        seats = [kit.chair_for(self.dossier.tool, self.chair, each) for each in self.speakers(kit)]
        return [seat.model_copy(update={"because": self.because}) for seat in seats]

    @property
    def _seated(self) -> set[str]:
        if self.stored is not None and not self.renewal.seats:
            return {seat.persona for seat in self.stored.seating}
        return {seat.persona.slug for seat in self.renewal.seats or self.seats}

    def speakers(self, kit: Kit) -> tuple[Speaker, ...]:
        """Who speaks for its seats: whoever spoke in the stored review, unless that is made anew."""
        return self.renewal.speakers or speakers_of(self.stored, kit)

    def to_ask(self, kit: Kit) -> list[Seat]:
        """Every seat that will be asked."""
        return [*(self.seats if self.stored is None else self.renewal.seats), *self.extra_seats(kit)]


def plan(
    pair: Sequence[Dossier],
    kit: Kit,
    *,
    fourth: str | None = None,
    fresh: bool = False,
    renew: bool = True,
) -> list[Plan]:
    """Decide what is needed for a comparison; reads records, calls nothing.

    Args:
        pair: Two dossiers, ordered by slug.
        kit: Personas, records, the provider in force.
        fourth: The shared fourth chair; by rule if None.
        fresh: Whether both tools are reviewed anew whatever is stored.
        renew: Whether stored reviews that are not alike are made anew; else that is only noted.

    Raises:
        InputError: `fourth` is no persona or sits already, two other tools were compared under the name this
            pair would have, or a stored record is damaged.
    """
    _refuse_anothers_name([dossier.tool.slug for dossier in pair], kit)
    chair, because = _shared_chair(pair, kit, fourth)
    plans = []
    for dossier in pair:
        seats = kit.panel_for(dossier.tool)
        if fourth and fourth in {seat.persona.slug for seat in seats if seat.persona.chair == "core"}:
            raise InputError(f"{fourth} sits already", field="--fourth")
        before = None if fresh else _review_before(dossier, kit)
        if before is not None and _does(before, seats, kit, as_now=renew):
            plans.append(Plan(dossier, before, seats, chair, because))
            continue
        again = Renewal()
        if before is not None:
            seats, gone = seated_again(dossier.tool, before, kit)
            again = Renewal(gone=gone)
        plans.append(Plan(dossier, None, seats, chair, because, again))
    if not renew:
        return plans
    found = renewals(pair, [each.stored for each in plans], chair, kit)
    return [
        each if each.stored is None else replace(each, renewal=renewal)
        for each, renewal in zip(plans, found, strict=True)
    ]


def _refuse_anothers_name(slugs: Sequence[str], kit: Kit) -> None:
    """`a` beside `b-vs-c` and `a-vs-b` beside `c` have one name, so one page and one editor's word."""
    name, records = "-vs-".join(slugs), kit.records
    if len(re.findall("(?=-vs-)", name)) == 1:
        return
    for run in reversed(records.run_ids()):
        if records.comparison_path(run, name).exists():
            before = records.comparison(f"{run}/{name}")
            sides = [side.tool.slug for side in (before.a, before.b)]
            if sides != list(slugs):
                raise InputError(
                    f"{' and '.join(sides)} were compared under the name {name}, which {' and '.join(slugs)}"
                    " would have, too: they would take each other's page",
                    hint="give one of the tools another `slug` in its dossier",
                )
            return


def _shared_chair(pair: Sequence[Dossier], kit: Kit, fourth: str | None) -> tuple[str | None, str]:
    if fourth:
        return named(kit.personas, fourth, field="--fourth").slug, "named with --fourth"
    if kit.workspace.get("personas"):
        return None, ""
    a, b = pair
    chair = agree_on_fourth(a.tool, b.tool, kit.personas)
    return chair, "shared by both tools, whose own fourth chairs differ"


def _review_before(dossier: Dossier, kit: Kit) -> Review | None:
    """The tool's current review that is of the kind asked for.

    Where a model is in force an offline review does not do; where `--provider offline` was asked for, only an
    offline one does; where there merely is no key, the tool's current review does, whoever spoke.
    """
    slug, asked = dossier.tool.slug, kit.workspace.get("provider")
    offline: bool | None = None
    if not kit.choice.offline:
        offline = False
    elif asked == kit.choice.vendor.name:
        offline = True
    return kit.records.current_review(slug, dossier.id, offline=offline)


def _does(found: Review, seats: Sequence[Seat], kit: Kit, *, as_now: bool) -> bool:
    """Whether a comparison may rest on a review; with `as_now` one by the models and as often as asked now.

    Every core seat must have been on it, and with `--personas` exactly those named; where models are named
    for all seats, with these models; and each seat must have been asked as often as it would be now.
    """
    if as_now and len(kit.speakers) > 1:  # each persona with each model
        sat = {f"{seat.persona}@{seat.model}" for seat in found.seating}
        named = {f"{seat.persona.slug}@{seat.label}": seat for seat in seats}
    else:
        sat = {seat.persona for seat in found.seating}
        named = {seat.persona.slug: seat for seat in seats}
    core = {name for name, seat in named.items() if seat.persona.chair == "core"}
    sits = sat == named.keys() if kit.workspace.get("personas") else core <= sat
    often_enough = not as_now or kit.choice.offline or times_asked(found) >= kit.workspace.get("samples")
    return sits and often_enough


def choosers(plans: Sequence[Plan], kit: Kit) -> list[Seat]:
    """Who is asked to choose head-to-head: the chairs that are shown on both sides, one seat for a persona.

    They are spoken for by whoever spoke in both reviews, the first of several; where that is not one model,
    by whoever is in force, and never by the offline reader if a model spoke. Each chooses once.
    """
    shown = [_personas_of(each, kit) for each in plans]
    speakers = [each.speakers(kit)[0] for each in plans]
    speaker = speakers[0]
    if speakers[0] != speakers[1]:
        asked = [kit.speaker, *speakers]
        speaker = next(each for each in asked if f"{each.provider}:{each.model}" != OFFLINE_MODEL)
    seats = [
        kit.chair_for(plans[0].dossier.tool, slug, speaker)
        for slug in shown[0]
        if slug in shown[1] and slug in kit.personas
    ]
    changes = {"because": "asked to choose between the two", "samples": 1}
    return [seat.model_copy(update=changes) for seat in seats]


def _personas_of(plan: Plan, kit: Kit) -> list[str]:
    """The personas that a comparison shows for a tool, in the order of the panel."""
    own: Iterable[tuple[str, str]]
    if plan.stored is None:
        own = ((seat.persona.slug, seat.persona.chair) for seat in plan.seats)
    else:
        own = ((seat.persona, seat.chair) for seat in plan.stored.seating)
    kept = [slug for slug, chair in own if plan.chair is None or chair == "core" or slug == plan.chair]
    return list(dict.fromkeys([*kept, *(seat.persona.slug for seat in plan.extra_seats(kit))]))


async def compare(
    plans: Sequence[Plan],
    session: Session,
    *,
    contest: Sequence[Seat] | None = None,
    strict: bool = False,
) -> Comparison:
    """Carry out two plans, join them into one record and write it with its pages.

    A verdict asked for only because of the shared fourth chair lives in the comparison; the tool's own
    review stays as it is.

    Args:
        plans: The two tools, ordered by slug.
        session: The command at work.
        contest: Who is asked to choose head-to-head; None: nobody, the pick is made from the findings.
        strict: Whether a comparison that shows something nothing supports gets no pages; the record says so.

    Raises:
        PanelError: the command cannot go on (disk, ledger, an input found wrong only now).
    """
    pair = Pair.of(plans[0].dossier, plans[1].dossier)
    a, b = await session.together(
        _half(each, index, session) for each, index in zip(plans, pair.indexes, strict=True)
    )
    left, right = a.side, b.side
    said = suspect_pair(a.verdicts, b.verdicts, (left.tool.name, right.tool.name))
    scorecard = rows(*said, left.seating, right.seating)
    cost = a.cost.plus(b.cost)
    if contest is None:
        picked = pick(left, right, decided_rows(told_apart(scorecard), left, right))
    else:
        held = await head_to_head(pair, contest, session)
        picked, cost = pick_of_choices(left, right, held.choices), cost.plus(held.cost)
    record = Comparison(
        id=f"{session.run.id}/{left.tool.slug}-vs-{right.tool.slug}",
        run=session.run.id,
        created=timestamp(utc_now()),
        a=left,
        b=right,
        like_for_like=like_for_like(
            left, right, scorecard, lengths=(a.length, b.length), unmended=(*a.unmended, *b.unmended)
        ),
        scorecard=scorecard,
        one_family=one_family((*left.seating, *right.seating)),
        pick=picked,
        cost=cost,
    )
    if strict:
        reasons = tuple(f"{each.tool}: {each.what}" for each in unsupported_in(record))
        record = record.model_copy(update={"withheld": reasons})
    await asyncio.to_thread(_write, record, session)
    return record


@dataclass(frozen=True)
class _Half:
    """One tool ready to be joined: what is shown of it, how many characters were read, what is not alike."""

    side: Side
    verdicts: tuple[Verdict, ...]
    cost: Cost
    length: int
    unmended: tuple[str, ...]


async def _half(plan: Plan, index: Index, session: Session) -> _Half:
    kit = session.kit
    unmended: tuple[str, ...] = ()
    if plan.stored is None:
        own = await review(plan.dossier, plan.seats, session)
        cost = own.cost
    else:
        own, cost, unmended = await renewed(plan.dossier, plan.stored, plan.renewal, session)
    shown = _Shown.of(own, plan.chair)
    chairs = plan.extra_seats(kit)
    if chairs and chairs[0].persona.slug not in {seat.persona for seat in own.seating}:
        extra = await hear(plan.dossier, chairs, session)
        shown = shown.plus(extra.verdicts, extra.failures, [seated(chair) for chair in chairs])
        cost = cost.plus(extra.cost)
    length = sum(len(source.text or "") for source in plan.dossier.sources)
    said = disagreements(shown.verdicts, index, shown.seating)
    return _Half(_side(own, shown, said), shown.verdicts, cost, length, unmended)


@dataclass(frozen=True)
class _Shown:
    """The seats of a review that a comparison shows: the core and the shared fourth chair."""

    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...]
    seating: tuple[Seating, ...]

    @classmethod
    def of(cls, own: Review, chair: str | None) -> _Shown:
        def shown(seat: Verdict | Failure | Seating) -> bool:
            return chair is None or seat.chair == "core" or seat.persona == chair

        return cls(
            tuple(filter(shown, own.verdicts)),
            tuple(filter(shown, own.failures)),
            tuple(filter(shown, own.seating)),
        )

    def plus(
        self, verdicts: Sequence[Verdict], failures: Sequence[Failure], seating: Sequence[Seating]
    ) -> _Shown:
        return _Shown((*self.verdicts, *verdicts), (*self.failures, *failures), (*self.seating, *seating))


def _side(own: Review, shown: _Shown, disagreeing: tuple[Disagreement, ...]) -> Side:
    counted, dissent = recount(shown.verdicts, shown.failures, len(shown.seating), own.overrides)
    editors = [in_force(seat, own.overrides) for seat in shown.seating]
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
        dissent=dissent,
        seating=shown.seating,
        failures=shown.failures,
        overrides=tuple(dict.fromkeys(each for each in editors if each is not None)),
        disagreements=disagreeing,
    )


def _write(record: Comparison, session: Session) -> None:
    session.kit.records.write_comparison(record)
    write_pages(record, session.kit.records, again="run the same command again")
