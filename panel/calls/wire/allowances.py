"""What an answer's headers say about rate limits: how much there is, how much is left, when it is full again.

OpenAI and the servers that speak like it send `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` (and
`-project-tokens`), the reset as a duration; Anthropic sends `anthropic-ratelimit-{requests,tokens,
input-tokens,output-tokens}-{limit,remaining,reset}`, the reset as a moment (RFC 3339).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Literal

#: What is counted. `requests` counts requests, all others tokens.
Counted = Literal["requests", "tokens", "input-tokens", "output-tokens", "project-tokens"]

_COUNTED: tuple[Counted, ...] = ("requests", "tokens", "input-tokens", "output-tokens", "project-tokens")
_PARTS = ("limit", "remaining", "reset")
_OPENAI = "x-ratelimit-{part}-{counted}"
_ANTHROPIC = "anthropic-ratelimit-{counted}-{part}"
#: What is counted, whose way to say so it is, and the names of limit, remaining and reset.
_HEADERS = tuple(
    (counted, vendor, tuple(vendor.format(part=part, counted=counted) for part in _PARTS))
    for counted in _COUNTED
    for vendor in (_OPENAI, _ANTHROPIC)
)

#: Above these a value is no limit but a mistake: what no account has, and longer than any limit's period.
MOST = 1e12
LONGEST = 86_400.0

_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)
#: Go's way to write a duration (`6m0s`, `1h0m2.5s`, `120ms`), or plain seconds.
_PART = r"(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)%s)?"
_DURATION = re.compile("".join(_PART % unit for unit in ("d", "h", "m", "s", "ms")), re.ASCII)
_UNITS = (86_400.0, 3_600.0, 60.0, 1.0, 0.001)


@dataclass(frozen=True)
class Allowance:
    """One limit as a server states it. What it does not say, or not believably, is None.

    Attributes:
        limit: The most there can be, above 0; as a rule for one minute.
        remaining: What is left of it, 0 or more.
        reset: Seconds until all of it is there again, 0 or more.
    """

    limit: float | None = None
    remaining: float | None = None
    reset: float | None = None


def allowances(headers: Mapping[str, str]) -> dict[Counted, Allowance]:
    """The limits that an answer's headers state; a value that is malformed or absurd counts as not stated.

    A reset that is a moment is counted from the answer's own `date`, so that a clock that is wrong on either
    side does no harm; without that date it counts as not stated.

    Args:
        headers: The answer's headers, names in lower case.
    """
    found: dict[Counted, Allowance] = {}
    for counted, vendor, names in _HEADERS:
        if headers.keys().isdisjoint(names):
            continue
        limit, remaining, reset = (headers.get(name, "").strip() for name in names)
        allowance = Allowance(
            limit=_number(limit) or None,  # a limit of 0 is a server's way to say that there is none
            remaining=_number(remaining),
            reset=_duration(reset) if vendor is _OPENAI else _seconds_until(reset, headers.get("date", "")),
        )
        if allowance != Allowance():
            found[counted] = allowance
    return found


def _number(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if value <= MOST else None


def _duration(text: str) -> float | None:
    """Seconds in `1s`, `6m0s`, `120ms` or `2`."""
    match = _DURATION.fullmatch(text)
    if _NUMBER.fullmatch(text):
        seconds = float(text)
    elif match and text:
        seconds = sum(float(n) * unit for n, unit in zip(match.groups(), _UNITS, strict=True) if n)
    else:
        return None
    return seconds if seconds <= LONGEST else None


def _seconds_until(reset: str, date: str) -> float | None:
    """Seconds from the answer's date to the moment of the reset."""
    try:
        seconds = (datetime.fromisoformat(reset) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError, OverflowError):  # no time, one without its zone, one out of range
        return None
    return seconds if 0 <= seconds <= LONGEST else None
