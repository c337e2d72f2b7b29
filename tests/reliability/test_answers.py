"""FAULTS A11 and A16 to A36: whatever comes back of a seat, it is a verdict or a named reason why not."""

from __future__ import annotations

import json
import time
import tracemalloc
import zlib

import pytest

from panel.reviewers.rubric import ReplyInvalid, read_reply
from tests.calls.providers.dialects import DIALECTS, PERSONA
from tests.cli.seats import seats
from tests.reliability.apis import APIS, CHAT, MESSAGES, failure_of, verdict_of
from tests.standin import (
    ContentFilter,
    Edited,
    Empty,
    Raw,
    Refusal,
    Status,
    Text,
    ToolCall,
    Truncated,
    Usage,
    Verdict,
    always,
    sequence,
)

pytestmark = pytest.mark.usefixtures("without_jitter")


def packed(megabytes):
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(1_000_000)) for _ in range(megabytes)), packer.flush()])


HTML = {"content-type": "text/html"}
GZIP = {"content-encoding": "gzip"}
PAGE = b"<!doctype html><title>\x1b[31mMaintenance</title>"

#: By row and case: what the seat is answered for ever, and then its failure's stage and kind, a piece of its
#: message, and how often it was asked. An envelope nobody can read may have been paid: twice at most.
NO_ANSWERS = {
    "A11 413": (Status(413, "Too big."), "call", "outage", "characters were sent", 1),
    "A11 context": (
        Status(400, "Your prompt is too long.", "context_length_exceeded"),
        "call", "outage", "characters were sent", 1,
    ),
    "A16": (Raw(200, HTML, PAGE), "reply", "outage", r"not JSON: <!doctype html><title>\x1b[31mMaint", 2),
    "A17 error": (Raw(200, {}, b'{"error": {"message": "On fire."}}'), "reply", "outage", "On fire.", 2),
    "A17 null": (Raw(200, {}, b"null"), "reply", "outage", "null, not a JSON object", 2),
    "A17 list": (Raw(200, {}, b"[]"), "reply", "outage", "a list, not a JSON object", 2),
    "A17 empty": (Raw(200, {}, b""), "reply", "outage", "the body is empty", 2),
    "A17 half": (Raw(200, {}, b'{"id": "x", "out'), "reply", "outage", "not JSON", 2),
    "A17 UTF-8": (Raw(200, {}, b'{"id": "\xff"}'), "reply", "outage", "not UTF-8", 2),
    "A17 stream": (
        Raw(200, {"content-type": "text/event-stream"}, b"event: ping\ndata: {}\n\n"),
        "reply", "outage", "not JSON: event: ping", 2,
    ),
    "A18 choices": (Empty("no_choices"), "reply", "outage", "empty answer", 2),
    "A18 null": (Empty("null_content"), "reply", "outage", "empty answer", 2),
    "A18 blank": (Empty("blank"), "reply", "outage", "empty answer", 2),
    "A19": (Text('{"findings": [{"move": "prim'), "reply", "truncated", "truncated JSON", 2),
    "A20 some": (Truncated(), "reply", "truncated", "cut off at 12,000 tokens", 2),
    "A20 none": (Truncated(""), "reply", "truncated", "cut off at 12,000 tokens", 2),
    "A21 stop": (Refusal("I will not.", kind="stop"), "reply", "refusal", "", 1),
    "A21 filter": (ContentFilter(), "reply", "refusal", "", 1),
    "A21 prose": (Refusal("I cannot judge this.", kind="prose"), "reply", "invalid", "no JSON object", 2),
    "A22 enum": (Verdict("maybe"), "reply", "invalid", "decision", 2),
    "A22 missing": (Text('{"decision": "ship"}'), "reply", "invalid", "findings", 2),
    "A22 type": (Verdict(extra={"paragraph": 7}), "reply", "invalid", "paragraph", 2),
    "A22 null": (Verdict(extra={"bets": None}), "reply", "invalid", "bets", 2),
    "A22 range": (Verdict(paragraph="word " * 2_000), "reply", "invalid", "paragraph", 2),
    "A22 override": (Verdict(extra={"verdict_override": "ship"}), "reply", "invalid", "verdict_override", 2),
    "A22 cost": (Verdict(extra={"cost_usd": 0}), "reply", "invalid", "cost_usd", 2),
    "A22 proto": (Verdict(extra={"__proto__": {}}), "reply", "invalid", "__proto__", 2),
    "A23": (Text('{"bets": [], "bets": [1]}'), "reply", "invalid", "'bets' is given twice", 2),
    "A24 NaN": (Text('{"findings": NaN}'), "reply", "invalid", "NaN", 2),
    "A24 Infinity": (Text('{"findings": -Infinity}'), "reply", "invalid", "Infinity", 2),
    "A24 digits": (Text('{"findings": ' + "9" * 5_000 + "}"), "reply", "invalid", "5,000 digits", 2),
    "A24 string": (Text(json.dumps(json.dumps({"a": "b"}))), "reply", "invalid", "JSON string", 2),
    "A24 two": (Text('{"a": 1} {"b": 2}'), "reply", "invalid", "not one JSON object", 2),
    "A32 bomb": (Raw(200, GZIP, packed(20)), "reply", "outage", "larger than 8,000,000 bytes", 2),
    "A32 no gzip": (Raw(200, GZIP, b"no gzip"), "reply", "outage", "", 2),
    "A36": (ToolCall("delete_all"), "reply", "outage", "unexpected tool: delete_all", 2),
}  # fmt: skip


