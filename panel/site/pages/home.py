"""The home page: the latest verdicts and comparisons, and what changed."""

from __future__ import annotations

from collections.abc import Iterator

from panel.site.library import Library
from panel.site.page import Page
from panel.site.templating import html

_PATH = "index.html"
_LATEST = 12


def pages(library: Library) -> Iterator[Page]:
    """The one page."""
    tools = library.newest_tools()[:_LATEST]

    def render() -> bytes:
        return html("home.html.j2", _PATH, library, tools=tools)

    yield Page(_PATH, [tool.card.sha for tool in tools], render)
