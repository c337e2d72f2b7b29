"""A web of a few pages in the place of the guarded client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from panel.evidence.fetching.endings import NotFetched, Trouble
from panel.evidence.fetching.fetched import Fetched

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


class Web:
    """Answers `get` as the fetcher does.

    Args:
        pages: (text, media type) by address, or a function that gives them; what is missing is a 404.
    """

    def __init__(self, pages: Mapping[str, tuple[str, str]] | Callable[[str], tuple[str, str]]):
        self._find = pages if callable(pages) else pages.get
        self.asked, self.accepted, self.headers, self.robots = [], [], [], []

    async def get(self, url, *, accept, earlier=None, headers=None, robots=True):
        assert earlier is None
        self.asked.append(url)
        self.accepted.append(tuple(accept))
        self.headers.append(dict(headers or {}))
        self.robots.append(robots)
        found = self._find(url)
        if found is None:
            raise NotFetched(url, Trouble("status", "answered 404", status=404))
        text, kind = found
        return Fetched(
            url, url, 200, {"content-type": kind}, text.encode(), text, charset="utf-8", retrieved=NOW
        )
