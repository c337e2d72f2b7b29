"""All verdicts and all comparisons, newest first: `tools/index.html`, `tools/index-2.html` and so on."""

from __future__ import annotations

from collections.abc import Iterator

from panel.site.library import Library
from panel.site.page import Page
from panel.site.paging import Part, in_folder, parts
from panel.site.rows import ComparisonRow, ToolRow, comparison_row, tool_row
from panel.site.templating import html


def pages(library: Library) -> Iterator[Page]:
    """A page for every so many entries of each list, and one where there are none."""
    tools = [tool_row(tool) for tool in library.newest_tools()]
    comparisons = [comparison_row(each) for each in library.newest_comparisons()]
    yield from (_page("tool_list.html.j2", part, library) for part in parts(tools, in_folder("tools")))
    yield from (
        _page("comparison_list.html.j2", part, library)
        for part in parts(comparisons, in_folder("comparisons"))
    )


def _page(template: str, part: Part[ToolRow] | Part[ComparisonRow], library: Library) -> Page:
    def render() -> bytes:
        return html(template, part.path, library, part=part)

    return Page(part.path, [part.place, [row.as_json() for row in part.entries]], render)
