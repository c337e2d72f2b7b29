"""What the vendors' rate-limit headers say, and that nothing they might hold instead does harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.wire.allowances import LONGEST, MOST, Allowance, allowances

DATE = "Thu, 19 Nov 2026 21:04:05 GMT"


def openai(counted="requests", **parts):
    return {f"x-ratelimit-{part}-{counted}": text for part, text in parts.items()}


def anthropic(counted="requests", **parts):
    return {f"anthropic-ratelimit-{counted}-{part}": text for part, text in parts.items()}


def test_openai_states_requests_tokens_and_a_projects_tokens():
    headers = (
        openai("requests", limit="60", remaining="59", reset="1s")
        | openai("tokens", limit="150000", remaining="149984", reset="6m0s")
        | openai("project-tokens", limit="9000", remaining="0", reset="120ms")
    )
    assert allowances(headers | {"content-type": "application/json"}) == {
        "requests": Allowance(60, 59, 1.0),
        "tokens": Allowance(150_000, 149_984, 360.0),
        "project-tokens": Allowance(9000, 0, 0.12),
    }


def test_anthropic_states_four_kinds_and_resets_count_from_the_answers_own_date():
    headers = {"date": DATE}
    for counted in ("requests", "tokens", "input-tokens", "output-tokens"):
        headers |= anthropic(counted, limit="4000", remaining="3999", reset="2026-11-19T21:04:35Z")
    assert allowances(headers) == dict.fromkeys(
        ("requests", "tokens", "input-tokens", "output-tokens"), Allowance(4000, 3999, 30.0)
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("120ms", 0.12),
        ("1h0m2.5s", 3602.5),
        ("7m12s", 432),
        ("1m", 60),
        ("0s", 0),
        ("2", 2),
        (" 1s ", 1),
        ("1d", 86_400),
    ],
)
def test_a_duration_is_read_as_go_writes_it(text, seconds):
    assert allowances(openai(limit="1", reset=text))["requests"].reset == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-1s", "nan", "inf", "1e3s", "soon", "s", "ms", "1s6m", "1.s", "١s", "1 s"),
        *("2d", "999999999999h", "9" * 5000, "1763586245"),
    ],
)
def test_what_is_no_believable_duration_is_absent(text):
    assert allowances(openai(limit="1", reset=text))["requests"].reset is None


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [
        ("2026-11-19T21:04:05Z", 0),
        ("2026-11-19T22:04:06.5+01:00", 1.5),
        ("2026-11-19T21:04:04Z", None),  # over before it was said
        ("2026-11-19T21:05:05", None),  # no zone
        ("2027-11-19T21:04:05Z", None),  # a year
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("60s", None),
        ("", None),
    ],
)
def test_a_moment_that_is_malformed_past_or_absurd_is_absent(reset, seconds):
    headers = anthropic(limit="1", reset=reset) | {"date": DATE}
    assert allowances(headers)["requests"].reset == seconds


@pytest.mark.parametrize("date", [None, "", "yesterday", "Thu, 32 Nov 2026 21:04:05 GMT"])
def test_a_moment_without_a_usable_date_is_absent_whatever_our_own_clock_says(date):
    headers = anthropic(limit="50", remaining="0", reset="2026-11-19T21:04:35Z")
    if date is not None:
        headers["date"] = date
    assert allowances(headers)["requests"] == Allowance(50, 0, None)


@pytest.mark.parametrize("text", ["", "-1", "nan", "inf", "1e9", "many", "0x10", "1_000", "²", "9" * 5000])
def test_a_count_that_is_malformed_or_absurd_is_absent(text):
    assert allowances(openai(limit=text, remaining=text, reset="1s"))["requests"] == Allowance(reset=1.0)


def test_a_limit_of_nothing_is_no_limit_but_nothing_can_be_left():
    assert allowances(openai(limit="0", remaining="0"))["requests"] == Allowance(None, 0, None)


def test_headers_that_state_no_limit_state_nothing():
    assert allowances({"date": DATE, "x-ratelimit-limit-images": "5"}) == {}


TEXTS = st.one_of(
    st.text(max_size=30),
    st.text("0123456789.dhms-+:TZ ", max_size=30),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    st.floats().map(str),
    st.integers().map(str),
)
NAMES = st.sampled_from(
    [
        *openai(limit="", remaining="", reset=""),
        *anthropic("tokens", limit="", remaining="", reset=""),
        "date",
    ]
)


@given(st.dictionaries(NAMES, TEXTS))
def test_whatever_the_headers_hold_nothing_is_raised_and_values_stay_in_range(headers):
    for allowance in allowances(headers).values():
        assert allowance.limit is None or 0 < allowance.limit <= MOST
        assert allowance.remaining is None or 0 <= allowance.remaining <= MOST
        assert allowance.reset is None or 0 <= allowance.reset <= LONGEST
