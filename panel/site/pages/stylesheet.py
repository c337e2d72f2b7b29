"""The one stylesheet: that of a comparison's own page, and what the site adds to it."""

from __future__ import annotations

from collections.abc import Iterator

from panel.publish.templating import asset
from panel.site.library import Library
from panel.site.page import Page

_PATH = "assets/site.css"


def pages(_: Library) -> Iterator[Page]:
    """The one file."""
    yield Page(_PATH, None, _content)


def _content() -> bytes:
    return f"{asset('page.css')}\n{asset('site.css', 'panel.site')}".encode()
