"""Show HN posts of Hacker News, by Algolia's search API (documented at hn.algolia.com/api)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from panel.evidence.launches.launch import BadLine, Launch, launch_from
from panel.evidence.launches.plain_html import plain
from panel.evidence.launches.sources.base import WebRequest, answered, text_of

SEARCH = "https://hn.algolia.com/api/v1/search_by_date"
#: Most posts in one answer. The API gives no more than 1,000 for one search, over all pages.
PER_PAGE = 100
_PREFIX = re.compile(r"\s*show\s+hn\s*[:–—-]?\s*", re.IGNORECASE)
#: "Quill – slides from notes": what stands before the dash, colon or comma is the name.
_NAME_AND_LINE = re.compile(r"(?P<name>[^–—:|]{1,60}?)\s*(?:\s[–—|-]\s|:\s)\s*(?P<line>\S.*)")


def request(since: datetime, until: datetime | None = None, *, page: int = 0) -> WebRequest:
    """Asks for the Show HN posts made in a span of time, newest first.

    Args:
        since: From when on, with its time zone.
        until: Before when; None: until now. Split a span that has over 1,000 posts.
        page: Which page, from 0 on.
    """
    span = [f"created_at_i>={int(since.timestamp())}"]
    if until is not None:
        span.append(f"created_at_i<{int(until.timestamp())}")
    asked = {"tags": "show_hn", "numericFilters": ",".join(span), "hitsPerPage": PER_PAGE, "page": page}
    return WebRequest(f"{SEARCH}?{urlencode(asked)}", headers=(("Accept", "application/json"),))


def pages(data: bytes) -> int:
    """How many pages an answer says there are; 0 if it does not say."""
    answer = answered(data, "Show HN")
    count = answer.get("nbPages") if isinstance(answer, dict) else None
    return count if isinstance(count, int) and count > 0 else 0


def launches(data: bytes) -> Iterator[Launch | BadLine]:
    """The launches of one answer, in its order. Points and comments change hourly and are left out."""
    answer = answered(data, "Show HN")
    hits = answer if isinstance(answer, BadLine) else answer.get("hits")
    if isinstance(hits, BadLine):
        yield hits
    elif not isinstance(hits, list):
        said = text_of(answer.get("message")) if isinstance(answer, dict) else None
        yield BadLine("Show HN", f"the answer has no list `hits`{f'; it says: {said[:200]}' if said else ''}")
    else:
        for n, hit in enumerate(hits, start=1):
            yield _launch(hit) if isinstance(hit, dict) else BadLine(f"Show HN:hit {n}", "is no object")


def _launch(hit: dict[str, Any]) -> Launch | BadLine:
    number = str(hit.get("objectID") or "")[:20]
    place = f"Show HN:{number or 'post without id'}"
    title = _PREFIX.sub("", plain(text_of(hit.get("title")) or ""), count=1)
    parted = _NAME_AND_LINE.fullmatch(title)
    fields = {
        "name": parted["name"] if parted else title,
        "tagline": parted["line"] if parted else None,
        "url": text_of(hit.get("url")),
        "launched": _day(hit.get("created_at_i")),
        "author": text_of(hit.get("author")),
        "discussion": f"https://news.ycombinator.com/item?id={number}" if number else None,
    }
    return launch_from(fields, place, entry_text=plain(text_of(hit.get("story_text")) or "") or None)


def _day(seconds: Any) -> str | None:
    if not isinstance(seconds, int) or not 0 < seconds < 2**33:
        return None
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
