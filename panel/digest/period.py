"""Which days an issue is about: `7d`, `2w` or a date, read against the day it is made for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from panel.core.errors import InputError

_SPAN = re.compile(r"([1-9]\d{0,3})([dw])", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Period:
    """The days of an issue, `2026-11-21`, both included."""

    since: str
    day: str

    def has(self, day: str) -> bool:
        """Whether a day is one of them."""
        return self.since <= day <= self.day

    @property
    def eve(self) -> str:
        """The day before the first."""
        first = date.fromisoformat(self.since)
        return (first - timedelta(days=1)).isoformat() if first > date.min else ""


def read_day(text: str, field: str = "--day") -> date:
    """A day written as 2026-11-21.

    Raises:
        InputError: it is none.
    """
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InputError(f"{text!r} is no day such as 2026-11-21", field=field)


def since_day(text: str, day: date) -> date:
    """The first day of a period that ends with `day`: so many days or weeks before it, or that date.

    Raises:
        InputError: it is neither, or after `day`.
    """
    span = _SPAN.fullmatch(text)
    try:
        first = day - _length(span) if span else read_day(text, "--since")
    except OverflowError:
        first = date.min
    except InputError:
        raise InputError(f"{text!r} is no period; write 7d, 2w or 2026-11-14", field="--since") from None
    if first > day:
        raise InputError(f"{first} is after {day}, the day of the issue", field="--since")
    return first


def _length(span: re.Match[str]) -> timedelta:
    return timedelta(days=int(span[1]) * (7 if span[2] == "w" else 1))
