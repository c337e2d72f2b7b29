"""The editor's hand: which decisions of editors are in force, and what the panel counts with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from panel.core.domain import Decision, Failure, Finding, Seating, Verdict
from panel.core.naming import reviewer_name, sitting_several_times
from panel.core.outcomes import Dissent, Override, PriceDecision, Review, ScorecardRow, Side, Tally
from panel.judgement.aggregate import OBJECTION_LENGTH, against_the_most, count, status, vote
from panel.judgement.prose import one_line

#: The move under which an editor's reason stands among a seat's findings when two tools are compared.
EDITOR = "editor"

D = TypeVar("D", Override, PriceDecision)


def in_force(seat: Verdict | Failure | Seating, overrides: Sequence[Override]) -> Override | None:
    """The newest override of a seat; None where there is none, or the newest takes it back.

    Args:
        seat: Whose.
        overrides: All of one tool and one dossier, oldest first.
    """
    newest = next((each for each in reversed(overrides) if each.is_of(seat)), None)
    return None if newest is None or newest.decision == "none" else newest


def overridden(review: Review, decided: Sequence[Override]) -> Review:
    """The review with all that editors decided about its tool, counted anew; what the seats said stays.

    An override of another dossier has lapsed and is left out. One that only the review knows stays, and comes
    before all others.

    Args:
        review: As it is, overrides included.
        decided: All that is known of this tool, oldest first.
    """
    bound = [each for each in decided if each.dossier == review.dossier.id]
    every = (*missing(review.overrides, bound), *bound)
    if every == review.overrides:
        return review
    panel, dissent = recount(review.verdicts, review.failures, len(review.seating), every)
    return review.model_copy(
        update={"overrides": every, "panel": panel, "dissent": dissent, "status": status(panel)}
    )


def recount(
    verdicts: Sequence[Verdict], failures: Sequence[Failure], seated: int, overrides: Sequence[Override]
) -> tuple[Tally, tuple[Dissent, ...]]:
    """A panel's count, and who dissents.

    A seat that an editor decided counts as decided, also if it was contested or failed.
    """
    seats: list[Verdict | Failure] = [*verdicts, *failures]
    several = sitting_several_times(seats)
    votes = [said for seat in seats if (said := _vote(seat, overrides, several)) is not None]
    return count([said.decision for said in votes], seated), against_the_most(votes)


def open_contests(review: Review) -> tuple[Verdict, ...]:
    """The contested seats that no editor has decided."""
    return tuple(v for v in review.verdicts if v.contested and in_force(v, review.overrides) is None)


def open_contests_shown(side: Side, shown: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The same of those that a comparison shows on a side."""
    return tuple(v for v in shown if v.contested and side.override_of(v) is None)


def decided_rows(scorecard: Sequence[ScorecardRow], a: Side, b: Side) -> tuple[ScorecardRow, ...]:
    """The scorecard as it counts for the pick; the one that is shown keeps what the seats said.

    A seat that an editor decided has that decision, bears the editor's name, and the reason stands first
    among its findings, as a minor one. A seat without a verdict stays empty: it has no findings to compare.
    """
    return tuple(
        ScorecardRow(chair=row.chair, a=_as_decided(row.a, a), b=_as_decided(row.b, b)) for row in scorecard
    )


def missing(some: Sequence[D], others: Sequence[D]) -> list[D]:
    """The decisions that are not among the others, as often as they are not."""
    left, found = Counter(others), []
    for each in some:
        if left[each] > 0:
            left[each] -= 1
        else:
            found.append(each)
    return found


def _vote(seat: Verdict | Failure, overrides: Sequence[Override], several: Collection[str]) -> Dissent | None:
    """A seat's vote and what it rests on, as it would be said of a dissenter; None if it does not count."""
    editors = in_force(seat, overrides)
    if editors is not None:
        return Dissent(
            persona=seat.persona,
            model=seat.model if seat.persona in several else None,
            name=_with_editor(reviewer_name(seat, several), editors),
            decision=_decision(editors),
            objection=one_line(editors.reason, OBJECTION_LENGTH),
        )
    return None if isinstance(seat, Failure) or seat.contested else vote(seat, several)


def _as_decided(verdict: Verdict | None, side: Side) -> Verdict | None:
    editors = None if verdict is None else side.override_of(verdict)
    if verdict is None or editors is None:
        return verdict
    decision = _decision(editors)
    reason = Finding(
        move=EDITOR, says=editors.reason, leans="for" if decision == "ship" else "against", weight="minor"
    )
    return verdict.model_copy(
        update={
            "name": _with_editor(verdict.name, editors),
            "decision": decision,
            "findings": (reason, *verdict.findings),
            "contested": False,
            "contest": None,
        }
    )


def _with_editor(name: str, override: Override) -> str:
    return f"{name} (decided by editor {override.author})"


def _decision(override: Override) -> Decision:
    return "ship" if override.decision == "ship" else "skip"
