"""All verdicts and all comparisons, newest first: `tools/index.html`, `tools/index/2.html` and so on."""

from __future__ import annotations

from collections.abc import Iterator

from panel.core.domain import Value
from panel.site.library import Library
from panel.site.page import Page
from panel.site.paging import Place, in_folder, paged
from panel.site.rows import ComparisonRow, ToolRow, called, comparison_row, tool_row
from panel.site.sheets import sheet_page


class ToolList(Value):
    """A page of verdicts."""

    place: Place
    rows: tuple[ToolRow, ...]


class ComparisonList(Value):
    """A page of comparisons."""

    place: Place
    rows: tuple[ComparisonRow, ...]


def pages(library: Library) -> Iterator[Page]:
    """A page for every so many entries of each list, and one where there are none."""
    names = called(library)
    tools = [tool_row(tool, names) for tool in library.newest_tools()]
    for place, of_tools in paged(tools, in_folder("tools")):
        sheet = ToolList(place=place, rows=tuple(of_tools))
        yield sheet_page(place.path, "tool_list.html.j2", sheet, library)
    comparisons = [comparison_row(each) for each in library.newest_comparisons()]
    for place, of_pairs in paged(comparisons, in_folder("comparisons")):
        pairs = ComparisonList(place=place, rows=tuple(of_pairs))
        yield sheet_page(place.path, "comparison_list.html.j2", pairs, library)
