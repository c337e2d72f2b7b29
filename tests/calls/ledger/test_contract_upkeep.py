"""What every ledger promises to whoever looks after it; runs over all of them."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from panel.calls.ledger.base import CostLine, InFlight, Pruned, open_ledger
from panel.calls.ledger.rows import damage_of
from panel.core.errors import DamagedRecord
from panel.core.requests import Usage
from tests.calls.fakes import MODEL, raw, request
from tests.calls.ledger.places import (
    ANOTHER,
    INTENT,
    ONE_MACHINE,
    asked_by,
    every_call,
    every_row,
    intend,
)


async def one_in_each_state(ledger):
    """Five calls of two runs: settled, kept, maybe paid, open, and settled at an unknown price."""

    async def call(text, state, *, run="run-1", cost_usd=None):
        number = await intend(ledger, request(text), replace(INTENT, run=run))
        if state in {"kept", "settled"}:
            await ledger.keep(number, raw(text))
        if state == "settled":
            usage = Usage(
                input_tokens=1000, cached_tokens=400, output_tokens=10, doubt='"input_tokens": 9\x00'
            )
            await ledger.settle(number, usage=usage, cost_usd=cost_usd)
        if state == "maybe_paid":
            await ledger.abandon(number, status=None, why="reset", maybe_paid=True)

    await call("settled", "settled", cost_usd=0.5)
    await call("kept", "kept")
    await call("maybe", "maybe_paid", run="run-0")
    await call("open", "open", run="run-0")
    await call("settled, too", "settled", run="run-0")


def test_costs_are_summed_up_by_name(opened):
    of_run_0 = CostLine("run-0", 3, 0.25, 2, 0.5, 0, 1000, 400, 10)
    of_run_1 = CostLine("run-1", 2, 0.75, 0, 0.0, 0, 1000, 400, 10)
    of_all = CostLine("", 5, 1.0, 2, 0.5, 0, 2000, 800, 20)

    async def run():
        async with opened() as ledger:
            assert await ledger.costs("run") == []
            await one_in_each_state(ledger)
            assert await ledger.costs("run") == [of_run_0, of_run_1]
            assert await ledger.costs("tool") == [replace(of_all, name="codestral")]
            assert await ledger.costs("persona") == [replace(of_all, name="builder")]
            assert await ledger.costs("model") == [replace(of_all, name=f"fake:{MODEL}")]
            today = (await every_row(ledger))[0].started[:10]
            assert await ledger.costs("day") == [replace(of_all, name=today)]

    asyncio.run(run())


def test_names_are_in_the_order_of_their_characters_whatever_the_locale(opened):
    async def run():
        async with opened() as ledger:
            for name in ("b", "B", "a", "ä", "_", "A"):
                await intend(ledger, request(), replace(INTENT, tool=name, reserved_usd=None))
            lines = await ledger.costs("tool")
            assert [line.name for line in lines] == ["A", "B", "_", "a", "b", "ä"]
            assert all(line.maybe_paid_usd == 0.0 for line in lines)

    asyncio.run(run())


def test_calls_added_to_another_ledger_are_there_as_they_were_and_once(opened, tmp_path):
    async def run():
        other = await open_ledger(f"sqlite:///{tmp_path}/other.sqlite")
        await one_in_each_state(other)
        await intend(other, request("a NUL \x00"), replace(INTENT, tool="NUL \x00"))
        rows = await every_row(other)
        await other.close()
        async with opened() as ledger:
            own = await intend(ledger, request("settled"))
            assert await ledger.add(rows[:2]) == 2
            assert await ledger.add(rows) == len(rows) - 2
            assert await ledger.add(iter(rows)) == 0
            found = (await every_row(ledger))[1:]
            left_open = [replace(row, owner_lives=False) for row in rows]
            assert [replace(row, id=0) for row in found] == [replace(row, id=0) for row in left_open]
            assert [damage_of(row) for row in found] == [[]] * len(rows)
            assert own not in {row.id for row in found}

    asyncio.run(run())


def test_two_that_add_the_same_calls_at_once_do_not_hold_each_other_up(opened, tmp_path):
    async def run():
        other = await open_ledger(f"sqlite:///{tmp_path}/other.sqlite")
        for n in range(150):
            await intend(other, request(str(n)))
        rows = await every_row(other)
        await other.close()
        async with opened() as one, opened() as two:
            asked = [asked_by(one, f"new {n}") for n in range(50)]
            new, more, *_ = await asyncio.gather(one.add(rows), two.add(reversed(rows)), *asked)
            assert new + more == 150
            assert len(await every_row(one)) == 200

    asyncio.run(asyncio.wait_for(run(), 60))


FAR_AHEAD = "2999-01-01T00:00:00.000Z"


def test_pruning_takes_out_what_is_old_and_over_and_not_wanted_any_more(opened, place):
    async def run():
        async with opened() as ledger:
            await one_in_each_state(ledger)
            wanted = [request("settled, too").key, request("of no call").key]
            prune = partial(ledger.prune, keep=wanted)
            assert await prune(before="2000-01-01T00:00:00.000Z", dry_run=False) == Pruned(0, 0.0)
            assert await prune(before=FAR_AHEAD, dry_run=True) == Pruned(3, 0.5 + 0.25 + 0.25)
            assert len(await every_row(ledger)) == 5
            assert await prune(before=FAR_AHEAD, dry_run=False) == Pruned(3, 1.0)
            left = await every_call(ledger)
            assert [call.request.messages[0].parts[1] for call in left] == ["open", "settled, too"]
            assert await ledger.spent("run-0") == 0.5
            assert await ledger.prune(before=FAR_AHEAD, keep=[], dry_run=False) == Pruned(1, 0.25)
        # What is left needs four texts: system, schema, dossier and question.
        assert place.execute("SELECT count(*) FROM parts") == [(4,)]
        assert place.execute("SELECT count(*) FROM requests") == [(1,)]

    asyncio.run(run())


@pytest.mark.parametrize("by_another", [True, False])
def test_a_call_made_after_pruning_is_whole_and_its_owner_known(opened, by_another):
    async def run():
        async with opened(process=ONE_MACHINE) as ledger, opened(process=ANOTHER) as other:
            kept = await intend(ledger, request())
            await ledger.keep(kept, raw())
            await (other if by_another else ledger).prune(before=FAR_AHEAD, keep=[], dry_run=False)
            await asked_by(ledger)
            assert await asked_by(other) == InFlight()
            assert [damage_of(row) for row in await every_row(other)] == [[]]

    asyncio.run(run())


def test_a_whole_ledger_has_nothing_wrong_with_it(opened):
    async def run():
        async with opened() as ledger:
            assert await ledger.integrity() == []
            await one_in_each_state(ledger)
            await intend(ledger, request("a NUL \x00 and \ue000"))
            assert await ledger.integrity() == []

    asyncio.run(run())


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE parts SET text = 'other' WHERE text = 'settled'", "table requests, row sha256:"),
        ("DELETE FROM parts", "table requests, row sha256:"),
        ("DELETE FROM requests", "table requests, row sha256:"),
        ("UPDATE requests SET json = '{}'", "table requests, row sha256:"),
        ("UPDATE calls SET headers = '{'", "table calls, row 1"),
        ("UPDATE calls SET usage = '{'", "table calls, row 1"),
        ("UPDATE calls SET body_hash = 'sha256:0'", "table calls, row 1"),
        ("UPDATE calls SET body = NULL", "table calls, row 1"),
    ],
)
def test_what_was_changed_behind_its_back_is_named_by_its_row(opened, place, sql, named):
    async def run():
        async with opened() as ledger:
            await one_in_each_state(ledger)
        place.execute(sql)
        async with opened() as ledger:
            damage = [each for row in await every_row(ledger) for each in damage_of(row)]
            assert any(each.place.startswith(named) for each in damage)

    asyncio.run(run())


def test_a_changed_text_is_found_and_a_changed_reply_is_not_given_out(opened, place):
    async def run():
        async with opened() as ledger:
            await one_in_each_state(ledger)
        place.execute("UPDATE parts SET text = 'other' WHERE text = 'settled'")
        place.execute("UPDATE calls SET body_hash = 'sha256:0'")
        async with opened() as ledger:
            (damage,) = await ledger.integrity()
            assert damage.place.startswith("table parts, row sha256:")
            assert not damage.repaired
            with pytest.raises(DamagedRecord, match="table calls, row 1: the body is not"):
                await ledger.replies(request("settled").key)

    asyncio.run(run())


def test_a_ledger_of_a_newer_version_is_refused(opened, place):
    async def run():
        async with opened() as ledger:
            await intend(ledger, request())
        place.execute("UPDATE meta SET value = '99' WHERE name = 'version'")
        with pytest.raises(DamagedRecord, match="is a ledger of version 99"):
            await place.open()

    asyncio.run(run())
