"""Why a verdict is not what it was, in sentences: which seats turned, and what else changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from panel.core.domain import Decision, Failure, Verdict
from panel.core.naming import reviewer_name, sitting_several_times
from panel.core.outcomes import Review, Tally
from panel.digest.texts import CLAIM, LINE, plain
from panel.judgement.aggregate import status
from panel.judgement.history import Cause, Change, Chapter, SeatThen, history, same_seat
from panel.judgement.overriding import recount

#: What a review rests on that is not as before, as a reader is told of it.
_CAUSES: dict[Cause, str] = {
    "dossier": "The dossier is a new one.",
    "left": "{name} sits no longer.",
    "joined": "{name} sits now.",
    "persona": "{name}’s questions were rewritten.",
    "prompts": "The reviewers were asked in other words.",
    "models": "Another model spoke: {after} instead of {before}.",
    "seats": "Not as before: which model sat where.",
    "samples": "Answers asked of each seat: {after} instead of {before}.",
}


def as_counted(review: Review, panel: Tally) -> Review:
    """The review with only as many of its editors' words as make its panel count as it did then.

    Args:
        review: As it is now.
        panel: How its panel counted then.
    """
    for known in range(len(review.overrides), -1, -1):
        overrides = review.overrides[:known]
        then, dissent = recount(review.verdicts, review.failures, len(review.seating), overrides)
        if then == panel:
            return review.model_copy(
                update={"overrides": overrides, "panel": then, "dissent": dissent, "status": status(then)}
            )
    return review


def why(before: Review, now: Review) -> tuple[str, ...]:
    """What turned the verdict, the seats first."""
    then, current = history([before, now])
    turned = _turned(then, current, _names(before) | _names(now))
    return (*turned, *_causes(current.changed or (), _personas(before, now)))


def _turned(before: Chapter, now: Chapter, names: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """A sentence for each seat of both reviews that does not count as it did."""
    for seat in now.seats:
        old = same_seat(seat, before.seats, now.seats)
        if old is None or _counts_as(old) == _counts_as(seat):
            continue
        name, was, editors = names[seat.persona, seat.model], _said(_counts_as(old)), seat.override
        if editors is not None and editors != old.override:
            decided = f"{name}: {was} before, {editors.decision} now by decision of editor {editors.author}"
            yield plain(f"{decided}: {editors.reason.rstrip('. ')}.", CLAIM)
        else:
            undone = ", an editor’s decision no longer holds" if old.override and editors is None else ""
            yield plain(f"{name}: {was} before, {_said(_counts_as(seat))} now{_silent(seat)}{undone}.", CLAIM)


def _counts_as(seat: SeatThen) -> Decision | None:
    if seat.override is not None:
        return "ship" if seat.override.decision == "ship" else "skip"
    return None if seat.contested else seat.decision


def _said(decision: Decision | None) -> str:
    return decision or "no vote"


def _silent(seat: SeatThen) -> str:
    if _counts_as(seat) is not None:
        return ""
    return " (contested)" if seat.contested else f" ({seat.failure})" if seat.failure else ""


def _causes(changed: Iterable[Change], personas: Mapping[str, str]) -> Iterator[str]:
    """What the review rests on that is new, each as a sentence for a reader."""
    for each in changed:
        name = personas.get(each.persona, each.persona)
        yield plain(_CAUSES[each.cause].format(name=name, before=each.before, after=each.after), LINE)


def _names(review: Review) -> dict[tuple[str, str], str]:
    several = sitting_several_times(review.seating)
    seats: list[Verdict | Failure] = [*review.verdicts, *review.failures]
    return {(seat.persona, seat.model): reviewer_name(seat, several) for seat in seats}


def _personas(*reviews: Review) -> dict[str, str]:
    return {seat.persona: seat.name for review in reviews for seat in review.seating}
