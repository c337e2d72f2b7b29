"""Recorded answers are read as they were, and the cassettes hold no key and say where they come from."""

from __future__ import annotations

import os

import pytest

from panel.calls.faults import Fault
from tests.calls.providers import recording, test_live
from tests.calls.providers.dialects import BAIT, DIALECTS, MESSAGES
from tests.calls.providers.recording import CASES, HOST, answer_of, path_of, problems_of, recorder
from tests.standin import StandIn, Status, always

RECORDING = os.environ.get("PANEL_RECORD") == "standin"


def record(dialect, name):
    """Record one cassette anew."""
    path = path_of(dialect.id, name)
    path.unlink(missing_ok=True)
    with StandIn(always(answer_of(CASES[name]))) as server:
        outcome_of(dialect, name, dialect.url_of(server), record=True)


def outcome_of(dialect, name, url, *, record=False):
    """The ending of the reply or the cause of the fault, and what came with it."""
    with recorder(record=record).use_cassette(str(path_of(dialect.id, name))) as cassette:
        try:
            reply = dialect.connect(url).read(dialect.request(), dialect.ask(url))
        except Fault as fault:
            found = fault.cause, fault
        else:
            found = reply.ending, reply
    assert record or cassette.all_played
    return found


@pytest.fixture(params=CASES)
def case(request, dialect):
    if RECORDING:
        record(dialect, request.param)
    return request.param


def test_a_recorded_answer_ends_as_it_did(dialect, case):
    url = f"{HOST}/v1" if dialect is not MESSAGES else HOST
    ending, found = outcome_of(dialect, case, url)
    assert ending == CASES[case].outcome
    if case == "good":
        assert found.text == CASES[case].answer.text
        assert found.usage.output_tokens > 0
        assert found.served_model == dialect.model
    if case == "401":
        assert "Incorrect API key provided: ***" in found.message
    if case == "429":
        assert (found.retry_after, found.retry) == (7, True)


def test_a_request_that_is_on_no_cassette_is_not_sent(dialect):
    url = f"{HOST}/v1" if dialect is not MESSAGES else HOST
    with (
        recorder(record=False).use_cassette(str(path_of(dialect.id, "good"))),
        pytest.raises(Fault, match="CannotOverwriteExistingCassette"),
    ):
        dialect.ask(url, model="another")


def test_there_is_a_cassette_for_every_case_and_no_other():
    expected = {path_of(dialect.id, name) for dialect in DIALECTS for name in CASES}
    assert set(recording.FOLDER.glob("*.yaml")) == expected


def test_no_cassette_holds_a_key_and_each_says_what_it_is():
    wrong = {path.name: problems_of(path.read_text("utf-8")) for path in recording.FOLDER.glob("*.yaml")}
    assert not {name: problems for name, problems in wrong.items() if problems}


@pytest.mark.parametrize(
    ("planted", "problem"),
    [
        (BAIT, "holds 'sk-proj-"),
        ("Authorization: x", "holds 'Authorization'"),
        ("set-cookie: a", "holds 'cookie'"),
    ],
)
def test_the_scan_finds_what_is_planted(planted, problem):
    text = path_of("chat", "good").read_text("utf-8")
    assert any(found.startswith(problem) for found in problems_of(f"{text}# {planted}\n"))


def test_the_scan_misses_a_statement_that_is_not_there():
    text = path_of("chat", "good").read_text("utf-8").replace("statement:", "comment:")
    assert problems_of(text) == ["does not say that it was recorded against the stand-in"]


def test_a_live_recording_names_its_host_and_holds_no_key(dialect, tmp_path, monkeypatch):
    monkeypatch.setenv("PANEL_RECORD", "live")
    key = "live-key-0123456789"
    with StandIn(always(Status(401, f"Incorrect API key provided: {key}."))) as server:
        url = dialect.url_of(server)
        with test_live.recording(dialect.id, "https://vendor.example", key, tmp_path), pytest.raises(Fault):
            dialect.ask(url)
    text = (tmp_path / f"{dialect.id}.yaml").read_text("utf-8")
    assert "recorded against https://vendor.example" in text
    assert key not in text
    assert "Incorrect API key provided" in text
