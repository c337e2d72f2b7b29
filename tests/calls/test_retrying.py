import asyncio
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.faults import RETRIED, Fault, cause_of_status
from panel.calls.retrying import RetryBudget, RetryPolicy
from tests.calls.fakes import FakeClock


def play(*faults, took=0.0, stop_at=None, **settings):
    """Run the policy over attempts that raise `faults` in order and then succeed.

    Returns the outcome (an attempt's number or the Fault), the number of attempts, and the waits.
    """
    clock = FakeClock()
    policy = RetryPolicy(sleep=clock.sleep, clock=clock, **{"random": lambda: 1.0, **settings})
    made = 0

    async def attempt(patience):
        nonlocal made
        made += 1
        with patience.running():
            clock.now += took
        if made <= len(faults):
            fault = faults[made - 1]
            policy.refuse_long_wait(fault)
            raise fault
        return made

    async def run():
        stop = asyncio.Event()
        on_wait = stop.set if stop_at == "waiting" else None
        try:
            return await policy.run(attempt, stop=stop, on_wait=on_wait)
        except Fault as fault:
            return fault

    return asyncio.run(run()), made, clock.slept


def overloaded(**more):
    return Fault("overloaded", "529", status=529, **more)


def test_an_outage_is_asked_again_with_growing_waits_three_requests_in_all():
    outcome, made, slept = play(overloaded(), overloaded())
    assert (outcome, made) == (3, 3)
    assert slept == [0.5, 1.0]


def test_the_third_outage_is_the_last():
    last = overloaded()
    outcome, made, _ = play(overloaded(), overloaded(), last, overloaded())
    assert outcome is last
    assert made == 3


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_a_status_that_may_pass_is_asked_three_times_in_all_with_jittered_waits(status):
    def fail():
        return Fault(cause_of_status(status), "no", status=status)

    outcome, made, slept = play(fail(), fail(), fail(), fail(), random=iter([0.25, 0.75, 0.5]).__next__)
    assert (outcome.status, outcome.kind, made) == (status, "outage", 3)
    assert slept == [0.125, 0.75], "a random share of half a second, then of a whole one"


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 413, 422])
def test_a_status_that_will_not_pass_is_asked_once(status):
    outcome, made, slept = play(Fault(cause_of_status(status), "no", status=status, retry_after=1.0))
    assert (outcome.status, made, slept) == (status, 1, [])


@pytest.mark.parametrize(
    "cause", ["quota", "key", "permission", "model", "request", "too_large", "deadline", "budget", "stopped"]
)
def test_what_asking_again_cannot_mend_is_asked_once(cause):
    outcome, made, slept = play(Fault(cause, "no"))
    assert outcome.cause == cause
    assert (made, slept) == (1, [])


def test_a_server_that_asks_to_wait_is_given_at_least_that_long():
    outcome, made, slept = play(Fault("rate_limit", "429", retry_after=1.0), random=lambda: 0.0)
    assert (outcome, made, slept) == (2, 2, [1.0])
    _, _, slept = play(Fault("rate_limit", "429", retry_after=1.0), random=lambda: 1.0)
    assert slept == [1.5], "jitter comes on top, or all would come back at once"


def test_a_wait_of_a_day_is_not_slept_through_but_parked():
    outcome, made, slept = play(Fault("rate_limit", "429 from fake", status=429, retry_after=86400.0))
    assert (outcome.cause, outcome.kind, made, slept) == ("long_wait", "parked", 1, [])
    assert outcome.message == "429 from fake; the server asks to wait 24 h 0 min"
    assert outcome.status == 429


def test_an_endless_wait_is_parked_too():
    outcome, _, slept = play(Fault("rate_limit", "429", retry_after=float("inf")))
    assert (outcome.cause, slept) == ("long_wait", [])


@pytest.mark.parametrize("senseless", [None, 0.0, -5.0, float("nan")])
def test_a_senseless_wait_counts_as_none(senseless):
    outcome, _, slept = play(Fault("rate_limit", "429", retry_after=senseless))
    assert (outcome, slept) == (2, [0.5])


@given(
    asked=st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)),
    luck=st.floats(0, 1),
    cause=st.sampled_from(sorted(RETRIED)),
)
def test_no_sleep_is_longer_than_five_minutes_or_shorter_than_asked(asked, luck, cause):
    fault = Fault(cause, "again", retry_after=asked)
    outcome, _, slept = play(fault, fault, random=lambda: luck, deadline=10_000.0)
    if slept:
        assert outcome == 3
        assert all(0 <= wait <= 300 for wait in slept)
        assert all(wait >= asked for wait in slept if asked is not None and asked > 0)
    else:
        assert outcome.cause == "long_wait"
        assert asked > 300