#: What a model says is the same text in all three envelopes: one API is enough for that.
TEXTS = ("A19", "A22", "A23", "A24")
CASES = [
    pytest.param(api, case, id=f"{api.name}-{case}")
    for case in NO_ANSWERS
    for api in ((CHAT,) if case.startswith(TEXTS) else APIS)
]


@pytest.mark.parametrize(("api", "case"), CASES, indirect=["api"])
def test_an_answer_that_is_none_fails_its_seat_by_name_and_no_other(ask, server, case):
    answer, stage, kind, says, requests = NO_ANSWERS[case]
    server.script = seats(builder=answer)
    ended = ask()
    failure = failure_of(ended.json)
    assert (failure["stage"], failure["kind"]) == (stage, kind)
    assert says in failure["message"]
    assert failure["message"].isprintable()
    assert len(ask.sent()) == failure["attempts"] == requests
    assert verdict_of(ended.json, "skeptic")["decision"] == "ship"
    assert ended.code == 1
    assert "builder" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("case", ["A16", "A17 half", "A17 UTF-8", "A19", "A20 some", "A22 enum", "A36"])
def test_the_bytes_of_an_answer_that_is_none_are_kept_and_charged(ask, server, case):
    answer = NO_ANSWERS[case][0]
    server.script = seats(builder=answer)
    ask()
    rows = ask.rows("builder")
    assert {row.state for row in rows} == {"settled"}
    assert all(row.body and row.cost_usd > 0 for row in rows)
    if isinstance(answer, Raw):
        assert {row.body for row in rows} == {answer.body}
        assert PAGE not in b"".join(p.read_bytes() for p in ask.workspace.glob("runs/*/reviews/*"))


@pytest.mark.parametrize("status", [403, 502])
def test_a_page_of_another_status_is_that_status(ask, server, status):  # A16
    page = Raw(status, HTML, PAGE + b"<p>x</p>" * 500)
    server.script = seats(builder=sequence([page, None]))
    ended = ask()
    if status == 502:
        assert (ended.code, ended.json["status"]) == (0, "complete")
        assert len(ask.sent()) == 2
    else:
        assert ended.code == 3
        assert r"not JSON: <!doctype html><title>\x1b[31m" in ended.err
        assert len(ended.err) < 2_000


@pytest.mark.parametrize("text", [None, ""], ids=["some content", "no content"])
def test_a_cut_off_answer_is_never_asked_for_again_in_the_same_words(ask, server, text):  # A20
    server.script = seats(builder=always(Truncated(text)))
    ask()
    bodies = [seen.raw for seen in ask.sent()]
    assert len(bodies) == len(set(bodies)) == 2
    first, second = (seen.max_tokens for seen in ask.sent())
    assert second == 2 * first


@pytest.mark.parametrize("api", [CHAT, MESSAGES], indirect=True, ids=lambda api: api.name)
@pytest.mark.parametrize("case", [case for case in NO_ANSWERS if case.startswith(("A19", "A22", "A23"))])
def test_the_one_repair_quotes_what_was_wrong(ask, server, case):  # A19, A22, A23
    answer, *_, says, _ = NO_ANSWERS[case]
    server.script = seats(builder=sequence([answer, Verdict("skip")]))
    ended = ask()
    assert (ended.code, verdict_of(ended.json)["decision"]) == (0, "skip")
    _, repair = ask.sent()
    assert (repair.turn, repair.roles[-2:]) == (2, ("assistant", "user"))
    assert (says if case != "A19" else "the JSON stops before its end") in repair.parts[-1]


@pytest.mark.parametrize("case", ["A21 stop", "A21 filter"])
def test_a_refusal_is_no_vote_and_no_answer_for_the_next_run(ask, server, case):  # A21
    server.script = seats(builder=NO_ANSWERS[case][0])
    first = ask().json
    assert first["panel"]["counted"] == 1
    assert [verdict["persona"] for verdict in first["verdicts"]] == ["skeptic"]
    server.script = None
    again = ask()
    assert (again.code, verdict_of(again.json)["decision"]) == (0, "ship")
    assert (again.json["cost"]["calls"], again.json["cost"]["from_ledger"]) == (1, 1)


