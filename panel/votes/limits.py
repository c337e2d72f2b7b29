"""How often one network may vote; what is remembered of it is bounded."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

#: Keys remembered at once, 14 MB of them; the one that was quiet longest is forgotten first.
MOST_REMEMBERED = 50_000


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many again in `seconds`."""

    votes: int
    seconds: float


#: What one network may do: over all tools, and for one tool.
OVERALL, FOR_ONE_TOOL = Rate(60, 3600.0), Rate(10, 86400.0)


class _Level(NamedTuple):
    used: float
    at: float


class Limit:
    """A rate for each key, kept as a bucket that leaks.

    Args:
        rate: What each key may do.
        most: Keys remembered.
        clock: Seconds that never go back.
    """

    def __init__(
        self, rate: Rate, *, most: int = MOST_REMEMBERED, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._most, self._clock = rate, most, clock
        self._levels: OrderedDict[str, _Level] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def wait(self, key: str) -> int:
        """Whole seconds until `key` may vote again; 0 if it may now. Takes nothing."""
        over = self._used(key, self._clock()) + 1 - self._rate.votes
        return max(0, math.ceil(over * self._rate.seconds / self._rate.votes))

    def take(self, key: str) -> None:
        """Note a vote of `key`."""
        now = self._clock()
        self._levels[key] = _Level(self._used(key, now) + 1, now)
        self._levels.move_to_end(key)
        while len(self._levels) > self._most:
            self._levels.popitem(last=False)

    def _used(self, key: str, now: float) -> float:
        level = self._levels.get(key)
        if level is None:
            return 0.0
        return max(0.0, level.used - (now - level.at) * self._rate.votes / self._rate.seconds)


class Limits:
    """Both limits together: a vote counts against both or is refused by one.

    Args:
        overall: For a network over all tools.
        for_one_tool: For a network and one tool.
        most: Keys that each remembers.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        overall: Rate = OVERALL,
        for_one_tool: Rate = FOR_ONE_TOOL,
        *,
        most: int = MOST_REMEMBERED,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._overall = Limit(overall, most=most, clock=clock)
        self._for_one_tool = Limit(for_one_tool, most=most, clock=clock)

    def take(self, network: str, tool: str) -> int:
        """Note a vote, or say how many seconds to wait; 0 if it was noted."""
        wait = max(self._overall.wait(network), self._for_one_tool.wait(f"{network} {tool}"))
        if not wait:
            self._overall.take(network)
            self._for_one_tool.take(f"{network} {tool}")
        return wait
