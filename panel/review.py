"""The heart: one tool before its panel. Seats are asked at once; what they say is counted and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from panel.core.decisions import overrides_of, prices_of
from panel.core.domain import Dossier, DossierRef, Failure, Seat, Seating, Verdict
from panel.core.naming import seat_name, sitting_several_times
from panel.core.outcomes import Cost, Disagreement, Override, PriceDecision, Review, total_usd
from panel.core.records import Records, timestamp, utc_now
from panel.interview import Held, Interview
from panel.judgement.aggregate import dissent, status, tally
from panel.judgement.consistency import suspect
from panel.judgement.disagreement import disagreements
from panel.judgement.families import one_family
from panel.judgement.grounding import Index
from panel.judgement.overriding import overridden
from panel.judgement.price_decisions import priced
from panel.judgement.pricing import entry
from panel.judgement.samples import fold
from panel.session import Session


@dataclass(frozen=True)
class Heard:
    """What a panel said: verdicts and failures in the order of the seats, and what was newly spent.

    `disagreements` are the facts on which its seats say opposite things.
    """

    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...]
    disagreements: tuple[Disagreement, ...]
    cost: Cost

    @property
    def outcomes(self) -> list[Verdict | Failure]:
        """Verdicts, then failures."""
        return [*self.verdicts, *self.failures]


async def review(dossier: Dossier, seats: Sequence[Seat], session: Session) -> Review:
    """Put one tool before its panel and write the record.

    A seat that fails is a `Failure` beside the verdicts; the others go on.

    Raises:
        PanelError: the command cannot go on (disk, ledger, an input found wrong only now).
    """
    record = await judge(dossier, seats, session)
    await write(record, dossier, session)
    return record


async def judge(dossier: Dossier, seats: Sequence[Seat], session: Session) -> Review:
    """The same, but nothing is written.

    Raises:
        PanelError: as `review`.
    """
    editors = partial(_decisions, session.kit.workspace.root, dossier.tool.slug)
    editors()  # if they cannot be read, nothing is called
    heard = await hear(dossier, seats, session)
    counted = tally(heard.verdicts, len(seats))
    seating = tuple(seated(seat) for seat in seats)
    run = session.run.id
    record = Review(
        id=f"{run}/{dossier.tool.slug}",
        run=run,
        created=timestamp(utc_now()),
        status=status(counted),
        tool=dossier.tool,
        dossier=reference(dossier),
        entry=entry(dossier.facts),
        panel=counted,
        dissent=dissent(heard.verdicts, seating),
        verdicts=heard.verdicts,
        failures=heard.failures,
        seating=seating,
        one_family=one_family(seating),
        disagreements=heard.disagreements,
        cost=heard.cost,
    )
    overrides, prices = editors()  # one may have decided meanwhile
    return priced(overridden(record, overrides), prices)


def _decisions(root: Path, slug: str) -> tuple[list[Override], list[PriceDecision]]:
    return overrides_of(root, slug), prices_of(root, slug)


async def write(record: Review, dossier: Dossier, session: Session) -> None:
    """Write a review, and before it the snapshot that its spans point into.

    Raises:
        PanelError: it cannot be written.
    """
    await asyncio.to_thread(_written, session.kit.records, dossier, record)


def _written(records: Records, dossier: Dossier, record: Review) -> None:
    records.write_dossier(dossier)
    records.write_review(record)


async def hear(dossier: Dossier, seats: Sequence[Seat], session: Session) -> Heard:
    """Ask all seats at once and collect what they say; reviewers never see one another's verdicts.

    A seat is asked as often as it has samples, which are folded into what it says.
    """
    index = Index(dossier)
    slug = dossier.tool.slug
    before = session.client.cost_of(slug)
    seating = [seated(seat) for seat in seats]
    several = sitting_several_times(seating)
    samples = [sample for seat in seats for sample in seat.each_sample()]
    interviews = [
        Interview(
            seat=seat,
            dossier=dossier,
            index=index,
            prompts=session.kit.prompts,
            client=session.client,
            opening=session.kit.opening(dossier, seat),
            tell=partial(session.tell, slug, _name(seat, several)),
        )
        for seat in samples
    ]
    held = await session.together(_hold(interview, session) for interview in interviews)
    rest = iter(held)
    outcomes = [_folded(list(islice(rest, seat.samples))) for seat in seats]
    verdicts = tuple(each for each in outcomes if isinstance(each, Verdict))
    failures = tuple(each for each in outcomes if isinstance(each, Failure))
    stored = sum(answer.from_ledger for each in held for answer in each.answers)
    return Heard(
        verdicts=suspect(verdicts, index),
        failures=failures,
        disagreements=disagreements(verdicts, index, seating),
        cost=session.client.cost_of(slug).since(before).plus(Cost(from_ledger=stored)),
    )


def reference(dossier: Dossier) -> DossierRef:
    """What a record says of a dossier; its texts lie in the snapshot."""
    return DossierRef(
        id=dossier.id,
        sources=tuple(source.ref() for source in dossier.sources),
        facts=dossier.facts,
        notes=dossier.notes,
        test_log=dossier.test_log,
    )


def seated(seat: Seat) -> Seating:
    """What a record says of a seat."""
    persona = seat.persona
    return Seating(
        persona=persona.slug,
        name=persona.name,
        chair=persona.chair,
        model=seat.label,
        because=seat.because,
        family=seat.family,
    )


def _name(seat: Seat, several: Collection[str]) -> str:
    """What a seat is called while it is asked, with the number of its sample where there are more."""
    name = seat_name(seated(seat), several)
    return name if seat.samples == 1 else f"{name} {seat.sample + 1}/{seat.samples}"


def _folded(held: Sequence[Held[Verdict]]) -> Verdict | Failure:
    cost = total_usd(answer.cost_usd for each in held for answer in each.answers)
    return fold([each.outcome for each in held], cost)


async def _hold(interview: Interview, session: Session) -> Held[Verdict]:
    slug, persona = interview.dossier.tool.slug, interview.seat.persona.slug
    held = await interview.hold()
    outcome = held.outcome
    if held.fault is not None and isinstance(outcome, Failure):
        session.faults.append((slug, persona, held.fault))
    interview.tell(_in_a_word(outcome))
    return held


def _in_a_word(outcome: Verdict | Failure) -> str:
    if isinstance(outcome, Failure):
        return f"no verdict: {outcome.kind}"
    return f"{outcome.decision}, contested" if outcome.contested else outcome.decision
