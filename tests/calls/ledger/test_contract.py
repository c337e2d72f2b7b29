"""What every ledger promises to whoever calls; runs over all of them."""

import asyncio

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from panel.calls.ledger.base import Intent
from panel.core.requests import CallRequest, RawReply, Usage
from tests.calls.fakes import raw, request
from tests.calls.ledger.places import INTENT, every_call, intend


def test_a_request_nobody_asked_has_no_replies(opened):
    async def run():
        async with opened() as ledger:
            assert await ledger.replies(request().key) == []
            assert await every_call(ledger) == []
            assert await ledger.spent("run-1") == 0.0

    asyncio.run(run())


def test_a_kept_reply_is_there_byte_for_byte_when_the_ledger_is_opened_again(opened):
    body = bytes(range(256)) + b"\xff\xfe\x00 not UTF-8"

    async def run():
        async with opened() as ledger:
            call = await intend(ledger, request(), INTENT)
            await ledger.keep(call, RawReply(status=200, headers={"request-id": "r-1"}, body=body))
        async with opened() as ledger:
            (reply,) = await ledger.replies(request().key)
            assert reply.raw == RawReply(status=200, headers={"request-id": "r-1"}, body=body)
            assert (reply.id, reply.key, reply.run) == (call, request().key, "run-1")
            assert (reply.usage, reply.cost_usd) == (None, None)

    asyncio.run(run())


def test_several_replies_to_one_request_are_kept_newest_first_whatever_id_the_vendor_gave_them(opened):
    async def run():
        async with opened() as ledger:
            for text in ("one", "two", "three"):
                call = await intend(ledger, request(), INTENT)
                await ledger.keep(call, raw(text, id="the-same-response-id"))
            replies = await ledger.replies(request().key)
            assert [reply.raw for reply in replies] == [
                raw(text, id="the-same-response-id") for text in ("three", "two", "one")
            ]
            assert await ledger.replies(request("another").key) == []

    asyncio.run(run())


def test_an_intent_without_a_reply_is_an_open_call_and_no_reply(opened):
    async def run():
        async with opened() as ledger:
            await intend(ledger, request(), INTENT)
        async with opened() as ledger:
            assert await ledger.replies(request().key) == []
            (call,) = await every_call(ledger)
            assert (call.state, call.body, call.status, call.finished) == ("open", None, None, None)
            assert call.started.endswith("Z")

    asyncio.run(run())


def test_a_call_is_read_back_as_it_was_made(opened):
    usage = Usage(input_tokens=10, cached_tokens=4, output_tokens=3, doubt="odd")

    async def run():
        async with opened() as ledger:
            call = await intend(ledger, request(), INTENT)
            await ledger.keep(call, raw("ship"))
            await ledger.settle(call, usage=usage, cost_usd=0.1)
            lost = await intend(ledger, request("two"), INTENT)
            await ledger.abandon(lost, status=500, why="server error", maybe_paid=False)
            first, second = await every_call(ledger)
            assert (first.key, first.request) == (request().key, request())
            assert (first.run, first.tool, first.persona) == ("run-1", "codestral", "builder")
            assert (first.state, first.status, first.usage) == ("settled", 200, usage)
            assert (first.cost_usd, first.reserved_usd) == (0.1, 0.25)
            assert first.body == raw("ship").body.decode()
            assert first.headers == {"request-id": "r-1"}
            assert first.finished is not None
            assert (second.state, second.status, second.why) == ("abandoned", 500, "server error")

    asyncio.run(run())


def test_calls_come_oldest_first_and_by_run_or_key(opened):
    async def run():
        async with opened() as ledger:
            for n in range(250):  # more than are read at once
                await intend(
                    ledger,
                    request(str(n % 5)),
                    Intent(run=f"run-{n % 2}", tool=str(n), persona="p", reserved_usd=None),
                )
            assert [call.tool for call in await every_call(ledger)] == [str(n) for n in range(250)]
            of_run = await every_call(ledger, run="run-1")
            assert [call.tool for call in of_run] == [str(n) for n in range(1, 250, 2)]
            of_both = await every_call(ledger, run="run-1", key=request("3").key)
            assert [call.tool for call in of_both] == [str(n) for n in range(3, 250, 10)]

    asyncio.run(run())


def test_what_is_spent_counts_costs_and_the_reservations_of_whatever_may_be_paid(opened):
    def reserving(usd, run="run-1"):
        return Intent(run=run, tool="t", persona="p", reserved_usd=usd)

    async def run():
        async with opened() as ledger:
            settled = await intend(ledger, request(), reserving(1.0))
            await ledger.keep(settled, raw())
            await ledger.settle(settled, usage=Usage(), cost_usd=0.5)
            kept = await intend(ledger, request(), reserving(2.0))
            await ledger.keep(kept, raw())
            await intend(ledger, request(), reserving(4.0))
            maybe = await intend(ledger, request(), reserving(8.0))
            await ledger.abandon(maybe, status=None, why="reset", maybe_paid=True)
            free = await intend(ledger, request(), reserving(16.0))
            await ledger.abandon(free, status=429, why="rate limit", maybe_paid=False)
            unknown = await intend(ledger, request(), reserving(None))
            await ledger.keep(unknown, raw())
            await ledger.settle(unknown, usage=Usage(), cost_usd=None)
            await intend(ledger, request(), reserving(32.0, run="run-2"))
            assert await ledger.spent("run-1") == 0.5 + 2.0 + 4.0 + 8.0
            assert await ledger.spent("run-2") == 32.0

    asyncio.run(run())


