"""The stand-in seen through both vendors' real SDKs: it answers as the vendors do."""

from __future__ import annotations

import asyncio
import json
import threading

import jsonschema
import openai
import pytest
from pydantic import ValidationError

from tests import standin
from tests.standin import StandIn, always
from tests.standin.asking import (
    APIS,
    DOSSIER,
    LONG_DOSSIER,
    SENTENCE,
    SYSTEM,
    TASK,
    TEXT,
    VERDICT,
    Asker,
    Small,
    closed,
    listed,
    one_of,
)

each_api = pytest.mark.parametrize("api", APIS)


@pytest.fixture(scope="module")
def ask():
    with Asker() as asker:
        yield asker


# ---------------------------------------------------------------- answers


@each_api
def test_by_default_every_move_is_answered_with_a_quotation_and_the_schema_is_kept(ask, api):
    with StandIn() as server:
        verdict = ask(api, server).verdict
    jsonschema.validate(verdict, VERDICT)
    assert list(verdict) == ["findings", "bets", "paragraph", "decision"]
    assert [finding["move"] for finding in verdict["findings"]] == ["rivals", "breaks", "wrong_if"]
    assert {finding["leans"] for finding in verdict["findings"]} == {"for"}
    assert {q["quote"] for finding in verdict["findings"] for q in finding["evidence"]} == {SENTENCE}
    assert verdict["decision"] == "ship"
    assert 60 <= len(verdict["paragraph"].split()) <= 100


@each_api
def test_what_a_script_sees(ask, api):
    with StandIn() as server:
        ask(api, server)
        ask(api, server, DOSSIER + "\n" + TASK)
        (seen, single) = server.requests
    assert (seen.api, seen.model, seen.turn, seen.index, single.index) == (api, "m-1", 1, 0, 1)
    assert (seen.system, seen.parts, seen.task) == (SYSTEM, (DOSSIER, TASK), TASK)
    assert seen.moves == single.moves == ("rivals", "breaks", "wrong_if")
    assert SENTENCE in seen.dossier
    assert "Everything between" not in seen.dossier
    assert seen.dossier == single.dossier
    assert seen.headers["authorization"] == "Bearer test"
    assert seen.schema == VERDICT
    assert json.loads(seen.raw) == seen.body


@each_api
def test_equal_requests_get_equal_bytes_from_every_server_and_another_id_the_second_time(ask, api):
    with StandIn() as one, StandIn() as other:
        first, again = ask(api, one), ask(api, one)
        assert ask(api, other).raw == first.raw
    assert again.body["id"] != first.body["id"]
    assert again.text == first.text


@each_api
def test_any_other_schema_gets_its_smallest_answer_and_no_schema_gets_words(ask, api):
    schema = closed(pick=one_of("a", "b"), why=listed(TEXT), note={"anyOf": [TEXT, {"type": "null"}]})
    with StandIn() as server:
        assert ask(api, server, schema=schema).verdict == {"pick": "a", "why": ["word"], "note": "word"}
        server.script = always(standin.Instance({"pick": "b"}))
        assert ask(api, server, schema=schema).verdict["pick"] == "b"
        server.script = None
        assert ask(api, server, "Hello?", schema=None).text == "A stand-in answered."


def test_a_later_turn_is_still_the_same_seats(ask):
    turns = [
        {"role": "user", "content": [{"type": "text", "text": DOSSIER}, {"type": "text", "text": TASK}]},
        {"role": "assistant", "content": "{"},
        {"role": "user", "content": "That answer cannot be read."},
    ]
    with StandIn() as server:
        client = ask.of("messages", server)
        ask.runner.run(client.messages.create(model="m", max_tokens=99, messages=turns))
        (seen,) = server.requests
    assert (seen.turn, seen.task, seen.roles) == (2, TASK, ("user", "assistant", "user"))
    assert seen.moves == ("rivals", "breaks", "wrong_if")


