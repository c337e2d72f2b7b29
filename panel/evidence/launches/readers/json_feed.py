"""Launch lists as JSON Feed, version 1 and 1.1 (jsonfeed.org); the one form that is held in memory whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from panel.evidence.launches.feed_entries import Entries, Entry
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.readers.base import LaunchList
from panel.evidence.launches.strict_json import read_json

SUFFIXES = (".json",)
#: Larger feeds are refused: a feed is one JSON value, and is held in memory six times over.
MAX_BYTES = 30_000_000


def recognises(listing: LaunchList) -> bool:
    """Whether it begins with an object that names the version of JSON Feed."""
    head = listing.head().removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and b"jsonfeed.org/version" in head


def read(listing: LaunchList) -> Iterator[Launch | BadLine]:
    """One launch or complaint for each item."""
    with listing.open() as stream:
        data = stream.read(MAX_BYTES + 1)
    items = _items(data, listing.name)
    if isinstance(items, BadLine):
        yield items
        return
    entries = Entries(listing.name, listing.day)
    for n, item in enumerate(items, start=1):
        if isinstance(item, dict):
            yield entries.launch(_entry(item), f"item {n}")
        else:
            yield BadLine(f"{listing.name}:item {n}", "is no object")


def _items(data: bytes, name: str) -> list[Any] | BadLine:
    if len(data) > MAX_BYTES:
        return BadLine(
            name, f"has over {MAX_BYTES:,} bytes, which is more than is read", "split it, or use JSONL"
        )
    try:
        feed = read_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return BadLine(f"{name}:{line}", "is not UTF-8", "save it as UTF-8")
    except ValueError as error:
        return BadLine(name, f"{error}; nothing of the feed is read")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return BadLine(
            name, "is no JSON Feed: it has no list `items`", "a list of launches as JSONL ends in .jsonl"
        )
    return items


def _entry(item: dict[str, Any]) -> Entry:
    written = _text(item.get("date_published")) or _text(item.get("date_modified"))
    authors = item.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else item.get("author")
    tags = item.get("tags")
    identity = item.get("id")  # the specification has numbers taken as text
    return Entry(
        id=str(identity) if isinstance(identity, int) else _text(identity),
        title=_text(item.get("title")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        html=_text(item.get("content_html")),
        text=_text(item.get("content_text"))
        or (None if item.get("content_html") else _text(item.get("summary"))),
        written=written,
        date=_date(written),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        author=_text(author.get("name")) if isinstance(author, dict) else None,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _date(written: str | None) -> date | None:
    try:
        moment = datetime.fromisoformat(written) if written else None
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date() if moment else None
    except (ValueError, OverflowError):
        return None
