"""The home page: what this is, the latest verdicts and comparisons, and what changed and why."""

from __future__ import annotations

from collections.abc import Iterator

from panel.core.domain import Value
from panel.publish import wording
from panel.site.library import Library, LiveTool
from panel.site.page import Page
from panel.site.rows import comparison_row, tool_row
from panel.site.since import turned, why
from panel.site.templating import html

_PATH = "index.html"
_VERDICTS = 10
_COMPARISONS = 6
_CHANGED = 6
_CATEGORIES = 12


class ChangedRow(Value):
    """A verdict that is not what it was.

    Attributes:
        slug: The tool's.
        name: The tool.
        was: The percentage before, in words.
        now: The percentage that counts now, in words.
        day: When it was reviewed again, in words.
        turned: Who turned round, and why: a sentence or two each.
    """

    slug: str
    name: str
    was: str
    now: str
    day: str
    turned: tuple[str, ...]


def pages(library: Library) -> Iterator[Page]:
    """The one page."""
    verdicts = [tool_row(tool) for tool in library.newest_tools()[:_VERDICTS]]
    comparisons = [comparison_row(each) for each in library.newest_comparisons()[:_COMPARISONS]]
    changed = library.changed_tools()[:_CHANGED]
    categories = sorted(library.categories, key=lambda each: (-len(each.tools), each.slug))[:_CATEGORIES]
    shown = {
        "categories": [(each.slug, each.name, len(each.tools)) for each in categories],
        "all_categories": len(library.categories),
        "tools": len(library.tools),
        "comparisons": len(library.comparisons),
        "reviewers": [(each.slug, each.name) for each in library.reviewers.values()],
    }

    def render() -> bytes:
        rows = [changed_row(tool, library) for tool in changed]
        return html(
            "home.html.j2",
            _PATH,
            library,
            verdicts=verdicts,
            compared=comparisons,
            changed=rows,
            shown=shown,
        )

    inputs = [
        [row.as_json() for row in verdicts],
        [row.as_json() for row in comparisons],
        [[card.sha for card in (tool.card, tool.before) if card] for tool in changed],
        shown,
    ]
    yield Page(_PATH, inputs, render)


def changed_row(tool: LiveTool, library: Library) -> ChangedRow:
    """A verdict that changed, with the reason; reads both reviews."""
    assert tool.before is not None  # of `changed_tools`
    seats = [f"{each}." for each in turned(tool.before, tool.card)]
    return ChangedRow(
        slug=tool.slug,
        name=tool.card.name,
        was=wording.percent(tool.before.panel.percent),
        now=wording.percent(tool.card.panel.percent),
        day=wording.day(tool.card.created),
        turned=(*seats, *why(library.review(tool.before), library.review(tool.card))),
    )
