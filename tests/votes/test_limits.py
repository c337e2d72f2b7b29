import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from panel.votes.limits import Limit, Limits, Rate


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@given(st.lists(st.floats(0, 20), max_size=60), st.integers(1, 5))
def test_never_more_than_the_rate_and_its_burst(pauses, votes):
    clock, taken = Clock(), 0
    limit = Limit(Rate(votes, 10.0), clock=clock)
    for pause in pauses:
        clock.now += pause
        if limit.wait("a") == 0:
            limit.take("a")
            taken += 1
    assert taken <= votes + clock.now * votes / 10.0 + 1e-6


def test_who_waits_as_long_as_was_said_may_vote():
    clock = Clock()
    limit = Limit(Rate(2, 100.0), clock=clock)
    limit.take("a")
    limit.take("a")
    wait = limit.wait("a")
    assert wait == 50
    clock.now += wait
    assert limit.wait("a") == 0
    assert limit.wait("b") == 0


def test_a_vote_that_one_limit_refuses_costs_nothing_of_the_other():
    limits = Limits(Rate(3, 3600.0), Rate(1, 3600.0), clock=Clock())
    waits = [limits.take("net", tool) == 0 for tool in ("a", "a", "a", "b", "c", "d")]
    assert waits == [True, False, False, True, True, False]


def test_a_million_networks_take_the_memory_of_the_most_that_are_remembered():
    limit = Limit(Rate(1, 10.0), most=1000, clock=Clock())
    for number in range(1000):
        limit.take(f"{number:016x}")
    tracemalloc.start()
    for number in range(1000, 50_000):
        limit.take(f"{number:016x}")
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(limit) == 1000
    assert grown < 1_000_000
    assert limit.wait(f"{49_999:016x}") > 0
