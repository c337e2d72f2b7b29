"""The correlation of two seats, and how many independent votes a panel is worth."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.statistics.correlation import (
    Together,
    by_chance,
    effective_votes,
    mean_correlation,
    phi,
)

COUNTS = st.integers(0, 500)
TABLES = st.builds(Together, COUNTS, COUNTS, COUNTS, COUNTS)


def turned(table: Together) -> Together:
    return Together(table.both, table.second, table.first, table.neither)


def test_votes_are_counted_by_who_ships():
    votes = Together()
    for first, second in [(True, True), (True, True), (True, False), (False, True), (False, False)]:
        votes.add(first, second)
    assert votes == Together(both=2, first=1, second=1, neither=1)
    assert votes.tools == 5


@given(TABLES)
def test_phi_is_the_same_both_ways_round_and_at_most_one(table):
    assert phi(turned(table)) == phi(table)
    assert phi(table) is None or -1 - 1e-12 <= phi(table) <= 1 + 1e-12


@given(TABLES)
def test_turning_one_seat_round_turns_phi_round(table):
    contrary = Together(table.second, table.neither, table.both, table.first)
    assert phi(contrary) == (None if phi(table) is None else pytest.approx(-phi(table)))


@given(TABLES)
def test_phi_is_pearsons_correlation_of_ones_and_zeros(table):
    n = table.tools
    a, b = table.both + table.first, table.both + table.second
    if phi(table) is None:
        assert a in {0, n} or b in {0, n}
        return
    covariance = table.both / n - a / n * b / n
    deviations = math.sqrt(a / n * (1 - a / n) * b / n * (1 - b / n))
    assert phi(table) == pytest.approx(covariance / deviations, abs=1e-9)


def test_a_seat_that_always_decides_alike_has_no_correlation_which_is_not_nothing():
    assert phi(Together(both=9, first=8)) is None
    assert phi(Together(second=9, neither=8)) is None
    assert phi(Together()) is None
    assert phi(Together(both=1, first=1, second=1, neither=1)) == 0


def test_independent_seats_stay_within_chance_in_about_95_of_100_cases():
    coin = random.Random(3)
    within = 0
    for _ in range(1000):
        votes = Together()
        for _ in range(60):
            votes.add(coin.random() < 0.6, coin.random() < 0.5)
        within += abs(phi(votes) or 0) <= by_chance(60)
    assert within / 1000 == pytest.approx(0.95, abs=0.02)


def test_looking_at_more_pairs_lets_chance_go_further():
    assert by_chance(100) == pytest.approx(0.196, abs=0.001)
    assert by_chance(100) < by_chance(100, pairs=6) < by_chance(25, pairs=6)


def test_pairs_weigh_by_their_common_tools():
    assert mean_correlation([(0.5, 30), (0.1, 10)]) == pytest.approx(0.4)
    assert mean_correlation([]) is None


@given(st.integers(1, 50), st.floats(0, 1))
def test_correlated_votes_weigh_between_one_and_all_of_them(votes, correlation):
    assert 1 - 1e-9 <= effective_votes(votes, correlation) <= votes + 1e-9


@given(st.integers(1, 50))
def test_independent_votes_weigh_what_they_are_and_echoes_weigh_one(votes):
    assert effective_votes(votes, 0) == votes
    assert effective_votes(votes, 1) == pytest.approx(1)


def test_votes_that_contradict_more_than_they_can_have_no_number():
    assert effective_votes(4, -0.2) == pytest.approx(10)
    assert effective_votes(4, -0.5) is None


@given(st.integers(2, 8), st.floats(0.05, 0.9))
def test_the_mean_of_so_many_independent_votes_varies_as_much(votes, correlation):
    # Var(mean of n) = v / n * (1 + (n - 1) rho), which is v / effective.
    variance = (1 + (votes - 1) * correlation) / votes
    assert 1 / effective_votes(votes, correlation) == pytest.approx(variance)
