from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.outcomes import Community
from panel.judgement.community import MINIMUM, shown


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_from_five_votes_on_the_share_is_shown_half_rounded_up_and_before_nothing(ship, skip):
    count = shown(ship, ship + skip)
    if ship + skip < MINIMUM:
        assert count == Community(ship=0, votes=0, percent=None)
    else:
        assert (count.ship, count.votes) == (ship, ship + skip)
        assert Fraction(-1, 2) < Fraction(100 * ship, ship + skip) - count.percent < Fraction(1, 2) or (
            Fraction(100 * ship, ship + skip) - count.percent == Fraction(-1, 2)
        )


def test_four_votes_are_too_few_and_five_are_enough():
    assert shown(4, 4).percent is None
    assert shown(4, 5).percent == 80
    assert shown(1, 8).percent == 13  # 12.5


@pytest.mark.parametrize(("ship", "votes"), [(-1, 5), (6, 5)])
def test_what_no_count_can_be_is_refused(ship, votes):
    with pytest.raises(ValueError, match="votes"):
        shown(ship, votes)
