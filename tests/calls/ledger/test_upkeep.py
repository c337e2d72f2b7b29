"""Any ledger checked call by call, and taken over into another one."""

import asyncio
import contextlib
import sqlite3

import pytest

from panel.calls.ledger.base import Intent
from panel.calls.ledger.sqlite import SqliteLedger
from panel.calls.ledger.upkeep import MaybePaid, copy, verify
from panel.core.requests import Usage
from tests.calls.fakes import raw, request

INTENT = Intent(run="run-1", tool="codestral", persona="builder", reserved_usd=0.25)
USAGE = Usage(input_tokens=1000, cached_tokens=400, output_tokens=100)


@contextlib.asynccontextmanager
async def opened(path):
    ledger = SqliteLedger(path)
    try:
        yield ledger
    finally:
        await ledger.close()


async def settled(ledger, text="Is it?", *, cost=0.01):
    call = (await ledger.claim(request(text), INTENT)).call
    await ledger.keep(call, raw(text))
    await ledger.settle(call, usage=USAGE, cost_usd=cost)
    return request(text).key


async def left_open(ledger, text="Is it?", **changes):
    intent = Intent(**({"run": "run-1", "tool": "t", "persona": "p", "reserved_usd": 0.25} | changes))
    return (await ledger.claim(request(text), intent)).call


@pytest.fixture
def path(tmp_path):
    """A ledger with three answered calls."""

    async def fill():
        async with opened(tmp_path / "ledger.sqlite") as ledger:
            for text in ("one", "two", "three"):
                await settled(ledger, text)

    asyncio.run(fill())
    return tmp_path / "ledger.sqlite"


def damage(path, sql, *values):
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute(sql, values).rowcount == 1
        db.commit()


def verified(path, named=(), tell=lambda _calls: None):
    async def run():
        async with opened(path) as ledger:
            return await verify(ledger, named=named, tell=tell)

    return asyncio.run(run())


def copied(path, target, *, tell=lambda _calls: None):
    async def run():
        async with opened(path) as source, opened(target) as there:
            return await copy(source, there, tell=tell)

    return asyncio.run(run())


def rows(path):
    async def run():
        async with opened(path) as ledger:
            return [row async for row in ledger.rows()]

    return asyncio.run(run())


# ------------------------------------------------------------ verify


def test_a_whole_ledger_has_no_damage_and_every_call_is_looked_at(path):
    told = []
    found = verified(path, tell=told.append)
    assert (found.calls, found.damage, found.maybe_paid, found.missing) == (3, [], [], set())
    assert told == [1, 2, 3]


_OF_CALL_2 = "key = (SELECT key FROM calls WHERE id = 2)"
FLIPS = {
    "a body": ("UPDATE calls SET body = CAST('x' || substr(body, 2) AS BLOB) WHERE id = 2", "calls, row 2"),
    "a body that is gone": ("UPDATE calls SET body = NULL WHERE id = 2", "calls, row 2"),
    "a part": (
        "UPDATE parts SET text = 'You are one of five.' WHERE text = 'You are one of four reviewers.'",
        "table parts",
    ),
    "a part of one request": ("UPDATE parts SET text = 'Two' WHERE text = 'two'", "requests, row sha256"),
    "a request": (
        f"UPDATE requests SET json = replace(json, '1000', '1001') WHERE {_OF_CALL_2}",
        "requests, row sha256",
    ),
    "a request that is no JSON": (
        f"UPDATE requests SET json = '{{' WHERE {_OF_CALL_2}",
        "requests, row sha256",
    ),
    "the usage": ("UPDATE calls SET usage = '{\"input_tokens\": -' WHERE id = 2", "calls, row 2"),
    "the headers": ("UPDATE calls SET headers = '[' WHERE id = 2", "calls, row 2"),
}


@pytest.mark.parametrize("what", FLIPS)
def test_what_was_changed_is_named_by_table_and_row(path, what):
    sql, place = FLIPS[what]
    damage(path, sql)
    found = verified(path)
    assert found.damage
    assert any(place in each.place for each in found.damage)
    assert len(set(found.damage)) == len(found.damage)
    assert found.calls == 3


def test_a_request_that_is_gone_is_damage(path):
    damage(path, f"DELETE FROM requests WHERE {_OF_CALL_2}")
    assert any("missing" in each.what for each in verified(path).damage)