# ---------------------------------------------------------------- endings, through the SDKs' own parsers


def parsed(result):
    if hasattr(result, "choices"):
        return result.choices[0].message.parsed
    return result.output_parsed if hasattr(result, "output_parsed") else result.parsed_output


@each_api
def test_a_whole_answer_is_parsed_and_an_enum_in_capitals_is_not(ask, api):
    with StandIn() as server:
        assert parsed(ask.parse(api, server)) == Small(decision="ship")
        server.script = always(standin.Text('{"decision": "Ship"}'))
        with pytest.raises(ValidationError):
            ask.parse(api, server)


def test_refusals(ask):
    with StandIn(always(standin.Refusal("No."))) as server:
        said = ask.parse("responses", server)
        assert (said.output_parsed, said.output[0].content[0].refusal) == (None, "No.")
        message = ask.parse("chat", server).choices[0].message
        assert (message.parsed, message.content, message.refusal) == (None, None, "No.")
        with pytest.raises(ValidationError):
            ask.parse("messages", server)
        server.script = always(standin.Refusal("No.", "stop"))
        assert ask.parse("responses", server).incomplete_details.reason == "content_filter"
        with pytest.raises(openai.ContentFilterFinishReasonError):
            ask.parse("chat", server)
        said = ask.parse("messages", server)
        assert (said.parsed_output, said.content, said.stop_reason) == (None, [], "refusal")
        assert said.stop_details.explanation == "No."
        server.script = always(standin.Refusal("I would rather not.", "prose"))
        for api in APIS:
            assert ask(api, server).text == "I would rather not."


def test_truncation_and_filter(ask):
    with StandIn(always(standin.Truncated())) as server:
        with pytest.raises(ValidationError):
            ask.parse("responses", server)
        with pytest.raises(openai.LengthFinishReasonError):
            ask.parse("chat", server)
        with pytest.raises(ValidationError):
            ask.parse("messages", server)
        heard = ask("messages", server, max_tokens=321)
        assert (heard.body["stop_reason"], heard.body["usage"]["output_tokens"]) == ("max_tokens", 321)
        server.script = always(standin.Truncated(""))
        assert ask("responses", server).body["output"] == []
        assert ask("responses", server).body["incomplete_details"] == {"reason": "max_output_tokens"}
        assert ask("messages", server).body["content"] == []
        server.script = always(standin.ContentFilter())
        assert ask.parse("responses", server).output_parsed is None
        with pytest.raises(openai.ContentFilterFinishReasonError):
            ask.parse("chat", server)
        assert ask.parse("messages", server).stop_reason == "refusal"


def test_tool_calls_and_empty_answers(ask):
    with StandIn(always(standin.ToolCall("run", {"x": 1}))) as server:
        assert ask("responses", server).body["output"][0]["name"] == "run"
        assert ask("chat", server).body["choices"][0]["finish_reason"] == "tool_calls"
        assert ask("messages", server).body["content"][0]["input"] == {"x": 1}
        server.script = always(standin.Empty("no_choices"))
        assert ask("responses", server).body["output"] == ask("chat", server).body["choices"] == []
        assert ask("messages", server).body["content"] == []
        for kind, text in (("null_content", None), ("blank", " \n ")):
            server.script = always(standin.Empty(kind))
            assert [ask(api, server).text for api in APIS] == [text] * 3


def test_a_model_that_thinks_says_so_before_its_text(ask):
    with StandIn() as server:
        heard = ask("responses", server, reasoning={"effort": "low"})
        assert [item["type"] for item in heard.body["output"]] == ["reasoning", "message"]
        assert heard.body["usage"]["output_tokens_details"]["reasoning_tokens"] > 0
        heard = ask("messages", server, thinking={"type": "adaptive"})
        assert [block["type"] for block in heard.body["content"]] == ["thinking", "text"]
        assert heard.body["usage"]["output_tokens_details"]["thinking_tokens"] > 0
        assert heard.verdict


