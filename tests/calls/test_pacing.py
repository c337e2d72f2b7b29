"""Token buckets that never give more than their rate, and what a provider says is left."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.pacing import LONGEST_HOLD, Bucket, Pace
from panel.calls.wire.allowances import MOST
from tests.calls.fakes import FakeClock

STEPS = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 500)), max_size=30)


def take_when_there(bucket, steps):
    """The time in the end, and what was taken when: of the amounts asked for, those that were there."""
    now, taken = 1000.0, []
    for seconds, amount in steps:
        now += seconds
        if bucket.wait(amount, now) == 0:
            bucket.take(amount, now)
            taken.append((now, amount))
    return now, taken


@given(st.floats(1, 1000), STEPS)
def test_over_any_time_no_more_is_taken_than_a_minutes_worth_and_what_flows_in(per_minute, steps):
    bucket = Bucket(per_minute, 1000.0)
    _, taken = take_when_there(bucket, [(seconds, min(amount, per_minute)) for seconds, amount in steps])
    for first, last in itertools.combinations_with_replacement(range(len(taken)), 2):
        amount = sum(amount for _, amount in taken[first : last + 1])
        seconds = taken[last][0] - taken[first][0]
        assert amount <= per_minute * (1 + seconds / 60) * (1 + 1e-9)


@given(st.floats(1, 1000), STEPS, st.floats(0.01, 2000))
def test_after_the_wait_it_names_an_amount_is_there_and_not_before(per_minute, steps, amount):
    bucket = Bucket(per_minute, 1000.0)
    now, _ = take_when_there(bucket, steps)
    wait = bucket.wait(amount, now)
    if wait > 1e-3:
        assert bucket.wait(amount, now + 0.9 * wait) > 0
    assert bucket.wait(amount, now + wait) <= 1e-6


def test_more_than_a_minutes_worth_goes_when_the_bucket_is_full_and_is_paid_back_then():
    bucket = Bucket(60, 0.0)
    assert bucket.wait(180, 0.0) == 0
    bucket.take(180, 0.0)
    assert bucket.level(0.0) == -120
    assert bucket.wait(1, 0.0) == 121
    assert bucket.wait(0, 0.0) == 0, "what needs nothing waits for nothing"


def test_a_clock_that_stands_or_jumps_back_fills_nothing():
    bucket = Bucket(60, 100.0)
    bucket.take(60, 100.0)
    assert bucket.level(40.0) == 0
    assert bucket.level(101.0) == pytest.approx(1)


@given(st.lists(st.integers(0, 2000), max_size=20))
def test_what_is_given_back_at_once_was_never_taken(amounts):
    clock = FakeClock()
    pace = Pace(100, 1000, clock=clock)
    before = [pace.wait(tokens) for tokens in (0, 1, 500)]
    for tokens in amounts:
        pace.take(tokens)
    for tokens in amounts:
        pace.give_back(tokens)
    assert [pace.wait(tokens) for tokens in (0, 1, 500)] == before


# ------------------------------------------------------------ what a provider tells


def told(counted="requests", **parts):
    return {f"x-ratelimit-{part}-{counted}": str(text) for part, text in parts.items()}


@pytest.fixture
def clock():
    return FakeClock()


def calls_at_once(pace, tokens=0, most=10_000):
    """How many calls may leave now."""
    for sent in range(most):
        if pace.wait(tokens):
            return sent
        pace.take(tokens)
    return most


def test_without_limits_nothing_waits(clock):
    assert calls_at_once(Pace(None, None, clock=clock), tokens=10**6) == 10_000


@pytest.mark.parametrize(("ceiling", "limit", "calls"), [(10, 30, 10), (30, 10, 10), (None, 20, 20)])
def test_of_the_set_and_the_told_limit_the_smaller_rules(clock, ceiling, limit, calls):
    pace = Pace(ceiling, None, clock=clock)
    pace.learn(told(limit=limit, remaining=limit), requests=0, tokens=0)
    assert calls_at_once(pace) == calls
    assert pace.wait(0) == pytest.approx(60 / calls)
    clock.now += 30
    assert calls_at_once(pace) == calls // 2


@pytest.mark.parametrize("counted", ["tokens", "project-tokens"])
def test_tokens_have_their_own_limit(clock, counted):
    pace = Pace(None, None, clock=clock)
    pace.learn(told(counted, limit=10_000, remaining=10_000), requests=0, tokens=0)
    assert calls_at_once(pace, tokens=3_000) == 3
    assert pace.wait(3_000) == pytest.approx(12)


def test_what_is_left_counts_not_what_was_thought_and_calls_in_flight_come_off(clock):
    pace = Pace(None, None, clock=clock)
    pace.learn(told(limit=100, remaining=6), requests=3, tokens=0)
    assert calls_at_once(pace) == 3
    pace.learn(told(limit=100, remaining=90), requests=0, tokens=0)
    assert calls_at_once(pace) == 90, "the vendor counts less than we did"


def test_more_in_flight_than_is_left_means_the_vendors_pace_and_no_debt(clock):
    pace = Pace(None, None, clock=clock)
    pace.learn(told("tokens", limit=60_000, remaining=10_000), requests=20, tokens=80_000)
    assert pace.wait(1_000) == pytest.approx(1)


def test_a_limit_that_is_told_without_what_is_left_is_kept_all_the_same(clock):
    pace = Pace(None, None, clock=clock)
    pace.learn(told(limit=10), requests=0, tokens=0)
    assert calls_at_once(pace) == 10
    pace.learn(told(limit=30), requests=0, tokens=0)
    assert pace.wait(0) == 2, "a larger limit fills faster, but is not full at once"


@pytest.mark.parametrize(
    ("reset", "seconds"), [("1s", 1), ("120ms", 0.12), ("6m0s", LONGEST_HOLD), ("-5s", 0), ("abc", 0)]
)
@pytest.mark.parametrize("counted", ["requests", "tokens", "project-tokens"])
def test_an_allowance_that_is_used_up_holds_back_until_its_reset_but_no_longer_than_a_minute(
    clock, counted, reset, seconds
):
    pace = Pace(None, None, clock=clock)
    pace.learn(told(counted, remaining=0, reset=reset), requests=0, tokens=0)
    assert pace.wait(0) == pytest.approx(seconds)
    clock.now += seconds
    assert pace.wait(0) == pytest.approx(0)


def test_tokens_of_answers_that_are_used_up_hold_back_too(clock):
    pace = Pace(None, None, clock=clock)
    headers = {
        "date": "Thu, 19 Nov 2026 21:04:05 GMT",
        "anthropic-ratelimit-output-tokens-limit": "8000",
        "anthropic-ratelimit-output-tokens-remaining": "0",
        "anthropic-ratelimit-output-tokens-reset": "2026-11-19T21:04:25Z",
    }
    pace.learn(headers, requests=5, tokens=20_000)
    assert pace.wait(3_000) == 20


@given(
    st.floats(0, MOST), st.floats(0, MOST), st.integers(0, 100), st.integers(0, 10**6), st.integers(0, 10**6)
)
def test_whatever_is_told_a_call_waits_for_at_most_one_full_bucket(limit, left, requests, in_flight, tokens):
    clock = FakeClock()
    pace = Pace(None, None, clock=clock)
    for counted in ("requests", "tokens"):
        headers = told(counted, limit=f"{limit:.3f}", remaining=f"{left:.3f}", reset="1s")
        pace.learn(headers, requests=requests, tokens=in_flight)
    assert 0 <= pace.wait(tokens) <= LONGEST_HOLD
