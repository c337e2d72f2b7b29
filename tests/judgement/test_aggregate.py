"""The count of a panel: what it comes to, what is said of it, and who objects."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.outcomes import Tally
from panel.judgement.aggregate import (
    OBJECTION_LENGTH,
    dissent,
    headline,
    in_a_word,
    outcome,
    percent,
    quorum,
    same_verdict,
    status,
    tally,
)
from tests.judgement.samples import finding, panel, verdict

DECISIONS = st.lists(st.sampled_from(["ship", "skip", "contested"]), max_size=6)


@pytest.mark.parametrize(
    ("seated", "needed"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 6), (8, 6), (12, 9)]
)
def test_quorum_is_three_quarters_of_the_seats_rounded_up(seated, needed):
    assert quorum(seated) == needed


@pytest.mark.parametrize(("ship", "value"), [(0, 0), (1, 25), (2, 50), (3, 75), (4, 100)])
def test_four_seats_give_the_percentages_of_a_full_panel(ship, value):
    decisions = ["ship"] * ship + ["skip"] * (4 - ship)
    assert tally(panel(*decisions), 4).percent == value


@pytest.mark.parametrize(
    ("ship", "counted", "value"), [(1, 8, 13), (3, 8, 38), (1, 3, 33), (2, 3, 67), (1, 200, 1)]
)
def test_a_half_is_rounded_up(ship, counted, value):
    assert percent(ship, counted, counted) == value


def test_below_quorum_there_is_no_percentage():
    count = tally(panel("ship", "ship"), 4)
    assert (count.percent, count.quorum, status(count)) == (None, 3, "no_quorum")


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        (("ship", "ship", "ship", "skip"), "ship"),
        (("ship", "skip", "skip", "skip"), "skip"),
        (("ship", "ship", "skip", "skip"), "a tie"),
        (("ship", "ship"), "no quorum"),
        ((), "no quorum"),
    ],
)
def test_what_a_panel_comes_to_is_said_in_a_word(decisions, said):
    assert in_a_word(tally(panel(*decisions), 4)) == said


@pytest.mark.parametrize(
    ("ship", "counted", "percent", "says"),
    [
        (3, 4, 75, "ship"),
        (1, 4, 25, "skip"),
        (2, 4, 50, "a tie"),
        (2, 3, 67, "ship"),
        (1, 2, None, "no quorum"),
    ],
)
def test_a_stored_count_is_said_in_a_word(ship, counted, percent, says):
    count = Tally(ship=ship, counted=counted, seated=4, percent=percent, quorum=3)
    assert in_a_word(count) == says


def test_three_of_four_seats_are_enough():
    count = tally(panel("ship", "ship", "skip"), 4)
    assert (count.percent, status(count)) == (67, "partial")


def test_a_contested_verdict_is_not_counted():
    count = tally(panel("ship", "contested", "skip", "ship"), 4)
    assert (count.ship, count.counted, count.seated, status(count)) == (2, 3, 4, "partial")


def test_every_seat_counting_is_complete():
    assert status(tally(panel("ship", "skip", "ship", "ship"), 4)) == "complete"


def test_no_seats_at_all_are_no_quorum():
    assert status(tally((), 0)) == "no_quorum"


@given(decisions=DECISIONS, failed=st.integers(0, 4))
def test_a_percentage_lies_between_0_and_100_and_within_a_half_of_the_share(decisions, failed):
    count = tally(panel(*decisions), len(decisions) + failed)
    assert 0 <= count.ship <= count.counted <= count.seated
    if count.percent is None:
        assert count.counted < max(count.quorum, 1)
    else:
        error = count.percent - Fraction(100 * count.ship, count.counted)
        assert Fraction(-1, 2) < error <= Fraction(1, 2)


@given(decisions=DECISIONS, at=st.integers(0, 5), failed=st.integers(0, 2))
def test_a_seat_that_turns_to_ship_never_lowers_the_percentage(decisions, at, failed):
    seated = len(decisions) + failed
    if at >= len(decisions) or decisions[at] != "skip":
        return
    before = tally(panel(*decisions), seated).percent
    after = tally(panel(*decisions[:at], "ship", *decisions[at + 1 :]), seated).percent
    assert (before is None) == (after is None)
    assert before is None or after >= before


@pytest.mark.parametrize(
    ("decisions", "seated", "line"),
    [
        (["ship", "ship", "ship", "skip"], 4, "75 % panel ship, 3 of 4"),
        (["ship", "skip", "ship", "skip"], 4, "50 % panel ship, 2 of 4: a tie"),
        (["skip", "skip", "skip", "skip"], 4, "0 % panel ship, 0 of 4"),
        (["ship", "skip"], 4, "no percentage: 2 of 4 reviews, 3 needed"),
        (["ship", "contested", "ship", "skip"], 4, "67 % panel ship, 2 of 3 (1 of 4 seats not counted)"),
        ([], 0, "no percentage: 0 of 0 reviews, 1 needed"),
    ],
)
def test_the_headline_says_k_of_n_ties_and_gaps(decisions, seated, line):
    assert headline(tally(panel(*decisions), seated)) == line


def test_the_seat_against_the_majority_dissents():
    assert [(d.persona, d.decision) for d in dissent(panel("ship", "skip", "ship", "ship"))] == [
        ("skeptic", "skip")
    ]
    assert [(d.persona, d.decision) for d in dissent(panel("skip", "skip", "ship", "skip"))] == [
        ("futurist", "ship")
    ]


def test_on_a_tie_each_skip_dissents():
    assert [d.persona for d in dissent(panel("ship", "skip", "skip", "ship"))] == ["skeptic", "futurist"]


def test_nobody_dissents_from_a_unanimous_or_an_empty_panel():
    assert dissent(panel("ship", "ship")) == ()
    assert dissent(panel("skip", "skip")) == ()
    assert dissent(()) == ()


def test_a_contested_seat_neither_dissents_nor_counts():
    assert dissent((*panel("skip", "skip"), verdict("business", "ship", contested=True))) == ()


@given(decisions=DECISIONS)
def test_dissenters_are_never_more_than_half_of_the_counted_seats(decisions):
    seats = panel(*decisions)
    counted = [v for v in seats if not v.contested]
    dissenters = dissent(seats)
    assert 2 * len(dissenters) <= len(counted)
    assert len({d.decision for d in dissenters}) <= 1


def _objection(*findings, paragraph="One. Two."):
    seats = (*panel("ship", "ship"), verdict("skeptic", "skip", findings=findings, paragraph=paragraph))
    return dissent(seats)[0].objection


def test_the_objection_is_the_heaviest_finding_that_leans_the_way_of_the_decision():
    heaviest = finding("against", "decisive", "No licence is named.")
    assert (
        _objection(
            finding("for", "decisive", "It is fast."), finding("against", "major", "It is new."), heaviest
        )
        == "No licence is named."
    )


def test_of_equally_heavy_findings_the_first_is_the_objection():
    assert (
        _objection(finding("against", "major", "First."), finding("against", "major", "Second.")) == "First."
    )


def test_without_such_a_finding_the_paragraph_s_first_sentence_is_the_objection():
    assert (
        _objection(finding("neutral"), paragraph="Too new, e.g. no tests. Wait.") == "Too new, e.g. no tests."
    )


@given(says=st.text(min_size=1, max_size=400))
def test_an_objection_is_one_line_of_at_most_160_characters(says):
    line = _objection(finding("against", "major", says), paragraph=says)
    assert len(line) <= OBJECTION_LENGTH
    assert len(line.splitlines()) <= 1


def test_a_long_objection_is_cut_at_a_word():
    line = _objection(finding("against", "major", "word " * 60))
    assert line.endswith("word…")
    assert OBJECTION_LENGTH - 5 <= len(line) <= OBJECTION_LENGTH


@pytest.mark.parametrize(
    ("decisions", "comes_to"),
    [
        (["ship"] * 3 + ["skip"], "ship"),
        (["skip"] * 3 + ["ship"], "skip"),
        (["ship", "ship", "skip", "skip"], "tie"),
        (["ship", "ship"], None),
    ],
)
def test_a_panel_comes_to_what_most_say_to_a_tie_or_to_nothing(decisions, comes_to):
    assert outcome(tally(panel(*decisions), 4)) == comes_to


def test_a_verdict_is_another_if_its_percentage_is():
    all_four, three, none = (tally(panel(*["ship"] * n), 4) for n in (4, 3, 2))
    three_of_four = tally(panel("ship", "ship", "ship", "skip"), 4)
    assert same_verdict(all_four, three)
    assert not same_verdict(all_four, three_of_four)
    assert not same_verdict(all_four, none)
