"""The vendors' prompt caches, simulated: what a request finds there, and what it leaves there."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from tests.standin.apis.base import Reading

#: Nothing shorter is cached.
LEAST = 1_024
#: A cache that nobody has to ask for counts in steps.
_STEP = 128


@dataclass(frozen=True)
class Prefix:
    """What the cache does for one request.

    Attributes:
        tokens: All tokens of its texts.
        cached: Those found in the cache.
        written: Those that go into it.
        ttl: How long the written ones are kept.
        entries: What `PromptCache.store` makes findable once the answer begins.
    """

    tokens: int
    cached: int = 0
    written: int = 0
    ttl: str | None = None
    entries: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Boundary:
    """The end of a block: a digest of all up to there, and its tokens."""

    digest: str
    tokens: int
    ttl: str | None


def count(text: str) -> int:
    """About as many tokens as a tokenizer would count."""
    return -(-len(text) // 4)


class PromptCache:
    """The prefixes of requests answered so far."""

    def __init__(self) -> None:
        self._entries: set[str] = set()
        self._lock = threading.Lock()

    def look_up(self, reading: Reading) -> Prefix:
        """What of a request is in the cache now, and what it would add.

        OpenAI caches unasked all but the last part, or up to explicit breakpoints; Anthropic only up to
        blocks with `cache_control`.
        """
        boundaries = _boundaries(reading)
        total = boundaries[-1].tokens if boundaries else 0
        last = _last_breakpoint(boundaries, implicit=reading.implicit)
        step = _STEP if reading.implicit else 1
        within = [boundary for boundary in boundaries[:last] if boundary.tokens >= LEAST]
        if not within:
            return Prefix(total)
        with self._lock:
            found = max((b.tokens for b in within if b.digest in self._entries), default=0)
        cached, reach = found // step * step, within[-1].tokens // step * step
        marked = [b.digest for b in within if b.ttl] or [within[-1].digest]
        return Prefix(total, cached, reach - cached, within[-1].ttl or "5m", tuple(marked))

    def store(self, entries: Iterable[str]) -> None:
        """Make prefixes findable."""
        with self._lock:
            self._entries.update(entries)


def _boundaries(reading: Reading) -> list[_Boundary]:
    running = hashlib.sha256(reading.scope.encode())
    tokens = 0
    found = []
    for block in reading.blocks:
        text = block.text.encode("utf-8", "surrogatepass")
        running.update(f"{block.role}\0{block.message}\0{len(text)}\0".encode() + text)
        tokens += count(block.text)
        found.append(_Boundary(running.hexdigest(), tokens, block.ttl))
    return found


def _last_breakpoint(boundaries: list[_Boundary], *, implicit: bool) -> int:
    """How many blocks stand before the last breakpoint."""
    marked = [number + 1 for number, boundary in enumerate(boundaries) if boundary.ttl]
    if marked:
        return marked[-1]
    return max(0, len(boundaries) - 1) if implicit else 0
