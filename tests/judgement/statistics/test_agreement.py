"""Krippendorff's alpha: published examples, and what must hold for any data."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from panel.judgement.statistics.agreement import alpha

VOTES = st.lists(st.lists(st.booleans(), max_size=6), max_size=30)


def units(*observers: str) -> list[list[str]]:
    """Units from observers' rows; a full stop is a missing value."""
    rows = [row.split() for row in observers]
    return [[value for value in unit if value != "."] for unit in zip(*rows, strict=True)]


# The data and results are those of Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability,
# sections A to C; results are printed there with three decimals.


def test_the_published_example_with_binary_data_and_two_observers():
    data = units("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
    assert alpha(data) == pytest.approx(0.095, abs=0.0005)


def test_the_published_example_with_nominal_data_and_two_observers():
    data = units("a a b b d c c c e d d a", "b a b b b c c c e d d d")
    assert alpha(data) == pytest.approx(0.692, abs=0.0005)


def test_the_published_example_with_nominal_data_four_observers_and_missing_values():
    data = units(
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
    assert alpha(data) == pytest.approx(0.743, abs=0.0005)


@given(st.lists(st.tuples(st.booleans(), st.integers(2, 6)), min_size=2))
def test_perfect_agreement_is_one(judged):
    assume(len({value for value, _ in judged}) > 1)
    assert alpha([[value] * observers for value, observers in judged]) == 1


def test_votes_by_chance_come_to_about_nothing():
    coin = random.Random(11)
    data = [[coin.random() < 0.7 for _ in range(4)] for _ in range(4000)]
    assert alpha(data) == pytest.approx(0, abs=0.02)


@given(VOTES)
def test_it_is_never_more_than_one(data):
    found = alpha(data)
    assert found is None or found <= 1


@given(VOTES, st.randoms(use_true_random=False))
def test_neither_the_order_of_units_nor_that_of_votes_matters(data, shuffler):
    mixed = [shuffler.sample(unit, len(unit)) for unit in data]
    shuffler.shuffle(mixed)
    assert alpha(mixed) == pytest.approx(alpha(data))


@given(VOTES, st.booleans())
def test_what_one_observer_alone_judged_changes_nothing(data, lone):
    assert alpha([*data, [lone], []]) == alpha(data)


@given(VOTES)
def test_ship_and_skip_are_on_a_par(data):
    assert alpha([[not vote for vote in unit] for unit in data]) == alpha(data)


@pytest.mark.parametrize("data", [[], [[True]], [[True, True]], [[True, True], [True, True, True], [False]]])
def test_it_is_undefined_where_all_paired_votes_are_the_same(data):
    assert alpha(data) is None


def test_two_who_always_differ_are_below_chance():
    assert alpha([[True, False]] * 10) < 0
