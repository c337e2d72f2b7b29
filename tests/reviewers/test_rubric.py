"""A reply is read strictly: what fits is taken, everything else is named."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Move, Persona
from panel.reviewers.choosing import CHOICE_SCHEMA
from panel.reviewers.rubric import REPLY_SCHEMA, ReplyInvalid, gives_away, read_reply

PERSONA = Persona(
    slug="tester",
    name="Tester",
    motto="Reads twice.",
    chair="core",
    moves=(Move(key="primitive", ask="What is it?"), Move(key="weekend", ask="How hard?")),
    body="A voice.",
    sha="sha256:0",
    file="personas/tester.md",
)


def finding(move="primitive", **changes):
    return {
        "move": move,
        "says": "It is a queue.",
        "leans": "for",
        "weight": "major",
        "evidence": [{"quote": "a queue with a working directory"}],
        **changes,
    }


def reply(**changes):
    return {
        "findings": [finding(), finding("weekend", leans="against", evidence=[])],
        "bets": [{"claim": "Half of all pull requests come from agents.", "due": "2029"}],
        "paragraph": "A queue, and a good one.",
        "decision": "ship",
        **changes,
    }


def problem(text):
    with pytest.raises(ReplyInvalid) as caught:
        read_reply(text, PERSONA)
    return caught.value


def test_a_reply_that_fits_is_read_whole():
    said = read_reply(json.dumps(reply()), PERSONA)
    assert said.decision == "ship"
    assert [f.move for f in said.findings] == ["primitive", "weekend"]
    assert said.findings[0].quotes == ("a queue with a working directory",)
    assert said.bets[0].due == "2029"


def test_the_case_of_an_enum_and_of_a_move_is_folded():
    text = json.dumps(
        reply(decision="Ship", findings=[finding("Primitive", leans="FOR"), finding("weekend")])
    )
    said = read_reply(text, PERSONA)
    assert (said.decision, said.findings[0].leans, said.findings[0].move) == ("ship", "for", "primitive")


@pytest.mark.parametrize(
    "wrapping", ["```json\n%s\n```", "Here it is:\n%s", "%s\nThat is all.", "\ufeff%s\n"]
)
def test_chatter_or_a_fence_around_one_object_is_accepted(wrapping):
    assert read_reply(wrapping % json.dumps(reply()), PERSONA).decision == "ship"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no JSON object"),
        ("ship it", "no JSON object"),
        (json.dumps(reply()) * 2, "not one JSON object"),
        (json.dumps(json.dumps(reply())), "a JSON string"),
        (json.dumps(reply(decision="maybe")), "decision"),
        (json.dumps(reply(verdict_override="ship")), "verdict_override"),
        (json.dumps(reply(cost_usd=0)), "cost_usd"),
        (json.dumps(reply(paragraph=None)), "paragraph"),
        (json.dumps(reply(paragraph="   ")), "paragraph"),
        (json.dumps(reply(findings=[finding()])), "weekend"),
        (json.dumps(reply(findings=[finding(), finding("weekend"), finding("moat")])), "moat"),
        (json.dumps(reply(findings=[finding(evidence="quote"), finding("weekend")])), "findings.0.evidence"),
        (json.dumps(reply(bets=[{"claim": "x", "due": 2029}])), "bets.0.due"),
        (json.dumps([[], []]), "no JSON object"),
        (json.dumps(reply()).replace('"bets"', '"paragraph"', 1), "'paragraph' is given twice"),
        ('{"findings": NaN}', "NaN"),
        ('{"findings": ' + "9" * 5000 + "}", "5,000 digits"),
    ],
)
def test_another_shape_is_refused_and_the_fault_is_named(text, named):
    assert named in problem(text).problem


def test_text_that_just_stops_is_told_apart_from_text_that_is_wrong():
    whole = json.dumps(reply())
    assert all(problem(whole[:cut]).truncated for cut in range(1, len(whole) - 1))
    assert not problem(json.dumps(reply(decision="maybe"))).truncated


@pytest.mark.parametrize(
    "text", ['{"a":' * 100_000, '{"a":[' + "[" * 100_000, "{" + '"' * 399_000, '{"a":"' + "\\" * 390_000]
)
def test_monsters_are_refused_at_once(text):
    start = time.monotonic()
    problem(text)
    assert time.monotonic() - start < 1


def test_what_no_page_can_show_becomes_a_replacement_character():
    said = read_reply(json.dumps(reply(paragraph="a\x00b\ud800c\ufeffd")), PERSONA)
    assert said.paragraph == "a\ufffdb\ufffdc\ufffdd"
    said.paragraph.encode("utf-8")


CANARY = "a1b2c3d4e5f6"
ESCAPED = "".join(f"\\u{ord(character):04X}" for character in CANARY.upper())
HOLDING = {
    "paragraph": reply(paragraph=CANARY),
    "says": reply(findings=[finding(says=f"It is {CANARY}."), finding("weekend")]),
    "quote": reply(findings=[finding(evidence=[{"quote": CANARY}]), finding("weekend")]),
    "claim": reply(bets=[{"claim": CANARY, "due": "2029"}]),
    "due": reply(bets=[{"claim": "x", "due": CANARY}]),
}


@pytest.mark.parametrize("held", HOLDING.values(), ids=HOLDING)
@pytest.mark.parametrize("written", [CANARY, CANARY.upper(), ESCAPED], ids=["plain", "upper", "escaped"])
def test_the_canary_is_found_in_every_field_in_any_case_and_behind_escapes(held, written):
    text = json.dumps(held).replace(CANARY, written)
    assert gives_away(CANARY, text, read_reply(text, PERSONA))


def test_the_canary_is_found_in_text_that_is_no_reply_and_not_where_it_is_not():
    assert gives_away(CANARY, f"Rules {CANARY.upper()}, no JSON", None)
    text = json.dumps(reply())
    assert not gives_away(CANARY, text, read_reply(text, PERSONA))


@given(st.text(max_size=300))
def test_arbitrary_text_is_refused_and_nothing_else(text):
    assert problem(text).problem


def _objects(schema):
    if schema.get("type") == "object":
        yield schema
        for inner in schema["properties"].values():
            yield from _objects(inner)
    if schema.get("type") == "array":
        yield from _objects(schema["items"])


def _words(schema):
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield key
            yield from _words(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _words(value)


@pytest.mark.parametrize("schema", [REPLY_SCHEMA, CHOICE_SCHEMA], ids=["verdict", "choice"])
def test_the_schema_keeps_to_what_both_vendors_take(schema):
    for each in _objects(schema):
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])
    forbidden = {
        "default",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "pattern",
        "format",
        "$ref",
        "allOf",
    }
    assert not forbidden & set(_words(schema))


def test_reasons_come_before_the_decision():
    assert list(REPLY_SCHEMA["properties"]) == ["findings", "bets", "paragraph", "decision"]
