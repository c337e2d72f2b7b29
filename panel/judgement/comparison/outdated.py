"""Which stored reviews are not alike, and so are made anew before two tools are compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from panel.core.domain import Failure
from panel.core.naming import reviewer_name, sitting_several_times
from panel.core.outcomes import Review
from panel.judgement.comparison.alike import MOST_DAYS_APART, moment
from panel.judgement.overriding import in_force


@dataclass(frozen=True)
class Now:
    """How a review would be made now.

    Attributes:
        personas: Each persona's file, by its hash.
        prompts: The templates, by their hash.
        models: Which models would speak, as records name them, by persona.
        binding: Whether these models were asked for by name; else a panel that is one on both sides stays.
        time: What the clock says.
    """

    personas: Mapping[str, str]
    prompts: str
    models: Mapping[str, Collection[str]]
    binding: bool
    time: datetime


@dataclass(frozen=True)
class Outdated:
    """Why a stored review is made anew; false where it is used as it is.

    Attributes:
        reasons: A clause each, to be read after "because".
        by_model: Whether other models spoke than would now: else those of the review speak again.
        by_age: Whether it is too old: then even its answers in the ledger are.
    """

    reasons: tuple[str, ...] = ()
    by_model: bool = False
    by_age: bool = False

    def __bool__(self) -> bool:
        """Whether there is a reason."""
        return bool(self.reasons)


def outdated(
    a: Review | None, b: Review | None, shown: tuple[Collection[str], Collection[str]], now: Now
) -> tuple[Outdated, Outdated]:
    """What keeps two stored reviews from being alike, for each side that is not as it would be made now.

    A seat without a verdict, a persona file and a prompt that were changed since make a side outdated by
    themselves; another model and age only where they differ between the sides, or the model was asked for.

    Args:
        a: The first tool's stored review; None if it is to be reviewed first.
        b: The second's.
        shown: The personas of either review that the comparison shows.
        now: How a review would be made now.
    """
    other_models = now.binding or _models_differ(a, b, shown, now)
    too_old = _too_far_apart(a, b, now)
    return (
        _of(a, shown[0], now, other_models=other_models, too_old=too_old),
        _of(b, shown[1], now, other_models=other_models, too_old=too_old),
    )


def _of(
    review: Review | None, shown: Collection[str], now: Now, *, other_models: bool, too_old: bool
) -> Outdated:
    if review is None:
        return Outdated()
    by_model = other_models and _models(review, shown) != _models_now(shown, now)
    reasons = list(dict.fromkeys(_changes(review, shown, now)))
    if by_model:
        reasons.append(f"{' and '.join(sorted(_spoke(review, shown)))} spoke for it")
    days = (now.time - (moment(review.created) or now.time)).days
    by_age = too_old and days > MOST_DAYS_APART
    if by_age:
        reasons.append(f"it is {days} days old")
    return Outdated(tuple(reasons), by_model=by_model, by_age=by_age)


def _changes(review: Review, shown: Collection[str], now: Now) -> Iterator[str]:
    """What a review rests on that is not there any more, and what it lacks."""
    for verdict in review.verdicts:
        if verdict.persona not in shown or verdict.persona not in now.personas:
            continue
        if verdict.persona_sha != now.personas[verdict.persona]:
            yield f"{verdict.name} was changed since"
        if verdict.prompt_sha != now.prompts:
            yield "the prompts were changed since"
    several = sitting_several_times(review.seating)
    for failure in review.failures:
        if failure.persona in shown and in_force(failure, review.overrides) is None:
            yield f"{reviewer_name(failure, several)} gave no verdict"


def _models_differ(
    a: Review | None, b: Review | None, shown: tuple[Collection[str], Collection[str]], now: Now
) -> bool:
    left = _models_now(shown[0], now) if a is None else _models(a, shown[0])
    right = _models_now(shown[1], now) if b is None else _models(b, shown[1])
    return any(left[persona] != right[persona] for persona in left.keys() & right.keys())


def _models(review: Review, shown: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for seat in review.seating:
        if seat.persona in shown:
            found.setdefault(seat.persona, []).append(seat.model)
    return {persona: sorted(models) for persona, models in found.items()}


def _models_now(shown: Collection[str], now: Now) -> dict[str, list[str]]:
    return {persona: sorted(models) for persona, models in now.models.items() if persona in shown}


def _spoke(review: Review, shown: Collection[str]) -> set[str]:
    return {seat.model for seat in review.seating if seat.persona in shown}


def _too_far_apart(a: Review | None, b: Review | None, now: Now) -> bool:
    written = [moment(each.created) or now.time if each else now.time for each in (a, b)]
    return abs((written[0] - written[1]).days) > MOST_DAYS_APART


def lost(before: Review, anew: Review) -> list[Failure]:
    """The seats that gave a verdict before and have none now."""
    spoke = {(verdict.persona, verdict.model) for verdict in before.verdicts}
    personas = {verdict.persona for verdict in anew.verdicts}
    # Under another model a seat is lost with the last voice of its persona.
    models = {verdict.model for verdict in before.verdicts}
    return [
        failure
        for failure in anew.failures
        if (failure.persona, failure.model) in spoke
        or (failure.model not in models and failure.persona not in personas)
    ]
