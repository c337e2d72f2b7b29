"""The home page: what this is, the latest verdicts and comparisons, and what changed and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from panel.core.domain import Value
from panel.publish import wording
from panel.publish.legible import legible
from panel.site.library import Library, LiveTool
from panel.site.page import Page
from panel.site.rows import ComparisonRow, ToolRow, called, comparison_row, tool_row
from panel.site.since import turned, why
from panel.site.templating import html

_PATH = "index.html"
_VERDICTS = 10
_COMPARISONS = 5
_CHANGED = 5
_CATEGORIES = 12


class Front(Value):
    """What stands on the home page, but for what changed.

    Attributes:
        day: When the newest of it was made, in words; None where there is nothing.
        verdicts: The latest verdicts.
        compared: The latest comparisons.
        tools: How many tools there are.
        comparisons: How many comparisons.
        rehearsals: Tools that no model was asked about.
        largest: The largest categories: slug, name and how many tools.
        categories: How many categories there are.
        reviewers: All reviewers by slug and name.
    """

    day: str | None
    verdicts: tuple[ToolRow, ...]
    compared: tuple[ComparisonRow, ...]
    tools: int
    comparisons: int
    rehearsals: int
    largest: tuple[tuple[str, str, int], ...]
    categories: int
    reviewers: tuple[tuple[str, str], ...]


class ChangedRow(Value):
    """A verdict that is not what it was.

    Attributes:
        slug: The tool's.
        name: The tool.
        was: The percentage before, in words.
        now: The percentage that counts now, in words.
        day: When it was reviewed again, in words.
        because: Who turned round, and why: a sentence each.
    """

    slug: str
    name: str
    was: str
    now: str
    day: str
    because: tuple[str, ...]


def pages(library: Library) -> Iterator[Page]:
    """The one page."""
    names = called(library)
    front, changed = _front(library, names), library.changed_tools()[:_CHANGED]

    def render() -> bytes:
        rows = [legible(_changed(tool, names[tool.slug], library)) for tool in changed]
        return html("home.html.j2", _PATH, library, sheet=legible(front), changed=rows)

    reviews = [
        [names[tool.slug], *(card.sha for card in (tool.card, tool.before) if card)] for tool in changed
    ]
    yield Page(_PATH, [front.as_json(), reviews], render)


def _changed(tool: LiveTool, name: str, library: Library) -> ChangedRow:
    """A verdict that changed, with the reason; reads both reviews."""
    assert tool.before is not None  # of `changed_tools`
    seats = [f"{each}." for each in turned(tool.before, tool.card)]
    return ChangedRow(
        slug=tool.slug,
        name=name,
        was=wording.percent(tool.before.panel.percent),
        now=wording.percent(tool.card.panel.percent),
        day=wording.day(tool.card.created),
        because=(*seats, *why(library.review(tool.before), library.review(tool.card))),
    )


def _front(library: Library, names: Mapping[str, str]) -> Front:
    tools = library.newest_tools()[:_VERDICTS]
    pairs = library.newest_comparisons()[:_COMPARISONS]
    made = [tool.card.created for tool in tools] + [pair.card.created for pair in pairs]
    newest = max(made, default=None)
    by_size = sorted(library.categories, key=lambda each: (-len(each.tools), each.slug))[:_CATEGORIES]
    return Front(
        day=None if newest is None else wording.day(newest),
        verdicts=tuple(tool_row(tool, names) for tool in tools),
        compared=tuple(comparison_row(pair) for pair in pairs),
        tools=len(library.tools),
        comparisons=len(library.comparisons),
        rehearsals=sum(tool.card.silent for tool in library.tools.values()),
        largest=tuple((each.slug, each.name, len(each.tools)) for each in by_size),
        categories=len(library.categories),
        reviewers=tuple((each.slug, each.name) for each in library.reviewers.values()),
    )
