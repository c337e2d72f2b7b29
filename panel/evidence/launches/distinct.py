"""Every launch once: whoever is named again in one list is reported, not run twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from panel.evidence.launches.launch import BadLine, Launch


def distinct(found: Iterable[Launch | BadLine]) -> Iterator[Launch | BadLine]:
    """The launches in their order, each identity and each slug only at its first place.

    Every later one becomes a BadLine of its own that says where the first stands. What is remembered of a
    launch are two short hashes and its place: some 400 bytes.

    Args:
        found: What a reader gives.
    """
    by_identity: dict[bytes, str] = {}
    by_slug: dict[bytes, str] = {}
    for item in found:
        if isinstance(item, BadLine):
            yield item
            continue
        identity, slug = _short(item.identity), _short(item.tool_slug)
        if identity in by_identity:
            first = by_identity[identity]
            yield BadLine(
                item.place, f"is a launch already named at {first} ({item.identity})", "remove one of them"
            )
        elif slug in by_slug:
            what = f"would be filed as {item.tool_slug!r}, as is {by_slug[slug]}"
            yield BadLine(item.place, what, "give one of the two another `slug`")
        else:
            by_identity[identity] = by_slug[slug] = item.place
            yield item


def _short(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", errors="replace"), digest_size=16).digest()
