"""Where a file of the site stands in public, and when it came about."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from panel.site.cards import ReviewCard
from panel.site.library import Library


def address(path: str, library: Library) -> str | None:
    """The public address of a file of the site; None where `[site] url` is not set."""
    url = library.settings.url
    return None if url is None else public(path, url)


def public(path: str, url: str) -> str:
    """The same for a site whose address is known; of its first page that is the site's own."""
    return f"{url}/{'' if path == 'index.html' else quote(path, errors='replace')}"


def moment(text: str) -> datetime | None:
    """A record's time, in UTC and whole seconds; None for a text that is no time."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def revised(card: ReviewCard) -> datetime | None:
    """When a review became what it is; where an editor's time is no time, when it was made."""
    return moment(card.revised) or moment(card.created)


def stamp(time: datetime) -> str:
    """A moment as feeds and sitemaps write it, `2026-11-20T21:04:05Z`."""
    return time.isoformat().replace("+00:00", "Z")
