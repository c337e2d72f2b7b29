"""The window: opened at once, cut by refusals, regained slowly, and never outside its bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.windows import GROW_AFTER, START, Window


@pytest.mark.parametrize(("ceiling", "first"), [(1, 1), (3, 3), (4, START), (64, START)])
def test_it_starts_small_and_opens_at_once_with_the_first_good_answer(ceiling, first):
    window = Window(ceiling)
    assert window.size == first
    window.answered(full=False)
    assert window.size == ceiling


def test_a_refusal_cuts_it_and_many_good_answers_bring_back_one_call():
    window = Window(64)
    window.answered(full=True)
    window.refused(window.cuts, window.size)
    assert window.size == 48
    for _ in range(GROW_AFTER - 1):
        window.answered(full=True)
    assert window.size == 48
    window.answered(full=True)
    assert window.size == 49


def test_a_burst_of_refusals_of_calls_that_were_in_flight_together_is_one_cut_that_finds_the_limit():
    window = Window(64)
    window.answered(full=True)
    together = window.cuts
    for _ in range(56):
        window.refused(together, in_flight=64)
    assert window.size == 8, "as many as were not refused"
    window.refused(window.cuts, in_flight=8)
    assert window.size == 6


def test_a_burst_in_which_all_are_refused_leaves_as_many_as_at_the_start():
    window = Window(64)
    window.answered(full=True)
    together = window.cuts
    for left in range(64, 0, -1):
        window.refused(together, in_flight=left)
    assert window.size == START


def test_refusals_of_calls_from_before_the_last_cut_change_nothing():
    window = Window(64)
    window.answered(full=True)
    window.refused(0, in_flight=64)
    window.refused(1, in_flight=48)
    window.refused(0, in_flight=36)
    assert window.size == 36


def test_once_cut_it_does_not_open_at_once_any_more():
    window = Window(64)
    window.refused(window.cuts, window.size)
    window.answered(full=True)
    assert window.size == 3


def test_good_answers_while_there_was_room_prove_nothing():
    window = Window(64)
    window.answered(full=True)
    window.refused(window.cuts, window.size)
    for _ in range(10 * GROW_AFTER):
        window.answered(full=False)
    assert window.size == 48


@given(st.integers(-3, 300), st.lists(st.sampled_from(["good", "room", "refused", "late"]), max_size=200))
def test_it_stays_between_one_and_its_ceiling_and_only_refusals_make_it_smaller(ceiling, ends):
    window = Window(ceiling)
    for end in ends:
        before = window.size
        if end in {"good", "room"}:
            window.answered(full=end == "good")
            assert window.size >= before
        else:
            window.refused(window.cuts - (end == "late"), window.size)
            assert window.size <= before
        assert 1 <= window.size <= max(1, ceiling)