def test_jitter_never_lengthens_a_wait_beyond_five_minutes():
    _, _, slept = play(Fault("rate_limit", "429", retry_after=300.0), deadline=10_000.0)
    assert slept == [300.0]


def test_backoff_grows_to_its_limit_only():
    faults = [overloaded() for _ in range(9)]
    _, _, slept = play(*faults, attempts=10)
    assert slept == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0, 8.0]


def test_a_wait_longer_than_the_deadline_is_not_begun_but_parked():
    outcome, made, slept = play(Fault("rate_limit", "429 from fake", status=429, retry_after=200.0))
    assert (outcome.cause, outcome.kind, outcome.status) == ("long_wait", "parked", 429)
    assert (made, slept) == (1, [])
    assert outcome.message == (
        "429 from fake; the server asks to wait 3 min 20 s, longer than the call deadline of 180 s"
    )


def test_a_wait_longer_than_what_is_left_is_parked_too():
    first, second = overloaded(), Fault("rate_limit", "429 from fake", retry_after=100.0)
    outcome, made, slept = play(first, second, took=50.0)
    assert (outcome.cause, outcome.retry_after) == ("long_wait", 100.0)
    assert (made, slept) == (2, [0.5])
    assert outcome.message == (
        "429 from fake; the server asks to wait 1 min 40 s, longer than is left of the call deadline"
    )


def test_a_wait_that_fits_the_deadline_is_waited_for():
    outcome, made, slept = play(Fault("rate_limit", "429", retry_after=170.0))
    assert (outcome, made, slept) == (2, 2, [170.5])


@pytest.mark.parametrize(("deadline", "waited"), [(171.0, 170.5), (170.5, 170.0), (170.1, 170.0)])
def test_jitter_that_no_longer_fits_the_deadline_is_left_away_and_the_wait_asked_for_is_kept(
    deadline, waited
):
    outcome, made, slept = play(Fault("rate_limit", "429", retry_after=170.0), deadline=deadline)
    assert (outcome, made, slept) == (2, 2, [waited])


@given(asked=st.floats(0.001, 400), took=st.floats(0, 200), luck=st.floats(0, 1), deadline=st.floats(1, 1000))
def test_what_a_server_asks_for_is_slept_in_full_or_not_at_all(asked, took, luck, deadline):
    fault = Fault("overloaded", "529", retry_after=asked)
    outcome, _, slept = play(fault, took=took, random=lambda: luck, deadline=deadline)
    if asked > 300 or asked >= deadline - took:
        assert (outcome.cause, slept) == ("long_wait", [])
    else:
        assert outcome == 2
        assert len(slept) == 1
        assert asked <= slept[0] <= min(300, deadline - took)


def test_the_policy_itself_parks_a_wait_over_five_minutes_that_no_attempt_refused():
    async def run():
        clock = FakeClock()

        async def attempt(_patience):
            raise Fault("overloaded", "529", retry_after=301.0)

        with pytest.raises(Fault) as caught:
            await RetryPolicy(deadline=10_000.0, sleep=clock.sleep, clock=clock).run(
                attempt, stop=asyncio.Event()
            )
        return caught.value.cause, clock.slept

    assert asyncio.run(run()) == ("long_wait", [])


def test_our_own_wait_that_would_pass_the_deadline_is_an_outage_and_no_long_wait():
    slow = overloaded()
    outcome, made, slept = play(slow, deadline=0.4)
    assert outcome is slow
    assert (made, slept) == (1, [])


def test_what_asking_again_cannot_mend_is_no_long_wait_whatever_the_server_asks():
    outcome, _, _ = play(Fault("quota", "no", retry_after=86400.0))
    assert outcome.cause == "quota"


def test_the_deadline_covers_all_attempts_and_the_waits_between_them():
    outcome, made, slept = play(overloaded(), overloaded(), overloaded(), took=40.0, deadline=81.0)
    assert outcome.cause == "overloaded"
    # 40 s, 0.5 s, 40 s leave half a second, which the next wait of a whole one would pass.
    assert (made, slept) == (2, [0.5])


def test_a_call_that_may_have_been_billed_twice_is_not_sent_a_third_time():
    cut = [Fault("connection", "closed in mid-body", maybe_paid=True) for _ in range(3)]
    outcome, made, _ = play(*cut)
    assert outcome is cut[1]
    assert made == 2


def test_a_stop_ends_the_wait_at_once():
    outcome, made, _ = play(overloaded(), stop_at="waiting")
    assert (outcome.cause, made) == ("stopped", 1)


