"""How a tool's verdict went over its reviews: what changed each time, and the line that is drawn of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from panel.judgement.history import Cause, Change
from panel.site.cards import ReviewCard, SeatCard
from panel.site.since import turns

#: Reviews that are drawn, and told of what they rest on: the newest.
MOST = 12
#: The drawing, in units of its own: it is as wide as its place, and keeps this shape.
WIDTH, HEIGHT = 360, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 16, 16, 128

#: What is said otherwise to a reader than to an editor.
_NEW: dict[Cause, str] = {
    "dossier": "a new dossier",
    "persona": "a new version of {persona}",
    "prompts": "new prompts",
}


@dataclass(frozen=True)
class Point:
    """One review in the drawing; `percent` is None where it had no quorum, and it then lies on the ground."""

    x: float
    y: float
    percent: int | None
    created: str


def points(newest_first: Sequence[ReviewCard]) -> tuple[Point, ...]:
    """The reviews from left to right, one step each."""
    drawn = list(reversed(newest_first[:MOST]))
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(drawn) - 1)
    return tuple(
        Point(round(_LEFT + at * step, 1), height(card.panel.percent or 0), card.panel.percent, card.created)
        for at, card in enumerate(drawn)
    )


def height(percent: int) -> float:
    """Where a percentage lies."""
    return round(_BOTTOM - (_BOTTOM - _TOP) * percent / 100, 1)


def line(drawn: Sequence[Point]) -> str:
    """The path through all points with a percentage; it is broken where there is none."""
    path, pen = [], "M"
    for point in drawn:
        if point.percent is None:
            pen = "M"
            continue
        path.append(f"{pen}{point.x:g} {point.y:g}")
        pen = "L"
    return "".join(path)


def turned(before: ReviewCard, now: ReviewCard) -> tuple[str, ...]:
    """Which seats decided otherwise than in the review before: `Skeptic: ship → skip`."""
    return tuple(f"{seat.name}: {_said(was)} → {_said(seat)}" for was, seat in turns(before, now))


def _said(seat: SeatCard) -> str:
    return seat.decision or "no vote"


def rests_on(changed: Change) -> str:
    """What a review rests on that is not as in the one before, for a reader."""
    form = _NEW.get(changed.cause)
    return str(changed) if form is None else form.format(persona=changed.persona)
