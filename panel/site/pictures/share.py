"""The picture that a link to a comparison shows: the answer, both names, both counts."""

from __future__ import annotations

from urllib.parse import urlsplit

from panel.publish import wording
from panel.publish.legible import legible
from panel.site.cards import ComparisonCard, SideCard
from panel.site.pictures.drawing import Box, Drawing, Text
from panel.site.pictures.lettering import drawable, fitted, shortened, width
from panel.site.settings import SiteSettings

WIDTH, HEIGHT = 1200, 630

#: The light colours of page.css; `_WARN` is the ground of its notice of rehearsals.
_GROUND, _INK, _SOFT, _LINE, _WARN = "#faf9f6", "#1a1c22", "#565b66", "#dedad1", "#ffd23f"
_SIDES = {"a": "#2f49b8", "b": "#944a05"}
_LEFT, _RIGHT = 80, 1120
_MIDDLE = 360
_COLUMN = 480
_LEADS = {
    ("a", True): "The panel’s pick",
    ("b", True): "The panel’s pick",
    ("a", False): "The panel leans this way, but little would tip it",
    ("b", False): "The panel leans this way, but little would tip it",
}
_REHEARSAL = "A rehearsal, not a review: no model was asked for some or all of it"
_DISCLOSURE = "The reviewers are AI and have not used the tools"


def share_image(card: ComparisonCard, settings: SiteSettings) -> Drawing:
    """The picture of a comparison.

    A name with characters that the type does not have is written as its slug; a long one is broken, set
    smaller, and at last shortened.
    """
    shown = legible(card)
    label_a, label_b = (
        label if drawable(label) else side.slug
        for label, side in zip(shown.labels, (shown.a, shown.b), strict=True)
    )
    colour = _SIDES.get(shown.choice, _INK)
    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        ground=_GROUND,
        title=f"{shown.title}: {shown.answer}",
        about=f"{_said(shown.a)} {_said(shown.b)} {_REHEARSAL if shown.offline else _DISCLOSURE}.",
        parts=(
            Box(0, 0, WIDTH, 12, colour),
            *_head(settings),
            *_answer(shown, {"a": label_a, "b": label_b}, colour),
            Box(_LEFT, _MIDDLE, _RIGHT - _LEFT, 2, _LINE),
            *_side(shown.a, label_a, _LEFT, _SIDES["a"]),
            *_side(shown.b, label_b, _RIGHT - _COLUMN, _SIDES["b"]),
            *_foot(settings, offline=shown.offline),
        ),
    )


def _head(settings: SiteSettings) -> tuple[Text, ...]:
    title = shortened(settings.title, "bold", 30, 640)
    kicker = Text(_RIGHT, 82, wording.KICKER, "medium", 26, _SOFT, _GROUND, "right")
    return (*((Text(_LEFT, 82, title, "bold", 30, _INK, _GROUND),) if drawable(title) else ()), kicker)


def _answer(card: ComparisonCard, labels: dict[str, str], colour: str) -> tuple[Text, ...]:
    lead = _LEADS.get((card.choice, card.stable), wording.QUESTION)
    said = labels.get(card.choice) or card.answer
    answer = fitted(said, "bold", _RIGHT - _LEFT, [(92, 1), (76, 1), (64, 2), (56, 2)])
    # One line stands lower than two, so that the space around it is even.
    first = 262 if len(answer.lines) == 1 else 236
    return (
        Text(_LEFT, 150, lead, "medium", 34, _SOFT, _GROUND),
        *(
            Text(_LEFT, first + number * (answer.size + 8), line, "bold", answer.size, colour, _GROUND)
            for number, line in enumerate(answer.lines)
        ),
    )


def _side(side: SideCard, label: str, left: int, colour: str) -> tuple[Box | Text, ...]:
    name = fitted(label, "bold", _COLUMN, [(38, 1), (30, 2)])
    percent = wording.percent(side.panel.percent)
    beside = left + round(width(percent, "bold", 88)) + 24
    top = 412 if len(name.lines) == 1 else 402
    return (
        Box(left, _MIDDLE - 2, 96, 6, colour),
        *(
            Text(left, top + number * 36, line, "bold", name.size, _INK, _GROUND)
            for number, line in enumerate(name.lines)
        ),
        Text(left, 530, percent, "bold", 88, colour, _GROUND),
        Text(beside, 496, "panel ship", "medium", 26, _SOFT, _GROUND),
        Text(beside, 530, _count(side), "medium", 26, _SOFT, _GROUND),
    )


def _foot(settings: SiteSettings, *, offline: bool) -> tuple[Box | Text, ...]:
    if offline:
        return Box(0, 566, WIDTH, HEIGHT - 566, _WARN), Text(
            _LEFT, 607, _REHEARSAL, "medium", 24, _INK, _WARN
        )
    said = Text(_LEFT, 596, _DISCLOSURE, "medium", 24, _SOFT, _GROUND)
    host = shortened(urlsplit(settings.url or "").netloc, "medium", 24, 320)
    return (said, *((Text(_RIGHT, 596, host, "medium", 24, _SOFT, _GROUND, "right"),) if host else ()))


def _count(side: SideCard) -> str:
    panel = side.panel
    if panel.percent is None:
        return f"no quorum: {panel.counted} of {panel.seated}"
    return f"{panel.ship} of {panel.counted} · {side.entry}" if drawable(side.entry) else wording.share(panel)


def _said(side: SideCard) -> str:
    return f"{side.name}: {wording.percent(side.panel.percent)} panel ship, {wording.share(side.panel)}."
