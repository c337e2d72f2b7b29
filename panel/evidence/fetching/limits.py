"""How much a fetch may take, and how long: the numbers, and the clock that holds them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from panel.evidence.fetching.endings import Limit, Trouble


@dataclass(frozen=True)
class Limits:
    """All limits of a `Fetcher`.

    Attributes:
        bytes: The most of a body, decompressed.
        ratio: The most by which a body may grow when it is decompressed; looked at beyond 64 KiB.
        pieces: The most pieces a body may come in: one of a byte is as much work as one of 64 KiB.
        header_bytes: The most of all header lines of a reply.
        seconds: For a whole fetch, redirects and the one repetition included, waits for a turn not.
        connect_seconds: For one address.
        addresses: How many of a host's addresses are tried.
        redirects: How many are followed.
        robots_bytes: Of a robots.txt the beginning is read (RFC 9309, section 2.5: at least 500 KiB).
        robots_seconds: For a robots.txt with its redirects.
        at_once: Requests in flight.
        per_host: Requests in flight to one host.
        interval: Seconds between the beginnings of two requests to one host.
        longest_interval: A robots.txt may ask for a longer interval, up to this.
        longest_wait: The most seconds that a host may ask us to sit out.
        pause: Seconds before a failed request is repeated, where the host names no time.
    """

    bytes: int = 5_000_000
    ratio: int = 200
    pieces: int = 50_000
    header_bytes: int = 65_536
    seconds: float = 20.0
    connect_seconds: float = 5.0
    addresses: int = 4
    redirects: int = 5
    robots_bytes: int = 512_000
    robots_seconds: float = 10.0
    at_once: int = 16
    per_host: int = 2
    interval: float = 1.0
    longest_interval: float = 10.0
    longest_wait: float = 30.0
    pause: float = 2.0


class Budget:
    """Seconds that are spent only while a request is under way.

    Args:
        name: How `Limits` calls them.
        seconds: How many.
        clock: Seconds that never run backwards.
    """

    def __init__(self, name: str, seconds: float, clock: Callable[[], float]) -> None:
        self._limit = Limit(name, seconds)
        self._clock = clock
        self._left = seconds
        self._until: float | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Spend while inside; what waits for the network is interrupted when nothing is left.

        Raises:
            Trouble: nothing is left.
        """
        started = self._clock()
        self._until = started + self._left
        try:
            async with asyncio.timeout(self._left) as timeout:
                yield
        except TimeoutError:
            if not timeout.expired():
                raise
            raise self._over() from None
        finally:
            self._left -= self._clock() - started
            self._until = None

    def check(self) -> None:
        """For work that never waits, and so cannot be interrupted.

        Raises:
            Trouble: nothing is left.
        """
        if self._until is not None and self._clock() >= self._until:
            raise self._over()

    def _over(self) -> Trouble:
        return Trouble("limit", f"not read within {self._limit.value:g} seconds", limit=self._limit)
