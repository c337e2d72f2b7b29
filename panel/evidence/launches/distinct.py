"""Every launch once: whoever is named again in one list is reported, not run twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from panel.core.scratch import Scratch
from panel.evidence.launches.launch import BadLine, Launch

#: Names by their hashes: held against each other as texts they take nearly twice as long.
_SEEN = "CREATE TABLE seen (identity INTEGER PRIMARY KEY, slug INTEGER UNIQUE, place BLOB NOT NULL)"
_FIRST = "SELECT identity, place FROM seen WHERE identity = ? OR slug = ?"


def distinct(found: Iterable[Launch | BadLine]) -> Iterator[Launch | BadLine]:
    """The launches in their order, each identity and each slug only at its first place.

    Every later one becomes a BadLine of its own that says where the first stands. What was seen is kept on
    disk, so that the memory it takes is the same for any list.

    Args:
        found: What a reader gives.

    Raises:
        StoppedEarly: there is no room on disk for what was seen.
    """
    seen = Scratch(_SEEN, purpose="the launches of a list are held against each other")
    for item in found:
        if isinstance(item, BadLine):
            yield item
            continue
        identity, slug = _short(item.identity), _short(item.tool_slug)
        before = {known: _place(place) for known, place in seen.rows(_FIRST, (identity, slug))}
        if identity in before:
            what = f"is a launch already named at {before[identity]} ({item.identity})"
            yield BadLine(item.place, what, "remove one of them")
        elif before:
            (first,) = before.values()
            what = f"would be filed as {item.tool_slug!r}, as is {first}"
            yield BadLine(item.place, what, "give one of the two another `slug`")
        else:
            seen.rows("INSERT INTO seen VALUES (?, ?, ?)", (identity, slug, _folded(item.place)))
            yield item


def _folded(place: str) -> bytes:
    # A file's name may hold bytes that are no text.
    return place.encode("utf-8", "surrogatepass")


def _place(folded: bytes) -> str:
    return folded.decode("utf-8", "surrogatepass")


def _short(text: str) -> int:
    # Of a million launches two have the same 64 bits with a chance of less than one in 30 million.
    hashed = hashlib.blake2b(text.encode("utf-8", errors="replace"), digest_size=8)
    return int.from_bytes(hashed.digest(), "big", signed=True)
