"""Reading a stored reply: answers, endings, usage, and every envelope that holds no answer."""

from __future__ import annotations

import json
import time

import pytest

from panel.calls.faults import Fault
from tests.calls.providers.dialects import ANSWER, BAIT, CHAT, MESSAGES, RESPONSES, changed


def without(envelope, path):
    place = envelope
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return envelope


def fault_of(dialect, body):
    with pytest.raises(Fault) as caught:
        dialect.read(body)
    return caught.value


TEXT_AT = {
    "responses": ("output", 1, "content", 0, "text"),
    "chat": ("choices", 0, "message", "content"),
    "messages": ("content", 1, "text"),
}


# ---------------------------------------------------------------- answers


def test_a_good_reply_is_read_whole(dialect):
    reply = dialect.read(dialect.good(ANSWER))
    assert (reply.text, reply.ending, reply.detail) == (ANSWER, "complete", None)
    assert reply.served_model == dialect.model
    assert reply.response_id == dialect.good("")["id"]


def test_usage_counts_all_input_with_what_was_cached_and_written(dialect):
    usage = dialect.read(dialect.good(ANSWER)).usage
    assert usage.model_dump() == {
        "input_tokens": 1200,
        "cached_tokens": 1000,
        "cache_write_tokens": 100,
        "output_tokens": 90,
        "reasoning_tokens": 30,
        "doubt": None,
    }


def test_another_model_in_the_answer_is_told(dialect):
    assert dialect.read(dialect.good(ANSWER) | {"model": "cheap-1"}).served_model == "cheap-1"


@pytest.mark.parametrize("model", [None, 7, "", []])
def test_a_model_that_is_no_name_is_none(dialect, model):
    assert dialect.read(dialect.good(ANSWER) | {"model": model}).served_model is None


def test_lone_surrogates_nul_and_bom_do_not_break_a_reply(dialect):
    body = json.dumps(dialect.good("a\ud800b\0c\ufeff")).encode()
    text = dialect.read(b"\xef\xbb\xbf" + body).text
    assert text == "a\ufffdb\0c\ufeff"
    text.encode()


def test_commentary_is_no_part_of_the_answer():
    envelope = RESPONSES.good(ANSWER)
    commentary = {
        "type": "message",
        "phase": "commentary",
        "content": [{"type": "output_text", "text": "Let me see"}],
    }
    envelope["output"].insert(0, commentary)
    assert RESPONSES.read(envelope).text == ANSWER


def test_a_message_without_a_phase_is_the_answer():
    assert RESPONSES.read(without(RESPONSES.good(ANSWER), ("output", 1, "phase"))).text == ANSWER


def test_texts_of_several_blocks_are_one_answer():
    envelope = MESSAGES.good('{"decision":')
    envelope["content"].append({"type": "text", "text": ' "skip"}'})
    assert MESSAGES.read(envelope).text == ANSWER


def test_some_servers_send_the_content_as_a_list_of_parts():
    parts = [{"type": "text", "text": ANSWER}]
    assert CHAT.read(changed(CHAT.good(""), TEXT_AT["chat"], parts)).text == ANSWER


@pytest.mark.parametrize(
    ("which", "path"), [(CHAT, ("choices", 0, "finish_reason")), (MESSAGES, ("stop_reason",))]
)
def test_an_unknown_stop_reason_is_told_and_the_answer_kept(which, path):
    reply = which.read(changed(which.good(ANSWER), path, "eos"))
    assert (reply.text, reply.ending) == (ANSWER, "complete")
    assert "eos" in reply.detail


# ---------------------------------------------------------------- cut off

