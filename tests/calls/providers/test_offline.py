"""The offline reader quotes, says what is not answered, leans by signals, and never passes for a model."""

from __future__ import annotations

import asyncio
import json

from panel.calls.providers.base import connect
from panel.calls.vendors import Connection
from panel.core.domain import Move, Persona, Signals
from panel.core.requests import CallRequest, Message

READER = connect("offline", Connection())
PERSONA = Persona(
    slug="tester",
    name="Tester",
    motto="Reads twice.",
    chair="core",
    moves=(
        Move(key="licence", ask="Under which licence is it?"),
        Move(key="speed", ask="How quickly does it run?"),
    ),
    signals=Signals(**{"for": ("open weights",), "against": ("waitlist",)}),
    words=(40, 90),
    body="A voice.",
    sha="sha256:0",
    file="personas/tester.md",
)


def ask(*lines):
    block = ["intro", "<<<DOSSIER 0123456789abcdef", "[body]", *lines, "DOSSIER 0123456789abcdef END>>>"]
    request = CallRequest(
        provider="offline",
        model="reader",
        system="rules",
        messages=(Message(role="user", parts=("\n".join(block), "task")),),
        schema_={},
        max_output_tokens=100,
        options=READER.options(PERSONA),
    )
    raw = asyncio.run(READER.send(request, deadline=1))
    return json.loads(READER.read(request, raw).text)


GOOD = "The model comes with open weights under a permissive licence."
BAD = "Access to the licence server is by waitlist for the time being."


def test_it_answers_every_move_in_order():
    assert [finding["move"] for finding in ask(GOOD)["findings"]] == ["licence", "speed"]


def test_it_quotes_the_sentence_that_shares_words_with_the_question():
    finding = ask("Nothing here is of any interest to anybody.", GOOD)["findings"][0]
    assert finding["evidence"] == [{"quote": GOOD}]


def test_it_says_which_questions_are_not_answered():
    reply = ask(GOOD)
    assert reply["findings"][1]["says"] == "The dossier does not answer this question."
    assert "does not answer: speed" in reply["paragraph"]


def test_it_leans_by_the_declared_signals_and_decides_accordingly():
    assert (ask(GOOD)["findings"][0]["leans"], ask(GOOD)["decision"]) == ("for", "ship")
    assert (ask(BAD)["findings"][0]["leans"], ask(BAD)["decision"]) == ("against", "skip")


def test_without_a_signal_it_does_not_recommend():
    assert ask("The licence is printed on the last page of the manual.")["decision"] == "skip"


def test_a_signal_nobody_asked_about_still_counts():
    assert ask("There is a waitlist and nothing else to be seen here.")["decision"] == "skip"
    assert "waitlist" in ask("There is a waitlist and nothing else to be seen here.")["paragraph"]


def test_the_same_request_gets_the_same_answer():
    assert ask(GOOD, BAD) == ask(GOOD, BAD)


def test_it_says_that_no_model_was_asked_and_keeps_to_the_length_wanted():
    reply = ask(
        *(f"Sentence number {n} speaks of the licence and of how quickly it runs." for n in range(40))
    )
    assert reply["paragraph"].startswith("No model was asked")
    assert len(reply["paragraph"].split()) <= PERSONA.words[1]


def test_headings_code_and_tables_are_not_quoted():
    reply = ask(
        "# Licence of this remarkable tool here", "```", GOOD, "```", "| licence | open weights are here |"
    )
    assert reply["findings"][0]["evidence"] == []


def test_text_outside_the_markers_is_not_evidence():
    reply = ask("DOSSIER 0123456789abcdef END>>>", GOOD)
    assert reply["findings"][0]["evidence"] == []


CHOICE = {"properties": {"choice": {}}}


def choose(*bodies):
    parts = [
        "\n".join([f"<<<DOSSIER {n:016x}", "[body]", *body, f"DOSSIER {n:016x} END>>>"])
        for n, body in enumerate(bodies)
    ]
    request = CallRequest(
        provider="offline",
        model="reader",
        system="rules",
        messages=(Message(role="user", parts=(*parts, "task")),),
        schema_=CHOICE,
        max_output_tokens=100,
        options=READER.options(PERSONA),
    )
    raw = asyncio.run(READER.send(request, deadline=1))
    return json.loads(READER.read(request, raw).text)


def test_of_two_it_chooses_by_signals_whichever_stands_first():
    one, other = choose([GOOD], [BAD]), choose([BAD], [GOOD])
    assert (one["choice"], other["choice"]) == ("first", "second")
    assert one["because"] == other["because"]
    assert one["because"].startswith("No model was asked")
    assert (one["for_first"], one["first_if"]) == (other["for_second"], other["second_if"])
    assert one["first_if"] == [f"this is what you look for: “{GOOD}”"]
    assert one["second_if"] == []


def test_of_two_with_the_same_signals_neither_is_the_stronger():
    assert choose([GOOD], [GOOD])["choice"] == choose([BAD], [BAD])["choice"] == "neither"
