"""The feeds: Atom and JSON Feed 1.1, with the same entries and the same ids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from panel.publish.legible import legible_text
from panel.site.addresses import address, stamp
from panel.site.entries import Entry, entries, rehearsal
from panel.site.library import Library
from panel.site.page import Page
from panel.site.templating import fragment

_ATOM, _JSON = "feed.atom", "feed.json"
_LANGUAGE = "en"
#: Of a feed without entries: no clock is asked.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def pages(library: Library) -> Iterator[Page]:
    """Both, where the site's address is known."""
    if library.settings.url is None:
        return
    told = entries(library)
    inputs = [
        [
            entry.url,
            entry.title,
            stamp(entry.published),
            stamp(entry.updated),
            _shas(entry),
            _stale(entry, library),
        ]
        for entry in told
    ]
    yield Page(_ATOM, inputs, lambda: _atom(told, library))
    yield Page(_JSON, inputs, lambda: _json_feed(told, library))


def _shas(entry: Entry) -> list[str]:
    comparison = entry.comparison.card if entry.comparison else None
    return [card.sha for card in (entry.tool, entry.before, comparison) if card is not None]


def _stale(entry: Entry, library: Library) -> list[str]:
    if entry.comparison is not None:
        return [*entry.comparison.stale, *entry.comparison.again]
    return [entry.tool.slug] if entry.tool and library.tools[entry.tool.slug].stale else []


def _content(entry: Entry, library: Library) -> str:
    if entry.tool is not None:
        template, said = "entry_review.html.j2", rehearsal(entry.tool)
    else:
        assert entry.comparison is not None  # an entry is of either
        template, said = "entry_comparison.html.j2", rehearsal(entry.comparison.card)
    return fragment(template, library, entry=entry, rehearsal=said, stale=_stale(entry, library)).strip()


def _atom(told: list[Entry], library: Library) -> bytes:
    from feedgenerator import Atom1Feed  # type: ignore[import-untyped]

    settings = library.settings
    newest = max((entry.updated for entry in told), default=_NEVER)

    own = str(address(_ATOM, library))
    feed = Atom1Feed(
        title=legible_text(settings.title),
        link=str(address("index.html", library)),
        description=legible_text(settings.tagline),
        language=_LANGUAGE,
        author_name=legible_text(settings.title),
        author_link=str(address("method.html", library)),
        feed_url=own,
        feed_guid=own,
    )
    feed.latest_post_date = lambda: newest  # without entries the library would ask the clock
    for entry in told:
        feed.add_item(
            title=entry.title,
            link=entry.url,
            description=None,
            content=_content(entry, library),
            pubdate=entry.published,
            updateddate=entry.updated,
            unique_id=entry.url,
            categories=entry.tags,
        )
    text = StringIO()
    feed.write(text, "utf-8")
    return text.getvalue().encode()


def _json_feed(told: list[Entry], library: Library) -> bytes:
    settings = library.settings
    home = str(address("index.html", library))
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": legible_text(settings.title),
        "home_page_url": home,
        "feed_url": address(_JSON, library),
        "description": legible_text(settings.tagline),
        "language": _LANGUAGE,
        "authors": [{"name": legible_text(settings.title), "url": address("method.html", library)}],
        "items": [_item(entry, library) for entry in told],
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _item(entry: Entry, library: Library) -> dict[str, Any]:
    item = {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": _content(entry, library),
        "date_published": stamp(entry.published),
        "date_modified": stamp(entry.updated),
        "tags": list(entry.tags),
        "_panel": {"record": entry.record},
    }
    return {**item, "image": entry.image} if entry.image else item