def test_a_table_whose_pages_are_scribbled_over_is_damaged_and_not_empty(path, tmp_path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'calls'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    found = verified(path, named={request("one").key})
    assert found.damage
    assert found.missing == set()  # not missing: unknown
    assert copied(path, tmp_path / "copy.sqlite").damage


def test_a_key_that_records_name_and_nobody_answered_is_missing(path):
    async def ask():
        async with opened(path) as ledger:
            await left_open(ledger, "four")

    asyncio.run(ask())
    answered = request("one").key
    assert verified(path, named={answered, request("four").key}).missing == {request("four").key}


def test_calls_without_a_reply_are_summed_up_by_seat(path):
    async def ask():
        async with opened(path) as ledger:
            await left_open(ledger, "a")
            lost = await left_open(ledger, "b")
            await ledger.abandon(lost, status=None, why="reset", maybe_paid=True)
            free = await left_open(ledger, "c")
            await ledger.abandon(free, status=429, why="rate limit", maybe_paid=False)
            await left_open(ledger, "d", persona="q", reserved_usd=None)

    asyncio.run(ask())
    assert verified(path).maybe_paid == [
        MaybePaid("run-1", "t", "p", calls=2, usd=0.5),
        MaybePaid("run-1", "t", "q", calls=1, usd=0.0),
    ]


# ------------------------------------------------------------ copy


def test_a_copy_holds_every_call_as_it_was(path, tmp_path):
    found = copied(path, tmp_path / "copy.sqlite")
    assert (found.new, found.there, found.going_on, list(found.damage)) == (3, 0, 0, [])
    assert rows(tmp_path / "copy.sqlite") == rows(path)


def test_a_second_copy_adds_nothing_and_a_third_what_is_new(path, tmp_path):
    target = tmp_path / "copy.sqlite"
    copied(path, target)
    assert (copied(path, target).new, copied(path, target).there) == (0, 3)

    async def more():
        async with opened(path) as ledger:
            await settled(ledger, "four")

    asyncio.run(more())
    assert copied(path, target).new == 1
    assert len(rows(target)) == 4


def test_a_copy_adds_to_what_another_ledger_holds_already(path, tmp_path):
    async def fill():
        async with opened(tmp_path / "copy.sqlite") as ledger:
            await settled(ledger, "one")
            await settled(ledger, "of its own")

    asyncio.run(fill())
    assert copied(path, tmp_path / "copy.sqlite").new == 3
    assert (
        len(rows(tmp_path / "copy.sqlite")) == 5
    )  # the same question, asked and paid twice, stays two calls


def test_more_calls_than_are_held_at_once_are_copied(tmp_path):
    async def fill():
        async with opened(tmp_path / "ledger.sqlite") as ledger:
            await asyncio.gather(*(settled(ledger, str(number)) for number in range(250)))

    asyncio.run(fill())
    assert copied(tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite").new == 250


def test_a_damaged_call_is_named_and_not_copied_the_others_are(path, tmp_path):
    damage(path, FLIPS["a body"][0])
    found = copied(path, tmp_path / "copy.sqlite")
    assert found.new == 2
    assert ["row 2" in each.place for each in found.damage] == [True]
    assert verified(tmp_path / "copy.sqlite").damage == []


def test_a_call_with_a_start_that_is_no_time_is_not_copied(path, tmp_path):
    damage(path, "UPDATE calls SET started = 'yesterday' WHERE id = 2")
    assert copied(path, tmp_path / "copy.sqlite").new == 2


def test_a_call_that_may_still_be_answered_is_left_for_the_next_time(path, tmp_path):
    target = tmp_path / "copy.sqlite"

    async def run():
        async with opened(path) as ledger:
            call = await left_open(ledger, "four")
            async with opened(target) as there:
                first = await copy(ledger, there, tell=lambda _: None)
                await ledger.keep(call, raw("four"))
                second = await copy(ledger, there, tell=lambda _: None)
                await ledger.settle(call, usage=USAGE, cost_usd=0.5)
                third = await copy(ledger, there, tell=lambda _: None)
                return [(each.new, each.going_on) for each in (first, second, third)]

    assert asyncio.run(run()) == [(3, 1), (0, 1), (1, 0)]
    assert {row.state for row in rows(target)} == {"settled"}


def test_a_call_that_a_dead_process_left_open_stays_counted_in_the_copy(path, tmp_path):
    async def ask():
        async with opened(path) as ledger:
            await left_open(ledger, "four")

    asyncio.run(ask())
    assert copied(path, tmp_path / "copy.sqlite").new == 4
    (lost,) = verified(tmp_path / "copy.sqlite").maybe_paid
    assert (lost.calls, lost.usd) == (1, 0.25)


def test_a_kept_reply_that_nobody_settled_is_copied_with_its_reservation(path, tmp_path):
    async def ask():
        async with opened(path) as ledger:
            call = await left_open(ledger, "four")
            await ledger.keep(call, raw("four"))

    asyncio.run(ask())
    copied(path, tmp_path / "copy.sqlite")

    async def spent():
        async with opened(tmp_path / "copy.sqlite") as ledger:
            return await ledger.spent("run-1"), len(await ledger.replies(request("four").key))

    assert asyncio.run(spent()) == (pytest.approx(0.03 + 0.25), 1)


def test_a_copy_is_made_while_somebody_writes(path, tmp_path):
    async def run():
        async with opened(path) as ledger, opened(path) as other, opened(tmp_path / "copy.sqlite") as there:
            writing = asyncio.gather(*(settled(other, f"new {number}") for number in range(100)))
            found = await copy(ledger, there, tell=lambda _: None)
            await writing
            rest = await copy(ledger, there, tell=lambda _: None)
            return found, rest

    found, rest = asyncio.run(run())
    assert not found.damage
    assert found.new + rest.new == 103
    assert rows(tmp_path / "copy.sqlite") != []
    assert verified(tmp_path / "copy.sqlite").damage == []
