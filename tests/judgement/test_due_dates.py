"""What reviewers write as a date, read where it is clear and left alone where it is not."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.due_dates import due_date

PLACED = date(2026, 11, 20)

CLEAR = {
    "2027": "2027-12-31",
    "2027-03": "2027-03-31",
    "2028-02": "2028-02-29",
    "2027-03-14": "2027-03-14",
    "2027/03/14": "2027-03-14",
    "Q2 2027": "2027-06-30",
    "Q4 of 2027": "2027-12-31",
    "2027-Q1": "2027-03-31",
    "2027 Q3": "2027-09-30",
    "the third quarter of 2027": "2027-09-30",
    "H1 2027": "2027-06-30",
    "second half of 2027": "2027-12-31",
    "by 2028": "2028-12-31",
    "in 2028.": "2028-12-31",
    "by the end of 2026": "2026-12-31",
    "By the end of the year 2026": "2026-12-31",
    "end 2026": "2026-12-31",
    "year-end 2026": "2026-12-31",
    "by EOY 2026": "2026-12-31",
    "by the end of Q2 2027": "2027-06-30",
    "late 2027": "2027-12-31",
    "2027 at the latest": "2027-12-31",
    "no later than June 2027": "2027-06-30",
    "Sept. 2027": "2027-09-30",
    "mar 2027": "2027-03-31",
    "May 2027": "2027-05-31",
    "14 March 2027": "2027-03-14",
    "March 14th, 2027": "2027-03-14",
    "on the 1st of May 2027": "2027-05-01",
    "before 2028": "2027-12-31",
    "before March 2027": "2027-02-28",
    "before 2027-07-01": "2027-06-30",
    "within 12 months": "2027-11-20",
    "in 2 years": "2028-11-20",
    "within the next 3 quarters": "2027-08-20",
}

UNCLEAR = [
    "", "soon", "next year", "early 2027", "mid-2027", "summer 2027", "2027-2028", "2027 or 2028", "2027-13",
    "2027-02-30", "March", "the end of the year", "within a few months", "version 2027", "around 2027",
    "3027", "before", "by", "2027 if the licence holds", "before the end of 2027", "in 0.5 years", "٢٠٢٧",
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), CLEAR.items())
def test_a_clear_date_is_read_as_the_last_day_it_allows(text, day):
    assert due_date(text, PLACED) == date.fromisoformat(day)


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_not_clear_is_no_date(text):
    assert due_date(text, PLACED) is None


def test_a_span_that_begins_on_the_last_of_a_month_ends_on_the_last_of_a_shorter_one():
    assert due_date("within 1 month", date(2027, 1, 31)) == date(2027, 2, 28)


@given(st.dates(date(2010, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_as_itself_and_its_month_as_its_last_day(day):
    assert due_date(day.isoformat(), PLACED) == day
    last = calendar.monthrange(day.year, day.month)[1]
    assert due_date(day.isoformat()[:7], PLACED) == day.replace(day=last)


@given(st.text(max_size=60), st.dates())
def test_any_text_is_a_date_or_none(text, placed):
    found = due_date(text, placed)
    assert found is None or isinstance(found, date)
