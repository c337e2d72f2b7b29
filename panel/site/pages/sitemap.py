"""The sitemap: the pages that a search engine should know, and when what they show was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from xml.sax.saxutils import escape

from panel.core.hashing import digest
from panel.site.addresses import address, moment, revised, stamp
from panel.site.library import Library
from panel.site.page import Page

_SITEMAP, _INDEX = "sitemap.xml", "sitemap-{}.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
#: The protocol's limits for one file: addresses, and bytes (50 MB, here without the last for the frame).
MOST_ADDRESSES = 50_000
MOST_BYTES = 50_000_000

#: A path in the site, and when what it shows was made.
_Entry = tuple[str, datetime | None]


def pages(library: Library) -> Iterator[Page]:
    """One file; an index and its files where one cannot hold all. None without the site's address."""
    if library.settings.url is None:
        return
    lines = [_line("url", path, when, library) for path, when in _listed(library)]
    parts = list(_cut(lines))
    if len(parts) == 1:
        yield _page(_SITEMAP, "urlset", parts[0])
        return
    names = [_INDEX.format(number) for number in range(1, len(parts) + 1)]
    yield _page(_SITEMAP, "sitemapindex", [_line("sitemap", name, None, library) for name in names])
    for name, part in zip(names, parts, strict=True):
        yield _page(name, "urlset", part)


def _listed(library: Library) -> Iterator[_Entry]:
    """All pages but rehearsals, which say of themselves that they are not to be found."""
    tools = {slug: revised(tool.card) for slug, tool in library.tools.items() if not tool.card.offline}
    pairs = {
        pair: moment(each.card.created) for pair, each in library.comparisons.items() if not each.card.offline
    }
    of_tools, of_pairs = _newest(tools.values()), _newest(pairs.values())
    newest = _newest([of_tools, of_pairs])
    yield "index.html", newest
    yield "method.html", None
    yield "tools/index.html", of_tools
    yield "comparisons/index.html", of_pairs
    yield "categories/index.html", newest
    yield "reviewers/index.html", of_tools
    for category in library.categories:
        shown = [tools.get(tool.slug) for tool in category.tools]
        compared = [pairs.get(each.card.pair) for each in category.comparisons]
        yield f"categories/{category.slug}.html", _newest([*shown, *compared])
    for slug, reviewer in library.reviewers.items():
        yield f"reviewers/{slug}.html", _newest(tools.get(card.slug) for card, _ in reviewer.seats)
    for slug, when in tools.items():
        yield f"tools/{slug}.html", when
    for pair, when in pairs.items():
        yield f"comparisons/{pair}.html", when


def _newest(times: Iterable[datetime | None]) -> datetime | None:
    return max((time for time in times if time is not None), default=None)


def _line(element: str, path: str, when: datetime | None, library: Library) -> str:
    changed = f"<lastmod>{stamp(when)}</lastmod>" if when else ""
    return f"<{element}><loc>{escape(str(address(path, library)))}</loc>{changed}</{element}>\n"


def _cut(lines: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for line in lines:
        if part and (len(part) == MOST_ADDRESSES or size + len(line.encode()) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line.encode())
    yield part


def _page(path: str, element: str, lines: list[str]) -> Page:
    content = f"{_HEAD}<{element} {_NAMESPACE}>\n{''.join(lines)}</{element}>\n".encode()
    return Page(path, digest(content), partial(bytes, content))
