"""Which days an issue is about."""

from __future__ import annotations

from datetime import date

import pytest

from panel.core.errors import InputError
from panel.digest.period import Period, read_day, since_day

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("7d", "2026-11-14"),
        ("2w", "2026-11-07"),
        ("2026-11-01", "2026-11-01"),
        ("2026-11-21", "2026-11-21"),
        ("52w", "2025-11-22"),
    ],
)
def test_a_period_begins_so_many_days_or_weeks_before_or_on_a_date(text, first):
    assert since_day(text, DAY).isoformat() == first


@pytest.mark.parametrize(
    "text", ["", "7", "0d", "d", "-1d", "1m", "2026-13-01", "20261101", "2026-11-22", "١d", "7d\n"]
)
def test_anything_else_is_refused_with_the_flag_named(text):
    with pytest.raises(InputError, match="--since"):
        since_day(text, DAY)


def test_a_period_before_the_calendar_begins_with_the_calendar():
    assert since_day("9999w", date(100, 1, 1)) == date.min
    assert Period(date.min.isoformat(), "2026-11-21").eve == ""


@pytest.mark.parametrize("text", ["today", "2026-11-31", "2026-1-1", "２026-11-21"])
def test_a_day_is_written_in_full(text):
    with pytest.raises(InputError, match="--day"):
        read_day(text)
