import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.budget import Budget
from panel.calls.faults import Fault
from panel.core.errors import InputError

MODEL = "some-model"


def test_what_does_not_fit_is_refused_with_what_is_spent_and_left():
    budget = Budget(1.0, spent_usd=0.25)
    budget.reserve(0.5, model=MODEL)
    with pytest.raises(Fault) as caught:
        budget.reserve(0.5, model=MODEL)
    assert caught.value.cause == "budget"
    assert "$0.2500 spent" in caught.value.message
    assert "$0.2500 left" in caught.value.message
    assert budget.left == 0.25


def test_under_a_cap_below_what_a_resumed_run_has_spent_nothing_is_left():
    with pytest.raises(Fault, match=r"\$0\.8000 spent, \$0\.0000 left"):
        Budget(0.5, spent_usd=0.8).reserve(0.1, model=MODEL)


def test_settling_gives_back_what_was_not_used():
    budget = Budget(1.0)
    budget.settle(budget.reserve(0.9, model=MODEL), 0.1)
    assert budget.left == pytest.approx(0.9)
    assert budget.spent_usd == 0.1


def test_an_unknown_cost_is_charged_as_reserved():
    budget = Budget(1.0)
    budget.settle(budget.reserve(0.9, model=MODEL), None)
    assert budget.spent_usd == 0.9


def test_an_unknown_price_under_a_cap_is_refused_with_the_way_out():
    with pytest.raises(InputError) as caught:
        Budget(1.0).reserve(None, model="llama3.2")
    assert "llama3.2" in caught.value.message
    assert caught.value.hint is not None
    assert "--price-in" in caught.value.hint
    assert "--price-out" in caught.value.hint


def test_without_a_cap_everything_fits_and_an_unknown_price_is_no_obstacle():
    budget = Budget(None)
    assert budget.reserve(None, model=MODEL) == 0.0
    assert budget.reserve(1e9, model=MODEL) == 1e9
    assert budget.left is None


def test_a_call_waits_for_the_money_others_give_back():
    async def run() -> list[str]:
        budget, log = Budget(1.0), []
        held = budget.reserve(0.8, model=MODEL)

        async def second() -> None:
            await budget.reserve_when_free(0.8, model=MODEL)
            log.append("second reserved")

        waiting = asyncio.create_task(second())
        await asyncio.sleep(0)
        log.append("first settles")
        budget.settle(held, 0.1)
        await waiting
        return log

    assert asyncio.run(run()) == ["first settles", "second reserved"]


def test_a_call_does_not_wait_where_nothing_can_come_back():
    async def nothing_in_flight() -> None:
        await Budget(1.0, spent_usd=0.5).reserve_when_free(0.8, model=MODEL)

    async def too_dear_whatever_comes_back() -> None:
        budget = Budget(1.0)
        budget.reserve(0.1, model=MODEL)
        await budget.reserve_when_free(1.5, model=MODEL)

    for case in (nothing_in_flight, too_dear_whatever_comes_back):
        with pytest.raises(Fault) as caught:
            asyncio.run(asyncio.wait_for(case(), 1))
        assert caught.value.cause == "budget"


@given(
    cap=st.floats(0, 10),
    spent=st.floats(0, 10),
    steps=st.lists(st.tuples(st.booleans(), st.floats(0, 3), st.floats(0, 1), st.integers(0, 9))),
)
def test_spent_and_held_money_never_pass_the_cap_whatever_the_order(cap, spent, steps):
    budget, open_ = Budget(cap, spent_usd=min(spent, cap)), []
    for is_reservation, amount, share, which in steps:
        if is_reservation:
            try:
                open_.append(budget.reserve(amount, model=MODEL))
            except Fault:
                assert budget.spent_usd + sum(open_) + amount > cap - 1e-9
        elif open_:
            reserved = open_.pop(which % len(open_))
            budget.settle(reserved, reserved * share)
        assert budget.spent_usd + sum(open_) <= cap + 1e-9
        assert budget.left is not None
        assert budget.left >= -1e-9


@given(costs=st.lists(st.tuples(st.floats(0.01, 1), st.floats(0, 1), st.integers(0, 5)), max_size=25))
def test_tasks_that_share_a_budget_never_pass_the_cap_and_all_come_to_an_end(costs):
    cap = 2.0

    async def call(budget: Budget, upper: float, share: float, pauses: int) -> bool:
        try:
            reserved = await budget.reserve_when_free(upper, model=MODEL)
        except Fault:
            return False
        for _ in range(pauses):
            await asyncio.sleep(0)
        budget.settle(reserved, upper * share)
        assert budget.spent_usd <= cap + 1e-9
        return True

    async def run() -> None:
        budget = Budget(cap)
        calls = [call(budget, *cost) for cost in costs]
        made = await asyncio.wait_for(asyncio.gather(*calls), 5)
        assert budget.in_flight == 0
        paid = sum(upper * share for (upper, share, _), done in zip(costs, made, strict=True) if done)
        assert budget.spent_usd == pytest.approx(paid)

    asyncio.run(run())
