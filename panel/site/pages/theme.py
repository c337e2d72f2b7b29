"""The script of the switch between light and dark."""

from __future__ import annotations

from collections.abc import Iterator

from panel.publish.templating import asset
from panel.site.library import Library
from panel.site.page import Page

_PATH = "assets/theme.js"


def pages(_: Library) -> Iterator[Page]:
    """The one file."""
    yield Page(_PATH, None, lambda: asset("theme.js", "panel.site").encode())
