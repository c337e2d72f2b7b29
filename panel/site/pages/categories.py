"""The categories, and a page for each: its verdicts, and the comparisons of two of its tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from panel.core.domain import Value
from panel.site.library import Category, Library
from panel.site.page import Page
from panel.site.paging import Place, paged
from panel.site.rows import ComparisonRow, ToolRow, called, comparison_row, tool_row
from panel.site.sheets import sheet_page

_INDEX = "categories/index.html"
#: Comparisons on a category's own page; where there are more, they have pages of their own.
_COMPARISONS = 12
_NEWEST = 3


class CategoryRow(Value):
    """A category in the list of all: how much there is, and its newest tools by slug and name."""

    slug: str
    name: str
    tools: int
    comparisons: int
    ship: int
    newest: tuple[tuple[str, str], ...]


class AllCategories(Value):
    """The list of all, and how many tools have no category."""

    rows: tuple[CategoryRow, ...]
    unnamed: int


class CategorySheet(Value):
    """A page of a category: verdicts, and on the first one the newest comparisons; or comparisons alone.

    `tools` and `comparisons` count all that the category has.
    """

    slug: str
    name: str
    tools: int
    comparisons: int
    place: Place
    verdicts: tuple[ToolRow, ...]
    compared: tuple[ComparisonRow, ...]


def pages(library: Library) -> Iterator[Page]:
    """The list of all, and each category's own pages."""
    names = called(library)
    rows = tuple(_row(category, names) for category in library.categories)
    unnamed = len(library.tools) - sum(row.tools for row in rows)
    yield sheet_page(_INDEX, "categories.html.j2", AllCategories(rows=rows, unnamed=unnamed), library)
    for category in library.categories:
        yield from _of(category, names, library)


def _row(category: Category, names: Mapping[str, str]) -> CategoryRow:
    return CategoryRow(
        slug=category.slug,
        name=category.name,
        tools=len(category.tools),
        comparisons=len(category.comparisons),
        ship=sum(tool.card.decision == "ship" for tool in category.tools),
        newest=tuple((tool.slug, names[tool.slug]) for tool in category.tools[:_NEWEST]),
    )


def _of(category: Category, names: Mapping[str, str], library: Library) -> Iterator[Page]:
    tools = [tool_row(tool, names) for tool in category.tools]
    comparisons = [comparison_row(each) for each in category.comparisons]
    newest = comparisons[:_COMPARISONS]
    for place, rows in paged(tools, _path(category, "index")):
        sheet = _sheet(category, place, verdicts=rows, compared=newest if place.number == 1 else ())
        yield sheet_page(place.path, "category.html.j2", sheet, library)
    if len(comparisons) > len(newest):
        for place, pairs in paged(comparisons, _path(category, "comparisons")):
            sheet = _sheet(category, place, compared=pairs)
            yield sheet_page(place.path, "category_comparisons.html.j2", sheet, library)


def _path(category: Category, what: str) -> Callable[[int], str]:
    """Only the first page lies beside other categories' pages, so that no category's name can collide."""
    own, folder = f"categories/{category.slug}.html", f"categories/{category.slug}"

    def path(number: int) -> str:
        if number == 1:
            return own if what == "index" else f"{folder}/{what}.html"
        return f"{folder}/{what}-{number}.html"

    return path


def _sheet(
    category: Category,
    place: Place,
    verdicts: Sequence[ToolRow] = (),
    compared: Sequence[ComparisonRow] = (),
) -> CategorySheet:
    return CategorySheet(
        slug=category.slug,
        name=category.name,
        tools=len(category.tools),
        comparisons=len(category.comparisons),
        place=place,
        verdicts=tuple(verdicts),
        compared=tuple(compared),
    )
