"""Every launch once: whoever is named again in one list is reported, not run twice."""

from __future__ import annotations

import hashlib
import sqlite3
from array import array
from collections.abc import Iterable, Iterator

from panel.evidence.launches.launch import BadLine, Launch

_MOST_DIGITS = 9


def distinct(found: Iterable[Launch | BadLine]) -> Iterator[Launch | BadLine]:
    """The launches in their order, each identity and each slug only at its first place.

    Every later one becomes a BadLine of its own that says where the first stands. What is remembered of a
    launch are two short hashes and the number of its line: some 60 bytes.

    Args:
        found: What a reader gives.
    """
    by_identity, by_slug = _Numbers(), _Numbers()
    places = _Places()
    for item in found:
        if isinstance(item, BadLine):
            yield item
            continue
        identity, slug = _short(item.identity), _short(item.tool_slug)
        number = len(places)
        if not by_identity.add(identity, number):
            first = places[by_identity[identity]]
            yield BadLine(
                item.place, f"is a launch already named at {first} ({item.identity})", "remove one of them"
            )
        elif not by_slug.add(slug, number):
            by_identity.remove(identity)  # under another slug it may come again
            what = f"would be filed as {item.tool_slug!r}, as is {places[by_slug[slug]]}"
            yield BadLine(item.place, what, "give one of the two another `slug`")
        else:
            places.add(item.place)
            yield item


class _Numbers:
    """Numbers by hashes, in a fourth of the memory of a dict: SQLite keeps both as a few bytes each."""

    def __init__(self) -> None:
        # A list is read page by page, each in a thread of its own.
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._db.execute("CREATE TABLE numbers (hash INTEGER PRIMARY KEY, number INTEGER NOT NULL)")

    def __getitem__(self, hashed: int) -> int:
        return int(self._db.execute("SELECT number FROM numbers WHERE hash = ?", (hashed,)).fetchone()[0])

    def add(self, hashed: int, number: int) -> bool:
        """Give a hash its number; False if it has one."""
        added = self._db.execute("INSERT OR IGNORE INTO numbers VALUES (?, ?)", (hashed, number))
        return added.rowcount == 1

    def remove(self, hashed: int) -> None:
        """Take a hash's number away."""
        self._db.execute("DELETE FROM numbers WHERE hash = ?", (hashed,))


class _Places:
    """Where launches stand: lines of one file by their numbers, all others as they are written."""

    def __init__(self) -> None:
        self._file: str | None = None
        self._lines = array("L")
        self._others: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, place: str) -> None:
        """Remember a place, by the number of those before it."""
        file, _, line = place.rpartition(":")
        is_line = line.isascii() and line.isdigit() and len(line) <= _MOST_DIGITS and line[0] != "0"
        if self._file is None and is_line:
            self._file = file
        number = len(self._lines)
        if is_line and file == self._file:
            self._lines.append(int(line))
        else:
            self._lines.append(0)
            self._others[number] = place

    def __getitem__(self, number: int) -> str:
        return self._others.get(number) or f"{self._file}:{self._lines[number]}"


def _short(text: str) -> int:
    # Of a million launches two have the same 64 bits with a chance of less than one in 30 million.
    hashed = hashlib.blake2b(text.encode("utf-8", errors="replace"), digest_size=8)
    return int.from_bytes(hashed.digest(), "big", signed=True)
