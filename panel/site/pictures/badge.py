"""A tool's verdict as a small picture for other people's pages: `panel ship 75% · 3 of 4`."""

from __future__ import annotations

from panel.publish.legible import legible
from panel.site.cards import ReviewCard, rehearsal
from panel.site.pictures.drawing import Box, Drawing, Text
from panel.site.pictures.lettering import width

HEIGHT = 20
_SIZE = 11
_BASELINE = 14
_MARGIN = 7
_WHITE = "#ffffff"
_LABEL = "#3d414b"
#: White stands on each of these at 4.5 to 1 or more, and each stands out from a white and from a black page.
COLOURS = {"ship": "#1b7f4c", "skip": "#c4284f", "tie": "#7a6a12", None: "#646973"}


def badge(card: ReviewCard) -> Drawing:
    """The badge of a review. Its texts are short and of fixed words; the tool's name is only in the title."""
    left, right = _texts(card)
    colour = COLOURS[None if card.offline else card.decision]
    label = round(width(left, "medium", _SIZE)) + 2 * _MARGIN
    message = round(width(right, "medium", _SIZE)) + 2 * _MARGIN
    shown = legible(card)
    return Drawing(
        width=label + message,
        height=HEIGHT,
        ground=_LABEL,
        title=f"{shown.name}: {in_words(card)}",
        about=f"What a panel of AI reviewers says of {shown.name}.",
        parts=(
            Box(label, 0, message, HEIGHT, colour),
            Text(_MARGIN, _BASELINE, left, "medium", _SIZE, _WHITE, _LABEL),
            Text(label + _MARGIN, _BASELINE, right, "medium", _SIZE, _WHITE, colour),
        ),
        radius=3,
    )


def in_words(card: ReviewCard) -> str:
    """What the badge says."""
    return " ".join(_texts(card))


def _texts(card: ReviewCard) -> tuple[str, str]:
    panel = card.panel
    silent = rehearsal(card)
    if silent is not None:
        return "panel rehearsal", silent[0].lower() + silent[1:]
    if panel.percent is None:
        return "panel", f"no quorum · {panel.counted} of {panel.seated} counted"
    return "panel ship", f"{panel.percent}% · {panel.ship} of {panel.counted}"
