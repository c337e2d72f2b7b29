"""What crawlers may ask for: everything but the addresses that take votes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from panel.site.addresses import address
from panel.site.library import Library
from panel.site.page import Page

_PATH = "robots.txt"


def pages(library: Library) -> Iterator[Page]:
    """The one file."""
    url = library.settings.url
    lines = ["User-agent: *", f"Disallow: {urlsplit(url or '').path}/votes/"]
    if url is not None:
        lines += ["", f"Sitemap: {address('sitemap.xml', library)}"]
    text = "\n".join(lines) + "\n"
    yield Page(_PATH, text, text.encode)