def test_a_reply_can_be_kept_for_an_open_call_only(opened):
    async def run():
        async with opened() as ledger:
            call = await intend(ledger, request(), INTENT)
            with pytest.raises(LookupError):
                await ledger.settle(call, usage=None, cost_usd=None)
            await ledger.keep(call, raw("first"))
            with pytest.raises(LookupError):
                await ledger.keep(call, raw("second"))
            with pytest.raises(LookupError):
                await ledger.abandon(call, status=None, why="late", maybe_paid=False)
            with pytest.raises(LookupError):
                await ledger.keep(call + 1, raw("nobody asked"))
            (reply,) = await ledger.replies(request().key)
            assert reply.raw == raw("first")

    asyncio.run(run())


def test_a_write_that_was_handed_over_is_done_even_if_its_task_is_cancelled(opened):
    async def run():
        async with opened() as ledger:
            call = await intend(ledger, request(), INTENT)
            keeping = asyncio.create_task(ledger.keep(call, raw()))
            await asyncio.sleep(0)
            keeping.cancel()
            with pytest.raises(asyncio.CancelledError):
                await keeping
        async with opened() as ledger:
            assert len(await ledger.replies(request().key)) == 1

    asyncio.run(run())


def test_closing_finishes_what_was_handed_over_and_may_be_done_twice(opened):
    async def run():
        async with opened() as ledger:
            calls = [await intend(ledger, request(str(n)), INTENT) for n in range(20)]
            tasks = [asyncio.create_task(ledger.keep(call, raw())) for call in calls]
            await asyncio.sleep(0)
            await ledger.close()
            await asyncio.gather(*tasks)
            await ledger.close()
        async with opened() as ledger:
            assert all([await ledger.replies(request(str(n)).key) for n in range(20)])

    asyncio.run(run())


TEXT = st.text(st.characters() | st.sampled_from("\x00\ud800\udfff\ufffd"), max_size=40)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant"]), "parts": st.lists(TEXT, max_size=3)}
)
REQUESTS = st.fixed_dictionaries(
    {
        "provider": st.sampled_from(["fake", "other"]),
        "base_url": st.none() | st.just("http://localhost:1/v1"),
        "model": TEXT,
        "system": TEXT,
        "messages": st.lists(MESSAGE, max_size=3),
        "schema": st.dictionaries(NAMES, JSON, max_size=3),
        "max_output_tokens": st.integers(1, 10**6),
        "options": st.dictionaries(NAMES, JSON, max_size=3),
        "sample": st.integers(0, 5),
    }
).map(CallRequest.model_validate)


@given(asked=REQUESTS)
@example(asked=request("lone \ud800 surrogate", options={"effort": "\udfff"}))
@example(asked=request("a NUL \x00 in the middle"))
@example(asked=request(model="a NUL \x00 and a lone \ud800 surrogate"))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_request_read_back_has_the_key_it_was_stored_by(opened, asked):
    async def run():
        async with opened() as ledger:
            await intend(ledger, asked, INTENT)
            calls = await every_call(ledger, key=asked.key)
            assert calls
            assert {call.request.key for call in calls} == {asked.key}

    asyncio.run(run())


def test_the_schema_is_read_back_in_the_order_in_which_it_was_sent(opened):
    schema = {"type": "object", "properties": {"zeta": {}, "findings": {}, "decision": {}}}

    async def run():
        async with opened() as ledger:
            await intend(ledger, request(schema=schema), INTENT)
            (call,) = await every_call(ledger)
            assert list(call.request.schema_["properties"]) == ["zeta", "findings", "decision"]

    asyncio.run(run())


def test_names_and_reasons_are_read_back_with_every_character(opened):
    odd = "NUL \x00, \ue000, \ue0000, \\0, \ue0001 and ü"
    intent = Intent(run=odd, tool=odd, persona=odd, reserved_usd=None)

    async def run():
        async with opened() as ledger:
            call = await intend(ledger, request(), intent)
            await ledger.abandon(call, status=None, why=odd + " and a lone \ud800", maybe_paid=True)
            (found,) = await every_call(ledger, run=odd)
            assert (found.run, found.tool, found.persona) == (odd, odd, odd)
            assert found.why == odd + " and a lone ?"
            assert await ledger.spent(odd) == 0.0
            assert [line.name for line in await ledger.costs("run")] == [odd]

    asyncio.run(run())


def test_what_is_marked_is_there_when_the_ledger_is_opened_again(opened):
    async def run():
        async with opened() as ledger:
            assert await ledger.marked(["list/1", "list/2"]) == {}
            await ledger.mark({"list/1": "half", "list/2": "a NUL \x00, a lone \ud800", "list/3": "gone"})
            await ledger.mark({"list/1": "done", "list/3": None, "list/4": None})
        async with opened() as ledger:
            names = ["list/1", "list/2", "list/3", "list/4", "never"]
            assert await ledger.marked(names) == {
                "list/1": "done",
                "list/2": "a NUL \x00, a lone ?",
            }

    asyncio.run(run())


def test_many_may_mark_the_same_names_at_once(opened):
    async def run():
        async with opened() as one, opened() as other:
            await asyncio.gather(
                *(each.mark({"a": str(n), "b": str(n)}) for n in range(40) for each in (one, other))
            )
            found = await one.marked(["a", "b"])
            assert found["a"] == found["b"]

    asyncio.run(run())
