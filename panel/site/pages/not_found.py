"""What a server shows where there is no page."""

from __future__ import annotations

from collections.abc import Iterator

from panel.site.library import Library
from panel.site.page import Page
from panel.site.templating import html

_PATH = "404.html"


def pages(library: Library) -> Iterator[Page]:
    """The one page. It is shown at any address, so its links are whole ones where the site's own is known."""
    url = library.settings.url

    def render() -> bytes:
        return html("not_found.html.j2", _PATH, library, root=f"{url}/" if url else None)

    yield Page(_PATH, None, render)
