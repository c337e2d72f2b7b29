"""Why a tool's verdict is not what it was: who turned round, and what is new since the review before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from panel.core.naming import listed
from panel.core.outcomes import Override, Review
from panel.judgement.history import history
from panel.judgement.overriding import in_force
from panel.judgement.prose import one_line
from panel.site.cards import ReviewCard, SeatCard

#: An editor's reason is cut at a word beyond this: the tool's page has all of it.
_REASON = 160


def turned(before: ReviewCard, now: ReviewCard) -> list[str]:
    """Which seats count otherwise than before: `Skeptic turned from ship to skip`."""
    then = {seat.name: seat for seat in before.seats}
    said = []
    for seat in now.seats:
        was = then.get(seat.name)
        if was is not None and was.decision != seat.decision:
            said.append(_turn(was, seat))
    return said


def why(before: Review, now: Review) -> list[str]:
    """What a new verdict rests on that the one before did not, a sentence each; at least one.

    Args:
        before: The review before.
        now: The review that counts now.
    """
    *_, chapter = history([before, now])
    changed = list(_named(chapter.changed or (), now))
    sentences = [f"New since then: {listed(changed)}."] if changed else []
    sentences += _by_editors(before, now)
    return sentences or ["Nothing it rests on changed: asked again, the panel answered otherwise."]


def _turn(was: SeatCard, now: SeatCard) -> str:
    if was.decision is None:
        return f"{now.name} now counts, and says {now.decision}"
    if now.decision is None:
        return f"{now.name} said {was.decision}, and counts no longer"
    return f"{now.name} turned from {was.decision} to {now.decision}"


def _named(changed: Sequence[str], now: Review) -> Iterator[str]:
    """What `history` calls by a word or two, for a reader who does not know its words."""
    names = {seat.persona: seat.name for seat in now.seating}
    for each in changed:
        word, _, rest = each.partition(" ")
        if each == "dossier":
            yield "the dossier"
        elif each == "prompts":
            yield "the wording of the questions"
        elif word == "persona":
            yield f"what {names.get(rest, rest)} is told to look for"
        elif word in {"with", "without"}:
            yield f"{names.get(rest, rest)} {'sits' if word == 'with' else 'sits no longer'}"
        elif word == "model":
            yield f"the model ({rest})"
        elif word == "samples":
            yield f"how often each seat was asked ({rest})"
        else:
            yield each


def _by_editors(before: Review, now: Review) -> Iterator[str]:
    for seat in now.seating:
        is_, was = in_force(seat, now.overrides), in_force(seat, before.overrides)
        if is_ is not None and (was is None or _word(was) != _word(is_)):
            reason = one_line(is_.reason, _REASON).rstrip(". ")
            yield f"Editor {is_.author} decided {seat.name}’s seat: {is_.decision}, because {reason}."


def _word(override: Override) -> tuple[str, str, str]:
    return override.decision, override.reason, override.author
