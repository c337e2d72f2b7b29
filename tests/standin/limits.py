"""The vendors' rate limits: token buckets that are shown in headers, and enforced if wanted."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.standin.apis.base import Gauge


@dataclass(frozen=True)
class Limits:
    """Rate limits to show.

    Attributes:
        requests: In `seconds`.
        tokens: In `seconds`, of the input.
        seconds: How long an empty bucket takes to fill.
        enforce: Whether more than that is answered with 429.
    """

    requests: int = 1_000
    tokens: int = 1_000_000
    seconds: float = 60.0
    enforce: bool = False


class Buckets:
    """What is left of the limits; used by one thread only."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._left = [float(limits.requests), float(limits.tokens)]
        self._looked = time.monotonic()

    def take(self, tokens: int) -> float:
        """Take one request with these tokens; the seconds to wait if there is not enough left."""
        self._fill()
        if self.limits.enforce and (self._left[0] < 1 or self._left[1] < tokens):
            short = (
                (1 - self._left[0]) / self.limits.requests,
                (tokens - self._left[1]) / self.limits.tokens,
            )
            return max(short) * self.limits.seconds
        self._left = [max(0.0, self._left[0] - 1), max(0.0, self._left[1] - tokens)]
        return 0.0

    def gauges(self) -> tuple[Gauge, Gauge]:
        """Of requests and of tokens."""
        full = (self.limits.requests, self.limits.tokens)
        requests, tokens = (
            Gauge(most, int(left), (1 - left / most) * self.limits.seconds)
            for most, left in zip(full, self._left, strict=True)
        )
        return requests, tokens

    def _fill(self) -> None:
        now = time.monotonic()
        share = (now - self._looked) / self.limits.seconds
        self._looked = now
        full = (self.limits.requests, self.limits.tokens)
        self._left = [min(most, left + share * most) for most, left in zip(full, self._left, strict=True)]
