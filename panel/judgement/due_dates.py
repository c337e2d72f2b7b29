"""When a bet is due: what reviewers write as a date, read where it is clear."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

# Not calendar.month_name: it follows the machine's locale.
_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {
    **{name: number for number, name in enumerate(_NAMES, start=1)},
    **{name[:3]: number for number, name in enumerate(_NAMES, start=1)},
    "sept": 9,
}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}

_YEAR = r"(?P<year>2[01]\d\d)"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
#: What a deadline may begin with: none of it moves the last day on which the bet can still come true.
_LEAD = re.compile(
    r"(?:(?:by|in|on|until|till|during|within|no later than|not later than)\s+)?(?:the\s+)?"
    r"(?:(?:(?:end|close)(?:\s+of)?|last day of|year[- ]end|eoy|late|calendar)\s+)?(?:the\s+)?(?:year\s+)?"
)
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}",
        rf"{_YEAR}[-/](?P<number>0[1-9]|1[0-2])",
        rf"{_YEAR}[-/](?P<number>0[1-9]|1[0-2])[-/](?P<day>[0-3]\d)",
        rf"q(?P<quarter>[1-4])(?:\s+of)?\s+{_YEAR}",
        rf"{_YEAR}[-\s]?q(?P<quarter>[1-4])",
        rf"(?P<quarter>first|second|third|fourth)\s+quarter(?:\s+of)?\s+{_YEAR}",
        rf"h(?P<half>[12])(?:\s+of)?\s+{_YEAR}",
        rf"{_YEAR}[-\s]?h(?P<half>[12])",
        rf"(?P<half>first|second)\s+half(?:\s+of)?\s+{_YEAR}",
        rf"{_MONTH}(?:\s+of)?,?\s+{_YEAR}",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_DAY}(?:\s+of)?\s+{_MONTH},?\s+{_YEAR}",
    )
)
_SPAN = re.compile(
    r"(?:within|in)\s+(?:the next\s+)?(?P<count>\d{1,3})\s+(?P<unit>month|quarter|year)s?", re.ASCII
)


def due_date(text: str, placed: date) -> date | None:
    """The last day on which a bet can still come true; None where the text does not say one clearly.

    A year, half, quarter or month counts to its last day, so "by 2028" is 31 December 2028: a bet is not
    lost on the stricter of two readings. "before 2028" is the day before it. "within 12 months" counts from
    the day the bet was placed. Ranges, seasons, "early" and "mid" are not clear.

    Args:
        text: What the reviewer wrote.
        placed: When the bet was placed.
    """
    words = " ".join(text.casefold().split()).strip(" .,;()")
    words = words.removesuffix(" at the latest")
    span = _SPAN.fullmatch(words)
    if span:
        return _months_after(placed, int(span["count"]) * _MONTHS_IN[span["unit"]])
    before = words.startswith("before ")
    period = _period(words.removeprefix("before "), plain=before)
    if period is None:
        return None
    first, last = period
    return first - timedelta(days=1) if before else last


def _period(words: str, *, plain: bool) -> tuple[date, date] | None:
    """The first and the last day of a period of time; with `plain` nothing may stand before it."""
    lead = None if plain else _LEAD.match(words)
    rest = words[lead.end() :] if lead else words
    found = next((match for form in _FORMS if (match := form.fullmatch(rest))), None)
    if found is None:
        return None
    named = found.groupdict()
    year = int(named["year"])
    if named.get("quarter"):
        return _months(year, 3 * _number(named["quarter"]) - 2, 3)
    if named.get("half"):
        return _months(year, 6 * _number(named["half"]) - 5, 6)
    month = int(named["number"]) if named.get("number") else _MONTHS.get(named.get("month") or "")
    if month is None:
        return _months(year, 1, 12)
    return _day(year, month, int(named["day"])) if named.get("day") else _months(year, month, 1)


def _day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    return _ORDINALS[text] if text in _ORDINALS else int(text)


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    last = first + count - 1
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _months_after(day: date, count: int) -> date | None:
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    if year > date.max.year:
        return None
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
