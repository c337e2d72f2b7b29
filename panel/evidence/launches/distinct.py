"""Every launch once: whoever is named again in one list is reported, not run twice."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator

from panel.evidence.launches.launch import BadLine, Launch

_MOST_DIGITS = 9


def distinct(found: Iterable[Launch | BadLine]) -> Iterator[Launch | BadLine]:
    """The launches in their order, each identity and each slug only at its first place.

    Every later one becomes a BadLine of its own that says where the first stands. What is remembered of a
    launch are two short hashes and the number of its line: some 200 bytes.

    Args:
        found: What a reader gives.
    """
    by_identity: dict[int, int] = {}
    by_slug: dict[int, int] = {}
    places = _Places()
    for item in found:
        if isinstance(item, BadLine):
            yield item
            continue
        identity, slug = _short(item.identity), _short(item.tool_slug)
        if identity in by_identity:
            first = places[by_identity[identity]]
            yield BadLine(
                item.place, f"is a launch already named at {first} ({item.identity})", "remove one of them"
            )
        elif slug in by_slug:
            what = f"would be filed as {item.tool_slug!r}, as is {places[by_slug[slug]]}"
            yield BadLine(item.place, what, "give one of the two another `slug`")
        else:
            by_identity[identity] = by_slug[slug] = places.add(item.place)
            yield item


class _Places:
    """Where launches stand: lines of one file by their numbers, all others as they are written."""

    def __init__(self) -> None:
        self._file: str | None = None
        self._lines = array("L")
        self._others: dict[int, str] = {}

    def add(self, place: str) -> int:
        """Remember a place; what it is asked for by."""
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
        return number

    def __getitem__(self, number: int) -> str:
        return self._others.get(number) or f"{self._file}:{self._lines[number]}"


def _short(text: str) -> int:
    # Of a million launches two have the same 64 bits with a chance of less than one in 30 million.
    hashed = hashlib.blake2b(text.encode("utf-8", errors="replace"), digest_size=8)
    return int.from_bytes(hashed.digest(), "big")
