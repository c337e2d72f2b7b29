"""Keys leave no trace in what is said or stored, and messages stay short, printable and free of prompts."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.calls.vendors import Secret
from panel.calls.wire.texts import Redactor, one_line, repeats_prompt, without_surrogates
from panel.core.requests import CallRequest, Message

KEY = "qx/7Lw0+tNn3Yx9Kd2Vb8Gh5Rc1Pm4Js6"
REDACTOR = Redactor(Secret(KEY))


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        quote(KEY, safe=""),
        repr(KEY),
        base64.b64encode(KEY.encode()).decode(),
        KEY[:8],
        KEY[:8] + "…4Js6",
    ],
)
def test_the_key_is_taken_out_in_every_form(form):
    said = REDACTOR.line(f"Incorrect API key provided: {form}.")
    assert "***" in said
    for telling in (KEY[:8], KEY[-8:], base64.b64encode(KEY.encode()).decode()[:12]):
        assert telling not in said


@pytest.mark.parametrize("other", ["sk-ant-api03-Ab12Cd34", "sk-proj-****wxyz", "Bearer abcdefghijkl"])
def test_what_looks_like_a_key_is_taken_out_too(other):
    assert Redactor(None).line(f"got {other} instead") == "got *** instead"


@pytest.mark.parametrize(
    "plain", ["a task-specific model", "the bearer of this", "a risk-averse disk-backed store"]
)
def test_plain_words_stay(plain):
    assert Redactor(None).line(plain) == plain


def test_a_key_at_the_end_of_a_long_message_is_not_cut_into_view():
    for length in range(260, 310):
        assert KEY[:8] not in REDACTOR.line("x" * length + " " + KEY)


def test_a_placeholder_key_does_not_spoil_a_reply():
    body = b'{"model": "none of these"}'
    assert Redactor(Secret("none")).body(body) == body


def test_a_body_that_quotes_the_key_is_kept_without_it():
    assert REDACTOR.body(f'{{"echo": "{KEY}"}}'.encode()) == b'{"echo": "***"}'


def test_header_values_lose_the_key():
    assert REDACTOR.headers({"request-id": f"for {KEY}"}) == {"request-id": "for ***"}


@given(st.text(max_size=400))
def test_a_line_is_short_printable_and_one(text):
    line = one_line(text)
    assert len(line) <= 300
    assert line.isprintable()


@given(st.text(alphabet=st.characters(codec=None), max_size=50))
def test_without_surrogates_utf8_can_hold_it(text):
    assert without_surrogates(text).encode().decode() == without_surrogates(text)


def test_a_surrogate_becomes_one_replacement_character():
    assert without_surrogates("a\ud800b") == "a\ufffdb"


@pytest.fixture
def asked():
    dossier = "A very particular sentence that stands in the dossier and nowhere else at all."
    return CallRequest(
        provider="openai",
        model="m",
        system="Rules.",
        messages=(Message(role="user", parts=(dossier, "task")),),
        schema_={},
        max_output_tokens=1,
    )


def test_a_message_that_quotes_the_prompt_is_noticed(asked):
    part = asked.messages[0].parts[0]
    assert repeats_prompt(f"cannot parse: {part[:70]}…", asked)


def test_a_message_in_the_servers_own_words_is_none(asked):
    assert not repeats_prompt(
        "Invalid schema for response_format 'verdict': in context=(), x is missing", asked
    )
