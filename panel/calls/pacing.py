"""How fast calls may leave: requests and tokens per minute, those that are set and those a provider tells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from panel.calls.wire.allowances import Counted, allowances

#: Seconds that an allowance which is used up holds calls back at most; a reset can be a day away although
#: the next request would be taken in a moment.
LONGEST_HOLD = 60.0


class Bucket:
    """Holds up to a minute's worth, and fills continuously (a token bucket, as the vendors' limits are).

    Over any `s` seconds no more is taken than `per_minute * (1 + s / 60)`. An amount larger than a minute's
    worth is let through by a full bucket, which then stays empty for as long as that takes to pay back.

    Args:
        per_minute: What flows in during a minute, above 0; also the most it holds.
        now: The time, in seconds that never run backwards.
    """

    def __init__(self, per_minute: float, now: float) -> None:
        self._per_minute = per_minute
        self._level = per_minute
        self._filled = now

    def wait(self, amount: float, now: float) -> float:
        """Seconds until `amount` can be taken; 0 if it can be now."""
        self._fill(now)
        short = min(amount, self._per_minute) - self._level
        return short * 60 / self._per_minute if amount > 0 and short > 0 else 0.0

    def take(self, amount: float, now: float) -> None:
        """Take it, whether or not it is there; negative gives back."""
        self._fill(now)
        self._level = min(self._per_minute, self._level - amount)

    def correct(self, per_minute: float, left: float, now: float) -> None:
        """Hold `left` (at least nothing, at most a minute's worth) of a limit that may have changed."""
        self._per_minute = per_minute
        self._level = min(per_minute, max(0.0, left))
        self._filled = now

    def level(self, now: float) -> float:
        """What is in it; below 0 as long as something larger than a minute's worth is paid back."""
        self._fill(now)
        return self._level

    def _fill(self, now: float) -> None:
        poured = max(0.0, now - self._filled) * self._per_minute / 60
        self._level = min(self._per_minute, self._level + poured)
        self._filled = max(self._filled, now)


class Pace:
    """When the next call of a model may leave.

    Limits that are set and limits that the provider tells are kept side by side: the smaller one rules.

    Args:
        requests_per_minute: The ceiling that is set; None for none.
        tokens_per_minute: The same for tokens of the input, as the caller estimates them.
        clock: Seconds that never run backwards.
    """

    def __init__(
        self,
        requests_per_minute: int | None,
        tokens_per_minute: int | None,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._clock = clock
        ceilings: dict[Counted, int | None] = {"requests": requests_per_minute, "tokens": tokens_per_minute}
        self._set = {counted: Bucket(most, clock()) for counted, most in ceilings.items() if most}
        self._told: dict[Counted, Bucket] = {}
        self._held_until = -math.inf

    def wait(self, tokens: int) -> float:
        """Seconds until a call of so many tokens may leave; 0 if it may now."""
        now = self._clock()
        waits = [bucket.wait(amount, now) for bucket, amount in self._amounts(1, tokens)]
        return max(0.0, self._held_until - now, *waits)

    def take(self, tokens: int) -> None:
        """Count a call that leaves."""
        for bucket, amount in self._amounts(1, tokens):
            bucket.take(amount, self._clock())

    def give_back(self, tokens: int) -> None:
        """Count a call out again that was not sent after all."""
        for bucket, amount in self._amounts(-1, -tokens):
            bucket.take(amount, self._clock())

    def hold(self, seconds: float) -> None:
        """Let nothing leave for so long."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def learn(self, headers: Mapping[str, str], *, requests: int, tokens: int) -> None:
        """Take over what an answer says is left.

        The server may not have counted what is in flight: it is counted off here. Where it had been counted,
        that is put right by the answers to come.

        Args:
            headers: The answer's, names in lower case.
            requests: Other calls in flight.
            tokens: Their tokens.
        """
        now = self._clock()
        for counted, told in allowances(headers).items():
            if told.remaining is not None and told.remaining < 1 and told.reset is not None:
                self.hold(min(told.reset, LONGEST_HOLD))
            if told.limit is None or counted == "output-tokens":
                continue  # nobody knows beforehand how long an answer gets
            on_the_way = requests if counted == "requests" else tokens
            bucket = self._told.setdefault(counted, Bucket(told.limit, now))
            left = bucket.level(now) if told.remaining is None else told.remaining - on_the_way
            bucket.correct(told.limit, left, now)

    def _amounts(self, requests: int, tokens: int) -> Iterator[tuple[Bucket, int]]:
        """Each bucket with what a call takes from it."""
        for counted, bucket in chain(self._set.items(), self._told.items()):
            yield bucket, requests if counted == "requests" else tokens