# ---------------------------------------------------------------- usage and what is changed in an answer


def test_the_second_request_with_a_prefix_finds_it_in_the_cache_under_openai(ask):
    for api, read, details in (
        ("responses", "input_tokens", "input_tokens_details"),
        ("chat", "prompt_tokens", "prompt_tokens_details"),
    ):
        with StandIn() as server:
            first, second = (ask(api, server, LONG_DOSSIER, TASK + more).body["usage"] for more in "12")
            assert (
                ask(api, server, LONG_DOSSIER, TASK, model="m-2").body["usage"][details]["cached_tokens"] == 0
            )
            assert ask(api, server).body["usage"][details] == {**first[details], "cache_write_tokens": 0}
        prefix = (len(SYSTEM) + len(LONG_DOSSIER)) // 4
        assert (first[details]["cached_tokens"], second[details]["cache_write_tokens"]) == (0, 0)
        assert (
            prefix - 128 <= second[details]["cached_tokens"] == first[details]["cache_write_tokens"] <= prefix
        )
        assert first[read] == second[read] > prefix


def test_under_anthropic_only_what_is_marked_is_cached_and_the_three_counts_add_up(ask):
    with StandIn() as server:
        plain = ask("messages", server, LONG_DOSSIER, TASK + "0").body["usage"]
        first, second = (
            ask("messages", server, LONG_DOSSIER, TASK + more, cached="5m").body["usage"] for more in "12"
        )
        hour = ask("messages", server, LONG_DOSSIER + "!", TASK, cached="1h").body["usage"]
        short = ask("messages", server, cached="5m").body["usage"]
    counts = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    whole = plain["input_tokens"]
    assert [plain[name] for name in counts] == [whole, 0, 0]
    written = first["cache_creation_input_tokens"]
    assert written > 1_024
    assert [first[name] for name in counts] == [whole - written, written, 0]
    assert [second[name] for name in counts] == [whole - written, 0, written]
    assert first["cache_creation"] == {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0}
    assert hour["cache_creation"]["ephemeral_1h_input_tokens"] >= written
    assert [short[name] for name in counts][1:] == [0, 0]


def test_a_prefix_is_found_only_once_an_answer_that_wrote_it_has_begun(ask):
    go = threading.Event()

    async def let_go(server):
        try:
            await asyncio.to_thread(server.wait_for, in_flight=3, timeout=30)
        finally:
            go.set()

    with StandIn(always(standin.Held(go))) as server:
        asked = [ask.ask("messages", server, LONG_DOSSIER, f"{TASK} {n}", cached="5m") for n in range(3)]
        *together, _ = ask.many(*asked, let_go(server))
        assert [heard.body["usage"]["cache_read_input_tokens"] for heard in together] == [0, 0, 0]
        assert ask("messages", server, LONG_DOSSIER, TASK, cached="5m").body["usage"][
            "cache_read_input_tokens"
        ]


@each_api
def test_an_answer_can_be_changed_piece_by_piece(ask, api):
    with StandIn() as server:
        usual = ask(api, server).body["usage"]
        server.script = always(standin.Usage(usage=None))
        assert "usage" not in ask(api, server).body
        server.script = always(standin.Usage(standin.Verdict("skip"), {"input_tokens": -1}))
        heard = ask(api, server)
        assert heard.verdict["decision"] == "skip"
        assert heard.body["usage"].keys() == usual.keys() | {"input_tokens"}
        assert heard.body["usage"]["input_tokens"] == -1
        server.script = always(standin.Headers(standin.Served(model="m-2"), {"X-Odd": "1"}))
        heard = ask(api, server)
        assert (heard.body["model"], heard.headers["x-odd"]) == ("m-2", "1")
        server.script = always(standin.Edited(lambda body: body | {"id": "same"}))
        assert ask(api, server).body["id"] == ask(api, server).body["id"] == "same"
