"""Two reviewers over the same tools: the published numbers, and a thousand experiments with a known truth."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.statistics.paired import Paired, interval, mcnemar, more_needed, outcome

COUNTS = st.integers(0, 60)
TABLES = st.builds(Paired, both=COUNTS, only_first=COUNTS, only_second=COUNTS, neither=COUNTS)


def mirrored(pairs):
    return Paired(pairs.both, pairs.only_second, pairs.only_first, pairs.neither)


def test_the_exact_test_gives_the_published_numbers():
    # Fagerland, Lydersen, Laake (2013), BMC Medical Research Methodology 13:91: 21 children before and after
    # a transplantation, 1 and 7 of them discordant.
    assert mcnemar(Paired(1, 1, 7, 12)) == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar(Paired(0, 0, 6, 0)) == pytest.approx(2 / 64)
    assert mcnemar(Paired(9, 0, 0, 9)) == 1.0


def test_the_interval_gives_the_published_numbers():
    # The same 21 children in Fagerland, Lydersen, Laake (2014), Statistics in Medicine 33, 2850-2875; theirs
    # is the first's share less the second's.
    low, high = interval(Paired(1, 1, 7, 12))
    assert (-high, -low) == pytest.approx((-0.509, -0.013), abs=1e-3)


@given(TABLES)
def test_exchanging_the_two_turns_the_result_round(pairs):
    turned = mirrored(pairs)
    assert mcnemar(turned) == mcnemar(pairs)
    low, high = interval(pairs)
    assert interval(turned) == pytest.approx((-high, -low))
    opposite = {"better": "worse", "worse": "better", "inconclusive": "inconclusive"}
    assert outcome(turned) == opposite[outcome(pairs)]
    assert more_needed(turned) == more_needed(pairs) >= 1


@given(TABLES)
def test_the_numbers_stay_in_their_range(pairs):
    low, high = interval(pairs)
    assert -1 <= low <= high <= 1
    assert 0 < mcnemar(pairs) <= 1


def test_tools_on_which_two_agree_decide_nothing():
    assert mcnemar(Paired(50, 1, 5, 50)) == mcnemar(Paired(0, 1, 5, 0))


def experiment(dice, tools, first, second):
    """Two simulated reviewers that hit a tool's golden decision with known chances, independently."""
    return Paired.of((dice.random() < first, dice.random() < second) for _ in range(tools))


@pytest.mark.parametrize("tools", [8, 16, 40])
def test_of_two_equally_good_ones_neither_is_called_better_more_often_than_the_stated_rate(tools):
    dice = random.Random(7)
    said = [outcome(experiment(dice, tools, 0.75, 0.75)) for _ in range(1_000)]
    assert sum(each != "inconclusive" for each in said) <= 50


def test_a_much_better_one_is_found_and_a_worse_one_never_called_better():
    dice = random.Random(8)
    said = [outcome(experiment(dice, 40, 0.5, 0.9)) for _ in range(1_000)]
    assert said.count("better") > 900
    assert said.count("worse") == 0


def test_with_as_many_tools_as_it_asked_for_the_difference_is_found_four_times_out_of_five():
    # What a pilot of a known table asks for, tried a thousand times with that table as the truth.
    pilot = Paired(both=10, only_first=2, only_second=5, neither=3)
    tools = pilot.tools + more_needed(pilot)
    dice = random.Random(9)
    cells = [(True, True)] * 10 + [(True, False)] * 2 + [(False, True)] * 5 + [(False, False)] * 3
    said = [outcome(Paired.of(dice.choices(cells, k=tools))) for _ in range(1_000)]
    assert 0.7 <= said.count("better") / 1_000 <= 0.92
