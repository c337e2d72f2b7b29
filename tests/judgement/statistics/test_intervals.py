"""Wilson's interval of a share."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.statistics.intervals import wilson

SHARES = st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(SHARES)
def test_it_holds_the_share_and_stays_between_nothing_and_all(share):
    hits, of = share
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    assert low < high


@given(SHARES)
def test_counting_the_misses_turns_it_round(share):
    hits, of = share
    low, high = wilson(hits, of)
    assert wilson(of - hits, of) == pytest.approx((1 - high, 1 - low))


@given(SHARES)
def test_ten_times_the_cases_make_it_narrower(share):
    hits, of = share
    few, many = wilson(hits, of), wilson(10 * hits, 10 * of)
    assert many[1] - many[0] < few[1] - few[0]


@given(SHARES)
def test_its_ends_are_where_the_share_is_just_1_96_standard_errors_away(share):
    # The equation the interval solves: (p - e)² = z² e (1 - e) / n.
    hits, of = share
    for end in wilson(hits, of):
        assert (hits / of - end) ** 2 == pytest.approx(1.959964**2 * end * (1 - end) / of, abs=1e-9)


def test_it_holds_the_true_share_in_95_of_100_cases_on_average_over_shares():
    # Exact, by the binomial distribution. At single shares the coverage swings about 95 %, as is known
    # (Brown, Cai and DasGupta 2001, Statistical Science 16).
    of, covered = 40, []
    for share in (number / 200 for number in range(10, 191)):
        chances = [math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(of + 1)]
        held = [low <= share <= high for low, high in (wilson(k, of) for k in range(of + 1))]
        covered.append(sum(chance for chance, holds in zip(chances, held, strict=True) if holds))
    assert sum(covered) / len(covered) == pytest.approx(0.95, abs=0.005)
    assert min(covered) > 0.9


@pytest.mark.parametrize(("hits", "of"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_share_is_refused(hits, of):
    with pytest.raises(ValueError, match="no share"):
        wilson(hits, of)
