"""Turns at other people's servers: few at once, not too fast, and not before they said to come back."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from panel.core.http_dates import moment
from panel.evidence.fetching.endings import Limit, Trouble
from panel.evidence.fetching.limits import Limits

#: Hosts that are remembered before those that are at rest are forgotten.
_REMEMBERED = 1_000


class _Host:
    """One host: how many requests are in flight there, and when the next may begin."""

    def __init__(self, per_host: int, interval: float) -> None:
        self.places = asyncio.Semaphore(per_host)
        self.interval = interval
        self.next = -math.inf
        self.users = 0


class Manners:
    """Turns, per host and over all.

    Args:
        limits: How many at once, and how fast.
        clock: Seconds that never run backwards.
        sleep: Waits for so many of them.
    """

    def __init__(
        self, limits: Limits, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._limits, self._clock, self._sleep = limits, clock, sleep
        self._all = asyncio.Semaphore(limits.at_once)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn at a host, and hold it while the request is in flight.

        Raises:
            Trouble: the host asked for a wait that is longer than is sat out.
        """
        host = self._host(name)
        host.users += 1
        try:
            async with host.places:
                while True:
                    await self._wait(host)
                    async with self._all:
                        # Whoever waited for a place among all may have let the other one here go first.
                        if host.next <= self._clock():
                            host.next = self._clock() + host.interval
                            yield
                            return
        finally:
            host.users -= 1

    def hold(self, name: str, seconds: float) -> None:
        """Begin no request to a host for so many seconds."""
        host = self._host(name)
        host.next = max(host.next, self._clock() + seconds)

    def slow(self, name: str, interval: float) -> None:
        """Keep a longer interval at a host, as its robots.txt asks; up to `longest_interval`."""
        host = self._host(name)
        host.interval = max(self._limits.interval, min(interval, self._limits.longest_interval))

    async def _wait(self, host: _Host) -> None:
        wait = host.next - self._clock()
        most = max(self._limits.longest_wait, host.interval)
        if wait > most:
            reason = f"the host asks to come back in {math.ceil(wait):,} seconds"
            raise Trouble("busy", reason, limit=Limit("longest_wait", most), retry_after=wait)
        if wait > 0:
            await self._sleep(wait)

    def _host(self, name: str) -> _Host:
        if name not in self._hosts and len(self._hosts) >= _REMEMBERED:
            now = self._clock()
            self._hosts = {key: host for key, host in self._hosts.items() if host.users or host.next > now}
        return self._hosts.setdefault(name, _Host(self._limits.per_host, self._limits.interval))


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds a server asks to wait; None where it does not, or says nothing usable. Pure.

    Retry-After (RFC 9110, section 10.2.3), in seconds or as a date that counts from the reply's own; else, as
    GitHub's REST API documents, `x-ratelimit-reset` once `x-ratelimit-remaining` is 0.

    Args:
        headers: Names in lower case.
        now: The time, where the reply gives no date.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    here = moment(headers.get("date", "")) or now
    until = moment(text)
    reset = headers.get("x-ratelimit-reset", "").strip()
    if until is None and headers.get("x-ratelimit-remaining") == "0" and re.fullmatch(r"[0-9]{1,10}", reset):
        until = datetime.fromtimestamp(int(reset), UTC)
    return None if until is None else max(0.0, (until - here).total_seconds())
