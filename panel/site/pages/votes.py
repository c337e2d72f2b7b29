"""The script that shows and sends readers' votes; `vote.html.j2` is what it works on."""

from __future__ import annotations

from collections.abc import Iterator

from panel.publish.templating import asset
from panel.site.library import Library
from panel.site.page import Page

_PATH = "assets/votes.js"


def pages(library: Library) -> Iterator[Page]:
    """The one file, where pages ask for votes."""
    if library.settings.votes:
        yield Page(_PATH, None, lambda: asset("votes.js", "panel.site").encode())
