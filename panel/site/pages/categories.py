"""The categories, and a page for each: its verdicts, and the comparisons of two of its tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from panel.core.domain import Value
from panel.site.library import Category, Library
from panel.site.page import Page
from panel.site.paging import Part, parts
from panel.site.rows import ComparisonRow, ToolRow, comparison_row, tool_row
from panel.site.templating import html

_INDEX = "categories/index.html"
#: Comparisons on a category's own page; where there are more, they have pages of their own.
_COMPARISONS = 12
_NEWEST = 3


class CategoryRow(Value):
    """A category in the list of all: how much there is, and its newest tools by name."""

    slug: str
    name: str
    tools: int
    comparisons: int
    ship: int
    newest: tuple[tuple[str, str], ...]


def pages(library: Library) -> Iterator[Page]:
    """The list of all, and each category's own pages."""
    yield _index(library)
    for category in library.categories:
        yield from _of(category, library)


def _index(library: Library) -> Page:
    rows = [_row(category) for category in library.categories]
    unnamed = len(library.tools) - sum(row.tools for row in rows)

    def render() -> bytes:
        return html("categories.html.j2", _INDEX, library, rows=rows, unnamed=unnamed)

    return Page(_INDEX, [[row.as_json() for row in rows], unnamed], render)


def _row(category: Category) -> CategoryRow:
    return CategoryRow(
        slug=category.slug,
        name=category.name,
        tools=len(category.tools),
        comparisons=len(category.comparisons),
        ship=sum(tool.card.decision == "ship" for tool in category.tools),
        newest=tuple((tool.slug, tool.card.name) for tool in category.tools[:_NEWEST]),
    )


def _of(category: Category, library: Library) -> Iterator[Page]:
    tools = [tool_row(tool) for tool in category.tools]
    comparisons = [comparison_row(each) for each in category.comparisons]
    shown = comparisons[:_COMPARISONS]
    for part in parts(tools, _path(category, "index")):
        yield _page("category.html.j2", category, part, shown if part.number == 1 else [], library)
    if len(comparisons) > len(shown):
        for pairs in parts(comparisons, _path(category, "comparisons")):
            yield _page("category_comparisons.html.j2", category, pairs, [], library)


def _path(category: Category, what: str) -> Callable[[int], str]:
    """Only the first page lies beside other categories' pages, so that no category's name can collide."""
    own, folder = f"categories/{category.slug}.html", f"categories/{category.slug}"

    def path(number: int) -> str:
        if number == 1:
            return own if what == "index" else f"{folder}/{what}.html"
        return f"{folder}/{what}-{number}.html"

    return path


def _page(
    template: str,
    category: Category,
    part: Part[ToolRow] | Part[ComparisonRow],
    comparisons: Sequence[ComparisonRow],
    library: Library,
) -> Page:
    about = {
        "slug": category.slug,
        "name": category.name,
        "tools": len(category.tools),
        "comparisons": len(category.comparisons),
    }

    def render() -> bytes:
        return html(template, part.path, library, category=about, part=part, compared=comparisons)

    rows = [[row.as_json() for row in listed] for listed in (part.entries, comparisons)]
    return Page(part.path, [about, part.place, rows], render)
