"""What a server shows where there is no page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from panel.site.library import Library
from panel.site.page import Page
from panel.site.templating import html

_PATH = "404.html"


def pages(library: Library) -> Iterator[Page]:
    """The one page. It is shown at any depth, so its links begin at the server's root.

    Not with the site's public name: served under any other, a page's policy would keep its own style from it.
    """
    root = f"{urlsplit(library.settings.url or '').path}/"

    def render() -> bytes:
        return html("not_found.html.j2", _PATH, library, root=root)

    yield Page(_PATH, None, render)