CUT = [
    (
        RESPONSES,
        {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
        "max_output_tokens",
    ),
    (RESPONSES, {"status": "incomplete", "incomplete_details": None}, "no reason given"),
    (CHAT, {("choices", 0, "finish_reason"): "length"}, "length"),
    (MESSAGES, {"stop_reason": "max_tokens"}, "max_tokens"),
    (MESSAGES, {"stop_reason": "model_context_window_exceeded"}, "model_context_window_exceeded"),
]


def with_all(envelope, changes):
    for path, value in changes.items():
        changed(envelope, path if isinstance(path, tuple) else (path,), value)
    return envelope


@pytest.mark.parametrize(("which", "changes", "detail"), CUT)
@pytest.mark.parametrize("text", ['{"decision": "sk', "", "  "])
def test_a_reply_that_was_cut_off_is_truncated_with_or_without_content(which, changes, detail, text):
    reply = which.read(with_all(which.good(text), changes))
    assert (reply.ending, reply.text, reply.detail) == ("truncated", text, detail)
    assert reply.usage.output_tokens == 90


@pytest.mark.parametrize("which", [RESPONSES, MESSAGES], ids=lambda d: d.id)
def test_a_cut_off_reply_may_have_no_content_at_all(which):
    changes = next(changes for other, changes, _ in CUT if other is which)
    empty = {"output": []} if which is RESPONSES else {"content": []}
    assert which.read(with_all(which.good(""), changes | empty)).ending == "truncated"


# ---------------------------------------------------------------- refusals

REFUSED = [
    (RESPONSES, {("output", 1, "content"): [{"type": "refusal", "refusal": "I will not."}]}, "I will not."),
    (
        RESPONSES,
        {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
        "content_filter",
    ),
    (RESPONSES, {"status": "failed", "error": {"code": "bio_policy", "message": "no"}}, "bio_policy: no"),
    (CHAT, {("choices", 0, "message", "refusal"): "I will not."}, "I will not."),
    (CHAT, {("choices", 0, "message"): {"content": None, "refusal": "I will not."}}, "I will not."),
    (CHAT, {("choices", 0, "finish_reason"): "content_filter"}, "content_filter"),
    (MESSAGES, {"stop_reason": "refusal", "content": []}, "no reason given"),
    (
        MESSAGES,
        {
            "stop_reason": "refusal",
            "stop_details": {"type": "refusal", "category": "cyber", "explanation": "Harm."},
        },
        "cyber: Harm.",
    ),
]


@pytest.mark.parametrize(("which", "changes", "detail"), REFUSED)
def test_a_refusal_is_a_refusal_and_says_why(which, changes, detail):
    reply = which.read(with_all(which.good("I cannot help with that."), changes))
    assert (reply.ending, reply.detail) == ("refused", detail)


def test_a_refused_reply_keeps_its_usage(dialect):
    _, changes, _ = next(row for row in REFUSED if row[0] is dialect)
    assert dialect.read(with_all(dialect.good(""), changes)).usage.input_tokens == 1200


# ---------------------------------------------------------------- no envelope

HTML = b"<!doctype html><html><title>\x1b[31mMaintenance</title></html>"
NO_ENVELOPE = {
    "html": (HTML, "not JSON: <!doctype html>"),
    "null": (b"null", "null, not a JSON object"),
    "list": (b"[]", "a list, not a JSON object"),
    "text": (b'"hello"', "a text, not a JSON object"),
    "number": (b"7", "a number, not a JSON object"),
    "empty": (b"", "not JSON: the body is empty"),
    "blank": (b"\xef\xbb\xbf \r\n", "not JSON: the body is empty"),
    "half": (b'{"id": "resp_1", "output": [{"ty', "not JSON"),
    "latin-1": (b'{"id": "\xe9"}', "not UTF-8"),
    "utf-16": ('{"id": 1}'.encode("utf-16"), "not UTF-8"),
    "event stream": (b'event: ping\ndata: {"type": "ping"}\n\n', "not JSON: event: ping data:"),
    "NaN": (b'{"id": NaN}', "NaN"),
    "Infinity": (b'{"id": -Infinity}', "-Infinity"),
    "huge integer": (b'{"id": ' + b"9" * 5_000 + b"}", "not JSON"),
    "deep": (b'{"a":' * 100_000, "nested too deep"),
    "deep list": (b"[" * 100_000 + b"]" * 100_000, "nested too deep"),
    "two objects": (b"{}{}", "not JSON"),
    "a key twice": (b'{"id": "a", "id": "b"}', "the key 'id' twice"),
}


@pytest.mark.parametrize("body", NO_ENVELOPE)
def test_what_is_no_envelope_is_a_fault_that_keeps_the_bytes(dialect, body):
    content, problem = NO_ENVELOPE[body]
    start = time.monotonic()
    fault = fault_of(dialect, content)
    assert time.monotonic() - start < 1
    assert problem in fault.message
    assert (fault.cause, fault.retry, fault.maybe_paid) == ("envelope", True, True)
    assert fault.raw.body == content
    assert fault.message.isprintable()
    assert len(fault.message) <= 300


def test_a_deeper_key_twice_is_refused_too(dialect):
    body = json.dumps(dialect.good("x")).replace(
        '"usage": {', '"usage": {"output_tokens": 1, "output_tokens": 2, '
    )
    assert "'output_tokens' twice" in fault_of(dialect, body.encode()).message


def test_a_body_that_quotes_the_key_does_not_get_it_into_the_message(dialect):
    fault = fault_of(dialect, f"<html>Authorization: Bearer {BAIT}".encode())
    assert BAIT[:8] not in fault.message
    assert "***" in fault.message


@pytest.mark.parametrize(
    "body", [{}, {"id": "x"}, {"output": None}, {"choices": []}, {"choices": {}}, {"content": 5}]
)
def test_an_object_without_an_answer_is_empty(dialect, body):
    assert "empty answer" in fault_of(dialect, body).message


@pytest.mark.parametrize("text", [None, "", "  \n", 7, [], {}, ["x"]])
def test_content_that_is_empty_null_or_blank_is_never_an_answer(dialect, text):
    body = changed(dialect.good(""), TEXT_AT[dialect.id], text)
    fault = fault_of(dialect, body)
    assert (fault.cause, fault.message) == ("envelope", "empty answer")
    assert (fault.usage.input_tokens, fault.usage.output_tokens, fault.usage.doubt) == (1200, 90, None)
    assert fault.served_model == dialect.model


@pytest.mark.parametrize(
    "error",
    [
        {"message": "The engine is on fire.", "type": "server_error", "code": "boom"},
        "The engine is on fire.",
    ],
)
def test_an_error_in_a_reply_of_status_200_is_a_fault(dialect, error):
    fault = fault_of(dialect, {"error": error})
    assert (fault.cause, fault.message) == ("envelope", "the reply is an error: The engine is on fire.")
    assert fault.maybe_paid


def test_an_error_of_anthropics_shape_is_found(dialect):
    error = {
        "type": "error",
        "error": {"type": "overloaded_error", "message": "Overloaded"},
        "request_id": "r",
    }
    assert "Overloaded" in fault_of(dialect, error).message


# ---------------------------------------------------------------- failed and unfinished responses


@pytest.mark.parametrize(
    ("code", "cause", "retry"),
    [
        ("server_error", "server", True),
        ("rate_limit_exceeded", "rate_limit", True),
        ("data_residency_mismatch", "request", False),
        (None, "request", False),
    ],
)
def test_a_failed_response_is_judged_by_its_code(code, cause, retry):
    body = RESPONSES.good("") | {
        "status": "failed",
        "error": {"code": code, "message": "Sorry."},
        "usage": None,
    }
    fault = fault_of(RESPONSES, body)
    assert (fault.cause, fault.retry, fault.maybe_paid) == (cause, retry, False)
    assert "Sorry." in fault.message


def test_a_failed_response_that_used_tokens_may_have_been_paid():
    body = RESPONSES.good("") | {"status": "failed", "error": {"code": "server_error", "message": "Sorry."}}
    fault = fault_of(RESPONSES, body)
    assert fault.maybe_paid
    assert fault.usage.input_tokens == 1200


@pytest.mark.parametrize("status", ["queued", "in_progress", "cancelled", "dreaming"])
def test_a_response_that_is_not_finished_is_a_fault(status):
    fault = fault_of(RESPONSES, RESPONSES.good(ANSWER) | {"status": status})
    assert (fault.cause, status in fault.message) == ("envelope", True)
    assert fault.usage.input_tokens == 1200


def test_a_paused_turn_is_a_fault():
    fault = fault_of(MESSAGES, MESSAGES.good(ANSWER) | {"stop_reason": "pause_turn"})
    assert "pause_turn" in fault.message
    assert fault.usage.input_tokens == 1200


def test_an_answer_without_choices_keeps_its_usage():
    assert fault_of(CHAT, CHAT.good(ANSWER) | {"choices": []}).usage.input_tokens == 1200


def test_an_error_in_a_reply_keeps_its_usage(dialect):
    assert fault_of(dialect, dialect.good(ANSWER) | {"error": "on fire"}).usage.input_tokens == 1200


# ---------------------------------------------------------------- tools nobody offered

TOOLS = [
    (
        RESPONSES,
        {"output": [{"type": "function_call", "name": "delete_all", "arguments": "{}"}]},
        "delete_all",
    ),
    (RESPONSES, {"output": [{"type": "web_search_call", "id": "ws_1"}]}, "web_search_call"),
    (CHAT, {("choices", 0, "message", "tool_calls"): [{"function": {"name": "delete_all"}}]}, "delete_all"),
    (CHAT, {("choices", 0, "finish_reason"): "tool_calls"}, "tool_calls"),
    (CHAT, {("choices", 0, "message", "tool_calls"): [7]}, "stop"),
    (MESSAGES, {"content": [{"type": "tool_use", "name": "delete_all", "input": {}}]}, "delete_all"),
    (MESSAGES, {"stop_reason": "tool_use"}, "without a name"),
]


@pytest.mark.parametrize(("which", "changes", "named"), TOOLS)
def test_a_tool_call_nobody_offered_is_a_fault(which, changes, named):
    fault = fault_of(which, with_all(which.good(ANSWER), changes))
    assert (fault.cause, fault.message) == ("envelope", f"unexpected tool: {named}")
    assert fault.usage.input_tokens == 1200
