"""Answers of all kinds on their whole way: from the stand-in through the real SDKs into what is read."""

from __future__ import annotations

import asyncio
import gc

import pytest

from panel.calls.faults import Fault
from panel.calls.wire.observed import Answered
from tests.calls.providers.dialects import MESSAGES
from tests.standin import ContentFilter, Empty, Refusal, Served, Text, ToolCall, Truncated, Usage, always


def replied(dialect, server, answer):
    """What is read out of the stand-in's answer."""
    server.script = always(answer)
    url = dialect.url_of(server)
    return dialect.connect(url).read(dialect.request(url), dialect.ask(url))


def test_a_good_answer_comes_back_raw_and_is_read(dialect, server):
    url = dialect.url_of(server)
    raw = dialect.ask(url)
    reply = dialect.connect(url).read(dialect.request(url), raw)
    assert raw.status == 200
    assert (reply.ending, reply.served_model) == ("complete", dialect.model)
    assert reply.usage.output_tokens > 0
    assert reply.response_id


def test_a_connection_that_waits_for_the_next_request_keeps_no_reply(dialect, server):
    url = dialect.url_of(server)

    async def kept():
        provider = dialect.connect(url)
        before = held()
        try:
            await provider.send(dialect.request(url), deadline=10)
            return held() - before
        finally:
            await provider.close()

    def held():
        gc.collect()
        return sum(isinstance(each, Answered) for each in gc.get_objects())

    assert asyncio.run(kept()) == 0


@pytest.mark.parametrize(
    "answer", [Refusal(kind="field"), Refusal(kind="stop"), ContentFilter()], ids=["field", "stop", "filter"]
)
def test_a_refusal_arrives_as_one(dialect, server, answer):
    if dialect is MESSAGES and answer == Refusal(kind="field"):
        pytest.skip("at Anthropic the stop reason is what makes a refusal")
    assert replied(dialect, server, answer).ending == "refused"


@pytest.mark.parametrize("text", [None, ""])
def test_a_truncated_answer_arrives_as_one(dialect, server, text):
    assert replied(dialect, server, Truncated(text)).ending == "truncated"


@pytest.mark.parametrize("kind", ["no_choices", "null_content", "blank"])
def test_an_empty_answer_is_none(dialect, server, kind):
    with pytest.raises(Fault, match="empty answer"):
        replied(dialect, server, Empty(kind))


def test_a_tool_call_is_none(dialect, server):
    with pytest.raises(Fault, match="unexpected tool: delete_all"):
        replied(dialect, server, ToolCall("delete_all"))


def test_another_models_answer_says_so(dialect, server):
    assert replied(dialect, server, Served(Text("x"), "cheap-1")).served_model == "cheap-1"


@pytest.mark.parametrize("usage", [None, {"output_tokens": -1, "completion_tokens": -1}])
def test_usage_that_cannot_be_is_none_or_doubted(dialect, server, usage):
    found = replied(dialect, server, Usage(Text("x"), usage)).usage
    assert found is None if usage is None else found.doubt
