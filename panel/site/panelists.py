"""The seats of one tool's review as its page shows them, and where their reviewers have pages."""

from __future__ import annotations

from collections.abc import Iterable

from panel.core.domain import Failure, Verdict
from panel.core.naming import reviewer_name, sitting_several_times, who_sat
from panel.core.outcomes import Review
from panel.judgement.overriding import in_force
from panel.publish import wording
from panel.publish.seats import HowMany, ScorecardSeat, offline, spoken
from panel.site.library import Library


def seats_of(review: Review) -> tuple[ScorecardSeat, ...]:
    """All seats, in the order in which they sat; those in dissent are not moved."""
    answers: list[Verdict | Failure] = [*review.failures, *review.verdicts]
    said = {(each.persona, each.model): each for each in answers}
    several = sitting_several_times(review.seating)
    seats = []
    for seat in review.seating:
        name, answer = reviewer_name(seat, several), said.get((seat.persona, seat.model))
        if answer is None:
            missing = "The record does not say why."
            seats.append(ScorecardSeat("own", "", name, seat.model, None, missing, persona=seat.persona))
        else:
            seats.append(spoken("own", "", name, answer, in_force(answer, review.overrides)))
    return tuple(seats)


def not_counted(seats: Iterable[ScorecardSeat]) -> list[str]:
    """The seats that are no votes, each with the reason in a word: `Skeptic (contested)`."""
    return [f"{seat.reviewer} ({seat.why_not_counted})" for seat in seats if seat.why_not_counted]


def no_model_sat(review: Review) -> HowMany:
    """For how many of the seats the offline reader spoke instead of a model."""
    return offline(seat.model for seat in review.seating)


def spoke(review: Review) -> str:
    """Which models spoke, and of several for whom each of them did."""
    sat = who_sat(review.seating)
    if len(sat) == 1:
        return wording.model(next(iter(sat)))
    return "; ".join(f"{wording.model(name)}: {', '.join(names)}" for name, names in sat.items())


def reviewer_pages(library: Library, root: str) -> dict[str, str]:
    """The relative addresses of the reviewers' pages, by persona.

    Args:
        library: Who has one.
        root: The way to the site's root.
    """
    return {slug: f"{root}reviewers/{slug}.html" for slug in library.reviewers}
