from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.ledger.base import Bounds, Crowded, OverCap
from panel.calls.ledger.bounds import (
    LOOK_AGAIN,
    PERIOD,
    Departures,
    Held,
    Tab,
    crowded,
    fits,
    over_cap,
    too_fast,
)
from panel.calls.ledger.processes import LEASE_SECONDS, Process, leaseholder

ELSEWHERE = Process("another machine", 7, "1")
ALIVE = Held(ELSEWHERE, 1.0, calls=2, usd=0.5)
DEAD = replace(ALIVE, silent_for=LEASE_SECONDS)
SIGNED_OFF = replace(ALIVE, owner=None)
LEASE = replace(ALIVE, owner=leaseholder(1.0)[0])

amounts = st.integers(1, 40)


def test_what_fits_is_judged_with_all_that_is_pending():
    tab = Tab(last=3, final_usd=0.5, pending=(3,), pending_usd=0.25)
    assert fits(Bounds(cap_usd=1.0), tab, 0.25)
    assert not fits(Bounds(cap_usd=1.0), tab, 0.26)
    assert fits(Bounds(), tab, 1e9)
    assert fits(Bounds(cap_usd=0.75), tab, None), "an unknown price is the caller's to refuse"


def test_only_what_living_processes_hold_may_come_back():
    tab = Tab(last=9, final_usd=1.0, pending=(1, 2), pending_usd=2.0)
    assert over_cap(tab, [ALIVE, DEAD, SIGNED_OFF, LEASE]) == OverCap(spent_usd=2.5, open_usd=0.5)
    assert over_cap(tab, []) == OverCap(spent_usd=3.0, open_usd=0.0)


@pytest.mark.parametrize(("most", "room"), [(2, False), (3, True), (None, True)])
def test_calls_of_the_dead_and_of_leases_take_no_room(most, room):
    found = crowded(Bounds(concurrency=most), [ALIVE, DEAD, SIGNED_OFF, LEASE])
    assert found == (None if room else Crowded(LOOK_AGAIN))


def test_the_wait_ends_when_enough_of_the_minute_has_passed():
    bounds = Bounds(requests_per_minute=3)
    lately = [Departures(1000, 2, 0), Departures(1030, 1, 0)]
    assert too_fast(bounds, lately, 1031.5) == Crowded(1000 + PERIOD + 1 - 1031.5)
    assert too_fast(bounds, lately, 1062.0) is None
    assert too_fast(bounds, [], 1031.5) is None


def test_the_longer_wait_of_requests_and_tokens_counts():
    bounds = Bounds(requests_per_minute=2, tokens_per_minute=100, tokens=60)
    lately = [Departures(1000, 1, 10), Departures(1010, 1, 90)]
    assert too_fast(bounds, lately, 1020.0) == Crowded(1010 + PERIOD + 1 - 1020.0)


def test_more_than_a_minutes_worth_leaves_where_nothing_else_has():
    bounds = Bounds(tokens_per_minute=100, tokens=500)
    assert too_fast(bounds, [], 1000.0) is None
    assert too_fast(bounds, [Departures(1000, 1, 1)], 1000.0) == Crowded(PERIOD + 1.0)


def test_a_clock_that_was_put_back_by_hours_holds_nothing_up():
    assert too_fast(Bounds(requests_per_minute=1), [Departures(9000, 5, 0)], 1000.0) is None


@given(most=amounts, gaps=st.lists(st.floats(0, 20), max_size=120), tokens=st.lists(amounts, min_size=1))
def test_no_61_seconds_see_more_than_a_minutes_worth(most, gaps, tokens):
    """Whoever is told to wait waits so long, and is let go then or told again."""
    now, left, granted = 1000.0, {}, []
    for n, gap in enumerate(gaps):
        now += gap
        amount = tokens[n % len(tokens)]
        bounds = Bounds(requests_per_minute=most, tokens_per_minute=most, tokens=amount)
        while wait := too_fast(bounds, list(left.values()), now):
            now += wait.seconds
        second = left.get(int(now), Departures(int(now), 0, 0))
        left[int(now)] = Departures(int(now), second.requests + 1, second.tokens + amount)
        granted.append((now, amount))
    for start, _ in granted:
        within = [amount for moment, amount in granted if start <= moment <= start + PERIOD]
        assert len(within) <= most
        assert sum(within) <= most or len(within) == 1, "but for one that is larger by itself"