def test_words_of_a_refusal_are_shown(ask, server):  # A21
    if ask.api is MESSAGES:
        pytest.skip("there a refusal in words is stop_reason refusal with text: the case `stop` above")
    server.script = seats(builder=Refusal("I will not judge this.", kind="field"))
    failure = failure_of(ask().json)
    assert (failure["kind"], failure["message"]) == ("refusal", "I will not judge this.")


@pytest.mark.parametrize("api", [CHAT], indirect=True, ids=lambda api: api.name)
@pytest.mark.parametrize("around", ["```json\n%s\n```", "Here it is:\n%s", "%s\nThat is all."])
def test_chatter_around_one_object_costs_no_second_call(ask, server, around):  # A25
    def wrapped(seen):
        findings = [
            {"move": move, "says": "Yes.", "leans": "for", "weight": "major", "evidence": []}
            for move in seen.moves
        ]
        reply = {"findings": findings, "bets": [], "paragraph": "It holds up.", "decision": "ship"}
        return Text(around % json.dumps(reply))

    server.script = seats(builder=wrapped)
    ended = ask()
    assert (ended.code, verdict_of(ended.json)["paragraph"]) == (0, "It holds up.")
    assert len(ask.sent()) == 1


@pytest.mark.parametrize("api", [CHAT], indirect=True, ids=lambda api: api.name)
def test_a_verdict_in_another_language_counts_and_is_flagged(ask, server):  # A27
    paragraph = "Das Werkzeug hält, was es verspricht, und wer damit arbeitet, spart eine Stunde. " * 7
    server.script = seats(builder=Verdict(paragraph=paragraph))
    ended = ask()
    verdict = verdict_of(ended.json)
    assert (ended.code, verdict["decision"], ended.json["panel"]["counted"]) == (0, "ship", 2)
    assert "language" in {flag["kind"] for flag in verdict["flags"]}


@pytest.mark.parametrize(
    "usage",
    [
        None,
        dict.fromkeys(("input_tokens", "prompt_tokens", "output_tokens", "completion_tokens"), None),
        dict.fromkeys(("output_tokens", "completion_tokens"), -3),
        dict.fromkeys(("output_tokens", "completion_tokens"), 10**30),
        dict.fromkeys(("output_tokens", "completion_tokens"), 1.5),
        "many",
    ],
    ids=["missing", "null", "negative", "huge", "fraction", "text"],
)
def test_usage_that_cannot_be_is_charged_at_the_reservation_and_flagged(ask, server, usage):  # A29
    server.script = seats(builder=Usage(None, usage))
    record = ask().json
    verdict = verdict_of(record)
    (row,) = ask.rows("builder")
    assert verdict["cost_usd"] == row.cost_usd == row.reserved_usd
    assert "usage" in {flag["kind"] for flag in verdict["flags"]}
    assert 0 < record["cost"]["usd"] < 1
    assert 0 <= record["cost"]["output_tokens"] < 100_000


def test_replies_of_one_id_are_kept_under_our_own_keys(ask, server):  # A30
    server.script = always(Edited(lambda envelope: {**envelope, "id": "the-same"}))
    record = ask().json
    assert len({verdict["call"] for verdict in record["verdicts"]}) == 2
    assert [json.loads(row.body)["id"] for row in ask.rows()] == ["the-same"] * 2
    assert ask().json["cost"]["from_ledger"] == 2


MONSTERS = {
    "deep objects": '{"a":' * 100_000,
    "deep lists": '{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
    "long string": '{"paragraph": "' + "x" * 5_000_000 + '"}',
    "many digits": '{"paragraph": ' + "9" * 5_000 + "}",
    "many keys": "{" + ",".join(f'"k{n}":{n}' for n in range(30_000)) + "}",
    "backslashes": '{"a":"' + "\\" * 390_000,
}


@pytest.mark.parametrize("monster", MONSTERS)
def test_a_monster_is_refused_within_a_second_and_fifty_megabytes(api, monster):  # A24
    dialect = next(each for each in DIALECTS if each.id == api.name)
    envelope = json.dumps(dialect.good(MONSTERS[monster])).encode()
    tracemalloc.start()
    try:
        start = time.process_time()
        with pytest.raises(ReplyInvalid) as caught:
            read_reply(dialect.read(envelope).text, PERSONA)
        seconds = time.process_time() - start
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(caught.value.problem) < 1_000
    assert peak < 50_000_000
    assert seconds < 1


def test_nothing_is_streamed_and_no_tool_is_offered(ask, server):  # A33, A36
    ask()
    assert server.requests
    for seen in server.requests:
        assert not {"stream", "tools", "tool_choice", "functions"} & seen.body.keys()
