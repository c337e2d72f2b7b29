"""What every store of votes does, SQLite and PostgreSQL alike."""

import asyncio

from panel.votes.vote import Count
from tests.votes.samples import moment, vote, voter


def run(scenario, opened):
    async def go():
        async with opened() as store:
            return await scenario(store)

    return asyncio.run(go())


async def everything(store):
    return [each async for each in store.rows()]


def test_a_vote_is_there_when_the_store_is_opened_again(opened):
    run(lambda store: store.cast(vote()), opened)
    assert run(lambda store: store.choice("codestral", voter(1)), opened) == "ship"
    assert run(lambda store: store.counts(), opened) == {"codestral": Count(ship=1)}


def test_a_voter_has_one_vote_for_each_tool_and_may_change_it(opened):
    async def scenario(store):
        await store.cast(vote(choice="ship", at=1))
        await store.cast(vote(choice="skip", at=2, origin="ab" * 8))
        await store.cast(vote(choice="ship", tool="cursor", at=3))
        return await everything(store), await store.counts()

    rows, counts = run(scenario, opened)
    assert rows == [
        vote(choice="skip", first=1, at=2, origin="ab" * 8),
        vote(choice="ship", tool="cursor", at=3),
    ]
    assert counts == {"codestral": Count(skip=1), "cursor": Count(ship=1)}


def test_a_withdrawn_vote_is_kept_and_not_counted(opened):
    async def scenario(store):
        await store.cast(vote(at=1))
        await store.cast(vote(choice="withdrawn", at=2))
        return await store.choice("codestral", voter(1)), await store.counts()

    assert run(scenario, opened) == ("withdrawn", {})


def test_withdrawing_what_was_never_cast_stores_nothing(opened):
    async def scenario(store):
        await store.cast(vote(choice="withdrawn"))
        return await everything(store)

    assert run(scenario, opened) == []


def test_a_clock_that_goes_back_loses_no_change(opened):
    async def scenario(store):
        await store.cast(vote(choice="ship", at=9))
        await store.cast(vote(choice="skip", at=1))
        return await everything(store)

    assert run(scenario, opened) == [vote(choice="skip", first=9, at=9)]


def test_counts_stay_right_while_many_change_their_votes_at_once(opened):
    async def scenario(store):
        for choice in ("ship", "skip", "withdrawn", "skip"):
            await asyncio.gather(
                *(store.cast(vote(number << 123, choice if number % 3 else "ship")) for number in range(30))
            )
        counts = await store.counts()
        rows = [each.choice for each in await everything(store)]
        return counts, Count(rows.count("ship"), rows.count("skip"))

    counts, counted = run(scenario, opened)
    assert counts == {"codestral": counted} == {"codestral": Count(ship=10, skip=20)}


def test_counts_of_named_tools_leave_out_the_others(opened):
    async def scenario(store):
        for number in range(3):
            await store.cast(vote(number, "ship" if number else "skip"))
            await store.cast(vote(number, tool="other"))
        return await store.counts(["codestral", "nobody-voted"])

    assert run(scenario, opened) == {"codestral": Count(ship=2, skip=1)}


def test_fifty_votes_at_once_are_fifty(opened):  # F07
    async def scenario(store):
        await asyncio.gather(*(store.cast(vote(number)) for number in range(50)))
        return await store.counts()

    assert run(scenario, opened) == {"codestral": Count(ship=50)}


def test_votes_of_another_store_are_taken_in_once_and_the_later_one_stays(opened):
    theirs = [vote(1, "skip", at=5), vote(2, "skip", first=0, at=1), vote(3, "ship", at=7)]

    async def scenario(store):
        await store.cast(vote(1, "ship", at=3))
        await store.cast(vote(2, "ship", at=4))
        return await store.add(theirs), await store.add(theirs), await everything(store)

    new, again, rows = run(scenario, opened)
    assert (new, again) == (2, 0)
    assert rows == [
        vote(1, "skip", first=3, at=5),
        vote(2, "ship", at=4),
        vote(3, "ship", at=7),
    ]


def test_rows_come_whole_and_in_order_however_many_there_are(opened):
    many = [vote(number, at=number / 1000) for number in range(2500)]

    async def scenario(store):
        await store.add(reversed(many))
        return await everything(store)

    rows = run(scenario, opened)
    assert rows == many
    assert rows[-1].at == moment(2.499)


def test_two_that_open_a_new_store_at_once_share_it(opened):
    async def scenario():
        async with opened() as one, opened() as other:
            await asyncio.gather(one.cast(vote(1)), other.cast(vote(2)))
            return await one.counts(), await other.counts()

    assert asyncio.run(scenario()) == ({"codestral": Count(ship=2)},) * 2
