from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.ledger.base import Answered, InFlight, Unanswered
from panel.calls.ledger.claims import Sibling, obstacle
from panel.calls.ledger.processes import LEASE_SECONDS, Process, this_process

LIVING = this_process()
DEAD = replace(LIVING, pid=2**22 + 1, started="1")
ELSEWHERE = Process("another-machine", 7, "1")


def call(state, owner=LIVING, silent_for=0.0):
    return Sibling(state, owner, silent_for)


LOST = call("maybe_paid")
LEFT_OPEN = call("open", DEAD)


def test_nothing_stands_in_the_way_of_what_nobody_asked():
    assert obstacle([], known=0, most_unanswered=4) is None


def test_a_living_process_that_has_asked_is_waited_for():
    assert obstacle([call("open")], known=0, most_unanswered=4) == InFlight()


@pytest.mark.parametrize("owner", [DEAD, None])
def test_a_dead_or_unknown_one_is_not(owner):
    assert obstacle([call("open", owner)], known=0, most_unanswered=4) is None


def test_one_on_another_machine_is_waited_for_as_long_as_its_lease_runs():
    within, over = LEASE_SECONDS - 1, LEASE_SECONDS + 1
    assert obstacle([call("open", ELSEWHERE, within)], known=0, most_unanswered=4) == InFlight()
    assert obstacle([call("open", ELSEWHERE, over)], known=0, most_unanswered=4) is None


@pytest.mark.parametrize("state", ["kept", "settled"])
def test_a_reply_the_caller_has_not_seen_is_to_be_looked_at_first(state):
    assert obstacle([call(state)], known=0, most_unanswered=4) == Answered()
    assert obstacle([call(state)], known=1, most_unanswered=4) is None


def test_whoever_does_not_care_for_others_neither_waits_nor_looks():
    assert obstacle([call("settled"), call("open")], known=None, most_unanswered=4) is None


def test_a_refused_call_counts_for_nothing():
    assert obstacle([call("abandoned")] * 50, known=0, most_unanswered=4) is None


@pytest.mark.parametrize("lost", [LOST, LEFT_OPEN])
def test_the_fifth_intent_waits_for_a_person(lost):
    assert obstacle([lost] * 3, known=0, most_unanswered=4) is None
    assert obstacle([lost] * 4, known=0, most_unanswered=4) == Unanswered(4)
    assert obstacle([lost] * 4, known=0, most_unanswered=None) is None


def test_a_reply_in_between_begins_the_count_anew():
    calls = [LOST, LOST, LOST, LOST, call("settled"), LOST]
    assert obstacle(calls, known=1, most_unanswered=4) is None


def test_two_calls_in_flight_are_not_taken_for_lost_ones():
    assert obstacle([call("open")] * 9, known=None, most_unanswered=4) is None


STATES = st.sampled_from(["open", "kept", "settled", "abandoned", "maybe_paid"])
SIBLINGS = st.lists(st.builds(Sibling, STATES, st.sampled_from([LIVING, DEAD, None]), st.just(0.0)))


@given(SIBLINGS, st.integers(0, 5), st.integers(1, 5))
def test_two_never_have_the_same_call_in_flight_and_no_reply_is_overlooked(siblings, known, most):
    if obstacle(siblings, known=known, most_unanswered=most) is None:
        assert call("open", LIVING) not in siblings
        assert sum(each.state in {"kept", "settled"} for each in siblings) <= known
