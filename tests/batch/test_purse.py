"""A panel is begun only if there is money for all of its seats."""

import asyncio

import pytest

from panel.batch.purse import OneByOne, Purse
from panel.calls.budget import Budget


def hold(purse, budget, bounds, *, cost=0.0):
    """Let tools with these bounds through, each costing `cost`; the most that were inside at once."""
    inside, most = 0, 0

    async def one(bound):
        nonlocal inside, most
        async with purse.room_for(lambda: bound):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            budget.spent_usd += cost
            inside -= 1

    async def go():
        await asyncio.wait_for(asyncio.gather(*(one(bound) for bound in bounds)), 5)

    asyncio.run(go())
    return most


def test_without_a_cap_nobody_waits():
    budget = Budget(None)
    assert hold(Purse(budget), budget, [10.0] * 6) == 6


def test_as_many_are_let_in_as_the_money_does_for():
    budget = Budget(1.0)
    assert hold(Purse(budget), budget, [0.3] * 9) == 3


def test_what_was_spent_is_no_longer_there():
    budget = Budget(1.0, 0.6)
    assert hold(Purse(budget), budget, [0.2] * 4) == 2


def test_money_that_was_promised_and_not_spent_comes_back():
    budget = Budget(1.0)
    assert hold(Purse(budget), budget, [0.5] * 6, cost=0.1) == 2
    assert round(budget.spent_usd, 9) == 0.6


def test_a_tool_that_fits_beside_no_other_is_let_in_alone():
    budget = Budget(1.0)
    assert hold(Purse(budget), budget, [5.0, 5.0, 5.0]) == 1


def test_trouble_inside_gives_the_room_back():
    async def go():
        purse = Purse(Budget(1.0))
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with purse.room_for(lambda: 0.9):
                    raise ZeroDivisionError
        async with asyncio.timeout(1), purse.room_for(lambda: 0.9):
            return True

    assert asyncio.run(go())


def not_asked():
    raise AssertionError("a bound is worked out that nobody uses")


def test_a_bound_that_decides_nothing_is_not_worked_out():
    async def go():
        async with Purse(Budget(None)).room_for(not_asked), OneByOne().room_for(not_asked):
            return True

    assert asyncio.run(go())


def test_one_tool_at_a_time_gathers_its_calls():
    assert hold(OneByOne(), Budget(1.0), [0.1] * 4) == 1
