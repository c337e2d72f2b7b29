"""Why a tool's verdict is not what it was: who turned round, and what is new since the review before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from panel.core.naming import listed
from panel.core.outcomes import Override, Review
from panel.judgement.history import Cause, history, same_seat
from panel.judgement.overriding import in_force
from panel.judgement.prose import one_line
from panel.site.cards import ReviewCard, SeatCard

#: An editor's reason is cut at a word beyond this: the tool's page has all of it.
_REASON = 160

#: What is new, for a reader who knows nothing of the records.
_NEW: dict[Cause, str] = {
    "dossier": "the dossier",
    "persona": "what {name} is told to look for",
    "prompts": "the wording of the questions",
    "models": "the model ({shift})",
    "seats": "which model sat where",
    "samples": "how often each seat was asked ({shift})",
}
#: Who is new on the panel or gone from it: sentences of their own.
_SITS: dict[Cause, str] = {
    "joined": "{name} now sits on the panel.",
    "left": "{name} sits on the panel no longer.",
}


def turned(before: ReviewCard, now: ReviewCard) -> list[str]:
    """Which seats count otherwise than before: `Skeptic turned from ship to skip`."""
    return [_turn(was, seat) for was, seat in turns(before, now)]


def turns(before: ReviewCard, now: ReviewCard) -> Iterator[tuple[SeatCard, SeatCard]]:
    """The seats that count otherwise than in the review before: as each was, and as it is."""
    for seat in now.seats:
        was = same_seat(seat, before.seats, now.seats)
        if was is not None and was.decision != seat.decision:
            yield was, seat


def why(before: Review, now: Review) -> list[str]:
    """What a new verdict rests on that the one before did not, a sentence each; at least one.

    Args:
        before: The review before.
        now: The review that counts now.
    """
    *_, chapter = history([before, now])
    names = {seat.persona: seat.name for review in (before, now) for seat in review.seating}

    def said(forms: Mapping[Cause, str]) -> list[str]:
        return [
            forms[each.cause].format(name=names.get(each.persona, each.persona), shift=each.shift)
            for each in chapter.changed or ()
            if each.cause in forms
        ]

    new = said(_NEW)
    sentences = [f"New since then: {listed(new)}."] if new else []
    sentences += said(_SITS)
    sentences += _by_editors(before, now)
    return sentences or ["Nothing it rests on changed: asked again, the panel answered otherwise."]


def _turn(was: SeatCard, now: SeatCard) -> str:
    if was.decision is None:
        return f"{now.name} now counts, and says {now.decision}"
    if now.decision is None:
        return f"{now.name} said {was.decision}, and counts no longer"
    return f"{now.name} turned from {was.decision} to {now.decision}"


def _by_editors(before: Review, now: Review) -> Iterator[str]:
    for seat in now.seating:
        is_, was = in_force(seat, now.overrides), in_force(seat, before.overrides)
        if is_ is not None and (was is None or _word(was) != _word(is_)):
            reason = one_line(is_.reason, _REASON).rstrip(". ")
            yield f"Editor {is_.author} decided {seat.name}’s seat: {is_.decision}, because {reason}."


def _word(override: Override) -> tuple[str, str, str]:
    return override.decision, override.reason, override.author
