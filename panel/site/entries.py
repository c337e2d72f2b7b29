"""What the feeds tell of: the newest verdicts and comparisons; a changed verdict updates its entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from panel.judgement.aggregate import in_a_word, same_verdict
from panel.publish import wording
from panel.publish.legible import legible
from panel.site.addresses import address, moment, revised
from panel.site.cards import ComparisonCard, ReviewCard, rehearsal
from panel.site.library import Library, LiveComparison, LiveTool
from panel.site.pictures import raster

#: How many entries a feed holds.
NEWEST = 50


@dataclass(frozen=True)
class Entry:
    """A verdict or a comparison in a feed; a template makes its content.

    Attributes:
        url: Its page, and its id for as long as the site stands where it stands.
        record: The address of its record as JSON.
        image: The address of its picture; None where it has none.
        title: The name and the answer.
        summary: One line.
        published: When the first verdict on it came.
        updated: When its verdict became what it is.
        tags: The category of each tool.
        tool: The review it tells of, made legible; or else
        comparison: the comparison, likewise.
        before: The verdict of the tool that stood before; None where it has not changed.
    """

    url: str
    record: str
    image: str | None
    title: str
    summary: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...]
    tool: ReviewCard | None = None
    before: ReviewCard | None = None
    comparison: LiveComparison | None = None


#: When, which, and how to make it: only the newest are made.
_Candidate = tuple[datetime, str, Callable[[], Entry]]


def entries(library: Library) -> list[Entry]:
    """The newest ones, the newest first; none where the site's address is not known.

    What has no readable time is left out: it has no place in the order.
    """
    if library.settings.url is None:
        return []
    found = sorted([*_tools(library), *_comparisons(library)], key=lambda each: each[:2], reverse=True)
    return [make() for _, _, make in found[:NEWEST]]


def verdict(card: ReviewCard) -> str:
    """A review's count in words: `ship, 75% (3 of 4)`."""
    count = wording.share(card.panel)
    if card.panel.percent is None:
        return count
    return f"{in_a_word(card.panel)}, {card.panel.percent}% panel ship ({count})"


def _tools(library: Library) -> Iterator[_Candidate]:
    for slug, tool in library.tools.items():
        start, before = _since(tool)
        published, updated = moment(tool.history[-1].created), revised(start)
        if published is not None and updated is not None:
            made = partial(_of_tool, tool, before, min(published, updated), updated, library)
            yield updated, f"tools/{slug}", made


def _of_tool(
    tool: LiveTool, before: ReviewCard | None, published: datetime, updated: datetime, library: Library
) -> Entry:
    card = legible(tool.card)
    objections = [f"{each.name} says {each.decision}: {each.objection}" for each in card.dissent]
    was = f" (was {wording.percent(before.panel.percent)})" if before else ""
    summary = " ".join(objections) or " ".join(wording.split(card.panel)) or verdict(card)
    return Entry(
        url=str(address(f"tools/{tool.slug}.html", library)),
        record=str(address(f"tools/{tool.slug}.json", library)),
        image=None,
        title=_marked(f"{card.name}: {verdict(card)}{was}", card),
        summary=" ".join(summary.split()),
        published=published,
        updated=updated,
        tags=_tags(card.category),
        tool=card,
        before=legible(before) if before else None,
    )


def _since(tool: LiveTool) -> tuple[ReviewCard, ReviewCard | None]:
    """The review since which the verdict is what it is, and the one before it; None if it never was another.

    A review that comes to the same again is no news.
    """
    start = tool.card
    for card in tool.history[1:]:
        if not same_verdict(card.panel, start.panel):
            return start, card
        start = card
    return start, None


def _comparisons(library: Library) -> Iterator[_Candidate]:
    for pair, each in library.comparisons.items():
        made = moment(each.card.created)
        if made is not None:
            yield made, f"comparisons/{pair}", partial(_of_comparison, pair, each, made, library)


def _of_comparison(pair: str, comparison: LiveComparison, made: datetime, library: Library) -> Entry:
    card = legible(comparison.card)
    return Entry(
        url=str(address(f"comparisons/{pair}.html", library)),
        record=str(address(f"comparisons/{pair}.json", library)),
        image=share_address(pair, library),
        title=_marked(f"{card.title}: {card.answer}", card),
        summary=" ".join((card.because or card.answer).split()),
        published=made,
        updated=made,
        tags=_tags(card.a.category, card.b.category),
        comparison=replace(comparison, card=card),
    )


def share_address(pair: str, library: Library) -> str | None:
    """The address of a comparison's picture as PNG; None where there is none."""
    return None if raster.engine() is None else address(f"share/{pair}.png", library)


def _marked(title: str, card: ReviewCard | ComparisonCard) -> str:
    said = rehearsal(card)
    return " ".join([*([f"[{said}]"] if said else []), *title.split()])


def _tags(*categories: str | None) -> tuple[str, ...]:
    named = (" ".join(each.split()) for each in categories if each)
    return tuple(dict.fromkeys(each for each in named if each))
