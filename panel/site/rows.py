"""What a list shows of a tool or a comparison: plain values, so that a page's inputs are what it prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from panel.core.domain import Choice, Value
from panel.core.naming import listed, told_apart
from panel.core.outcomes import Tally
from panel.judgement.aggregate import Outcome
from panel.publish import wording
from panel.site.cards import ComparisonCard, ReviewCard, SeatCard, rehearsal
from panel.site.library import Library, LiveComparison, LiveTool

Mark = Literal["ship", "skip", "contested", "none"]


class ToolRow(Value):
    """A tool in a list.

    Attributes:
        slug: Its slug.
        name: What it is called.
        tagline: One line of its maker's; None where there is none.
        category: What it is; None where that is not known.
        panel: The count.
        decision: What the panel comes to: `ship`, `skip`, `tie`; None without a quorum.
        marks: What each seat counts as, in their order.
        entry: The entry price.
        day: When it was reviewed, in words.
        dissent: Who dissents and why, in a line; or that nobody does, or that there is no quorum.
        notes: What a reader must know before anything else: no model was asked, or the dossier has changed.
    """

    slug: str
    name: str
    tagline: str | None
    category: str | None
    panel: Tally
    decision: Outcome | None
    marks: tuple[Mark, ...]
    entry: str
    day: str
    dissent: str | None
    notes: tuple[str, ...]


class SideRow(Value):
    """One tool of a comparison in a list."""

    label: str
    percent: str


class ComparisonRow(Value):
    """A comparison in a list.

    Attributes:
        pair: `<a>-vs-<b>`.
        a: The first tool.
        b: The second.
        choice: The answer.
        answer: The answer in a few words.
        lead: What stands before it: how far it can be relied on.
        because: Its first reason.
        day: When it was made, in words.
        notes: As in `ToolRow`.
    """

    pair: str
    a: SideRow
    b: SideRow
    choice: Choice
    answer: str
    lead: str
    because: str | None
    day: str
    notes: tuple[str, ...]


def called(library: Library) -> dict[str, str]:
    """What each tool is called, by slug: its name, and its slug where another live tool has the same name."""
    names = told_apart([(tool.card.name, slug) for slug, tool in library.tools.items()])
    return dict(zip(library.tools, names, strict=True))


def tool_row(tool: LiveTool, names: Mapping[str, str]) -> ToolRow:
    """A tool as lists show it.

    Args:
        tool: Which.
        names: What tools are called, by slug (`called`).
    """
    card = tool.card
    notes = _warnings(card)
    if tool.stale:
        notes.append("Its dossier has changed since")
    return ToolRow(
        slug=card.slug,
        name=names[tool.slug],
        tagline=card.tagline,
        category=card.category,
        panel=card.panel,
        decision=card.decision,
        marks=marks(card),
        entry=card.entry,
        day=wording.day(card.created),
        dissent=dissent(card),
        notes=tuple(notes),
    )


def comparison_row(comparison: LiveComparison) -> ComparisonRow:
    """A comparison as lists show it."""
    card = comparison.card
    notes = _warnings(card)
    changed = [side.name for side in (card.a, card.b) if side.slug in comparison.stale]
    if changed:
        notes.append(f"The dossier of {listed(changed)} has changed since")
    a, b = card.labels
    return ComparisonRow(
        pair=card.pair,
        a=SideRow(label=a, percent=wording.percent(card.a.panel.percent)),
        b=SideRow(label=b, percent=wording.percent(card.b.panel.percent)),
        choice=card.choice,
        answer=card.answer,
        lead=_lead(card.choice, stable=card.stable),
        because=card.because,
        day=wording.day(card.created),
        notes=tuple(notes),
    )


def mark(seat: SeatCard) -> Mark:
    """What a seat counts as."""
    return seat.decision or ("contested" if seat.contested else "none")


def marks(card: ReviewCard) -> tuple[Mark, ...]:
    """What each seat of a review counts as."""
    return tuple(mark(seat) for seat in card.seats)


def dissent(card: ReviewCard) -> str | None:
    """Who dissents and the first one's objection, or that nobody does; and how many seats do not count.

    Without a quorum why there is no percentage; None where a single seat is all there is.
    """
    panel = card.panel
    lines = wording.split(panel)
    if panel.percent is None:
        return lines[0]
    said: str | None
    if card.dissent:
        names = [each.name for each in card.dissent]
        first = card.dissent[0]
        said = f"{listed(names)} {'says' if len(names) == 1 else 'say'} {first.decision}: {first.objection}"
    else:
        said = lines[0] if lines else None
    missing = panel.seated - panel.counted
    left_out = f"{missing} of {panel.seated} seats not counted." if missing > 0 else None
    return " ".join(each for each in (said, left_out) if each) or None


def _warnings(card: ReviewCard | ComparisonCard) -> list[str]:
    said = rehearsal(card)
    return [said] if said else []


def _lead(choice: Choice, *, stable: bool) -> str:
    if choice in {"a", "b"}:
        return "The pick" if stable else "Leans, not stable"
    return "No single winner"
