"""Entries of feeds, whatever the feed's form: judged by one rule and made into launches."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from panel.evidence.launches.launch import BadLine, Launch, launch_from, one_line
from panel.evidence.launches.plain_html import plain

#: Feeds began in 1999; older dates are a program's zero.
EARLIEST = date(1999, 1, 1)
#: Clocks and time zones differ by no more than this.
AHEAD = timedelta(days=2)
_MAX_ID = 120


@dataclass(frozen=True)
class Entry:
    """What a feed says of one entry.

    Attributes:
        id: As the feed gives it.
        title: Plain text or HTML.
        link: Its address.
        html: Its content as HTML.
        text: Its content as plain text.
        written: Its date as the feed writes it.
        date: The date that means, if it means one.
        tags: Its categories.
        author: Who wrote it.
    """

    id: str | None = None
    title: str | None = None
    link: str | None = None
    html: str | None = None
    text: str | None = None
    written: str | None = None
    date: date | None = None
    tags: tuple[str, ...] = ()
    author: str | None = None


class Entries:
    """Makes the entries of one feed into launches, and remembers their ids.

    Args:
        name: How messages name the feed.
        today: The UTC date that dates are judged by.
    """

    def __init__(self, name: str, today: date) -> None:
        self._name, self._today = name, today
        self._seen: set[bytes] = set()

    def launch(self, entry: Entry, where: str) -> Launch | BadLine:
        """The launch an entry announces; its place names the feed, where in it, and the entry's id.

        Args:
            entry: What the feed says.
            where: A line number, or which entry it is.
        """
        known_as, _ = one_line((entry.id or entry.link or "")[: 4 * _MAX_ID])
        place = f"{self._name}:{where}{f' [{known_as[:_MAX_ID]}]' if known_as else ''}"
        if entry.id:
            mark = hashlib.blake2b(entry.id.encode("utf-8", errors="replace"), digest_size=16).digest()
            if mark in self._seen:
                return BadLine(place, "an entry with this id stands further up in the feed")
            self._seen.add(mark)
        title = plain(entry.title or "")
        if not title:
            return BadLine(place, "the entry has no title, so the launch has no name")
        fields = {
            "name": title,
            "url": entry.link,
            "category": entry.tags[0] if entry.tags else None,
            "launched": self._launched(entry),
            "author": entry.author,
            "tags": ", ".join(entry.tags[1:]),
        }
        content = (entry.text or "").strip() or plain(entry.html or "")
        return launch_from(fields, place, entry_text=content or None, warnings=self._warnings(entry, place))

    def _launched(self, entry: Entry) -> str | None:
        return entry.date.isoformat() if entry.date and not self._doubt(entry) else None

    def _doubt(self, entry: Entry) -> str | None:
        if entry.date is None:
            return "is no date" if entry.written else None
        if entry.date < EARLIEST:
            return "is before there were feeds"
        return "lies in the future" if entry.date > self._today + AHEAD else None

    def _warnings(self, entry: Entry, place: str) -> tuple[str, ...]:
        warnings = [] if entry.id else [f"{place}: the entry has no id"]
        if doubt := self._doubt(entry):
            written, _ = one_line((entry.written or str(entry.date))[:_MAX_ID])
            warnings.append(f"{place}: the date {written!r} {doubt}, so it is left out")
        return tuple(warnings)