def test_a_stop_wakes_a_real_sleeper():
    async def run():
        stop = asyncio.Event()
        policy = RetryPolicy(random=lambda: 1.0, first_wait=8.0)

        async def attempt(_patience):
            asyncio.get_running_loop().call_later(0.01, stop.set)
            raise overloaded()

        start = time.monotonic()
        with pytest.raises(Fault) as caught:
            await policy.run(attempt, stop=stop)
        return caught.value.cause, time.monotonic() - start

    cause, seconds = asyncio.run(run())
    assert cause == "stopped"
    assert seconds < 2


# ---------------------------------------------------------------- the run's budget of retries


def simulate(calls, fails, *, seed=1):
    """So many calls under one policy; `fails(chance)` says what a request fails with, None for well.

    Returns the calls' endings, the number of requests, and the budget.
    """
    clock, chance, requests = FakeClock(), random.Random(seed), 0
    policy = RetryPolicy(sleep=clock.sleep, clock=clock, random=chance.random)

    async def attempt(_patience):
        nonlocal requests
        requests += 1
        fault = fails(chance)
        if fault is not None:
            raise fault
        return "well"

    async def run():
        stop, endings = asyncio.Event(), []
        for _ in range(calls):
            try:
                endings.append(await policy.run(attempt, stop=stop))
            except Fault as fault:
                endings.append(fault)
        return endings

    return asyncio.run(run()), requests, policy.budget


def test_twenty_retries_are_free_however_small_the_run():
    _, requests, budget = simulate(1, lambda _: overloaded())
    assert (requests, budget.calls, budget.retries) == (3, 1, 2)
    _, requests, budget = simulate(10, lambda _: overloaded())
    assert (requests, budget.calls, budget.retries) == (30, 10, 20)


def test_where_everything_fails_retries_end_at_a_tenth_of_the_calls():
    endings, requests, budget = simulate(1000, lambda _: overloaded())
    assert (budget.calls, budget.retries, requests) == (1000, 100, 1100)
    assert {ending.cause for ending in endings} == {"overloaded"}


def test_a_call_that_the_budget_ends_is_an_outage_and_says_so():
    endings, _, _ = simulate(12, lambda _: overloaded())
    assert endings[9].message == "529"
    last = endings[-1]
    assert (last.kind, last.status) == ("outage", 529)
    assert last.message == str(last) == "529; not asked again, the run's retry budget is used up"


def test_what_asking_again_cannot_mend_takes_nothing_from_the_budget():
    _, requests, budget = simulate(50, lambda _: Fault("request", "400", status=400))
    assert (requests, budget.calls, budget.retries) == (50, 50, 0)


def test_a_call_that_was_turned_away_unsent_earns_no_retries():
    def turned_away(_chance):
        fault = Fault("breaker", "open")
        fault.attempts = 0
        return fault

    _, _, budget = simulate(300, turned_away)
    assert budget.calls == 0


def test_calls_that_wait_or_are_in_flight_earn_no_retries_yet():
    async def run():
        policy, go = RetryPolicy(), asyncio.Event()
        tasks = [
            asyncio.create_task(policy.run(lambda _patience: go.wait(), stop=asyncio.Event()))
            for _ in range(5)
        ]
        await asyncio.sleep(0)
        before = policy.budget.calls
        go.set()
        await asyncio.gather(*tasks)
        return before, policy.budget.calls

    assert asyncio.run(run()) == (0, 5)


@given(st.lists(st.booleans(), max_size=600))
def test_retries_never_pass_a_tenth_of_the_calls_or_twenty(calls_and_retries):
    budget = RetryBudget()
    for is_call in calls_and_retries:
        if is_call:
            budget.count_call()
        elif not budget.take():
            assert budget.retries >= max(20, budget.calls // 10)
        assert budget.retries <= max(20, budget.calls / 10)


def test_ten_percent_of_random_faults_over_25_000_calls_cost_at_most_15_percent_more_requests():
    causes = sorted(RETRIED)

    def fails(chance):
        if chance.random() >= 0.1:
            return None
        return Fault(chance.choice(causes), "again", maybe_paid=chance.random() < 0.3)

    endings, requests, budget = simulate(25_000, fails, seed=34)
    faults = [ending for ending in endings if ending != "well"]
    assert len(endings) == 25_000
    assert {fault.cause for fault in faults} <= set(causes)
    assert 25_000 + budget.retries < requests <= 1.15 * 25_000, "a 429 takes nothing from the budget"
    assert budget.retries <= 2500
    assert len(faults) < 0.02 * 25_000, "most of what can be mended is"
