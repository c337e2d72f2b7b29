"""FAULTS A01 to A15, A31 and A34: a provider that is down, in the way or out of money, and the command."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial

import pytest

from panel import session
from panel.calls.retrying import RetryPolicy
from panel.calls.windows import START
from panel.core.workspace import shipped
from tests.cli.seats import seats
from tests.reliability.apis import CHAT, MESSAGES, RESPONSES, TOOL, failure_of, verdict_of
from tests.standin import (
    FAULTS,
    Cut,
    Drip,
    Hang,
    Raw,
    Reset,
    StandIn,
    Status,
    always,
    by_model,
    by_text,
    first,
    once_each,
    random_faults,
)

#: Both vendors' ways to say that there is no money left.
NO_MONEY = {
    "openai": Status(429, "You exceeded your current quota.", "insufficient_quota"),
    "anthropic": Status(429, "Your spend limit is reached.", "enforced_spend_limit_reached"),
}


def give_model(ask, persona, model):
    """A persona of the workspace that names a model of its own; the line that names it."""
    text = (shipped("personas") / f"{persona}.md").read_text(encoding="utf-8")
    path = ask.workspace / "personas" / f"{persona}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace("chair: core", f"chair: core\nmodel: {model}"))
    return 1 + path.read_text().splitlines().index(f"model: {model}")


# ---------------------------------------------------------------- asked to wait


@pytest.mark.usefixtures("without_jitter")
def test_a_wait_of_a_second_is_kept_and_two_requests_are_all(ask, server):  # A01
    server.script = first(1, Status(429, headers={"retry-after": "1"}))
    ended = ask(seats=["builder"])
    assert ended.code == 0
    early, late = (seen.arrived for seen in ask.sent())
    assert 1.0 <= late - early < 10.0


#: Who speaks for the seat that has another provider than the rest.
OTHERS = {"openai": "anthropic:claude-sonnet-5-5", "anthropic": "openai:gpt-6.1-terra"}


def test_a_wait_of_a_day_parks_the_provider_at_once_and_another_goes_on(ask, server, monkeypatch):  # A02
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr(session, "RetryPolicy", partial(RetryPolicy, sleep=sleep))
    other = OTHERS[ask.api.provider]
    give_model(ask, "skeptic", other)
    server.script = always(Status(429, "Slow down.", headers={"retry-after": "86400"}))
    tools = [f"tool-{n}" for n in range(6)]
    with StandIn() as second:
        urls = {"OPENAI_BASE_URL": second.openai_base_url, "ANTHROPIC_BASE_URL": second.anthropic_base_url}
        ask("warm-up", **urls)  # both SDKs are loaded
        before, start = server.count, time.monotonic()
        ended = ask(*tools, **urls)
        assert time.monotonic() - start < 5.0
    assert ended.code == 4
    assert server.count - before <= START
    for record in ended.json:
        failure = failure_of(record)
        assert (failure["kind"], failure["persona"]) == ("parked", "builder")
        assert f"{ask.api.provider} at" in failure["message"]
        assert "wait 24 h 0 min" in failure["message"]
        assert verdict_of(record, "skeptic")["model"] == other
    assert slept == []


@pytest.mark.usefixtures("without_jitter")
@pytest.mark.parametrize("senseless", ["-5", "nan", "abc", "", "Fri, 20 Nov 2020 21:00:00 GMT"])
def test_a_wait_that_makes_no_sense_counts_as_none(ask, server, senseless):  # A02
    server.script = first(1, Status(429, headers={"retry-after": senseless}))
    start = time.monotonic()
    ended = ask(seats=["builder"])
    assert ended.code == 0
    assert len(ask.sent()) == 2
    assert time.monotonic() - start < 5.0


# ---------------------------------------------------------------- down for a while


PASSING = {
    **{str(status): Status(status) for status in (500, 502, 503, 504, 529, 408, 409)},
    "reset": Reset(),
    "closed": Cut("nothing"),
}


@pytest.mark.usefixtures("without_jitter")
@pytest.mark.parametrize("case", PASSING)
def test_what_passes_is_asked_once_more_and_answered(ask, server, case):  # A05
    server.script = once_each(PASSING[case])
    ended = ask()
    assert (ended.code, ended.json["status"]) == (0, "complete")
    assert Counter(seen.sha256 for seen in server.requests).most_common() == [
        (seen, 2) for seen in dict.fromkeys(seen.sha256 for seen in server.requests)
    ]


@pytest.mark.usefixtures("without_jitter")
def test_one_tool_that_always_fails_ends_after_three_requests_and_the_others_finish(ask, server):  # A07
    server.script = by_text({"tool poison ": Status(500, "Oops.")})
    ended = ask("poison", "healthy", "sound")
    poison, *others = ended.json
    for persona in ("builder", "skeptic"):
        failure = failure_of(poison, persona)
        assert (failure["kind"], failure["attempts"]) == ("outage", 3)
        assert "HTTP 500" in failure["message"]
    assert [record["status"] for record in others] == ["complete", "complete"]
    assert server.count == 2 * 3 + 4
    assert ended.code == 1
    assert "poison" in ended.err


# ---------------------------------------------------------------- the account


def account(ask, server, answer, tools=100):
    """How a command over so many tools ends whose every request is refused like that."""
    server.script = always(answer)
    return ask(*(f"tool-{n}" for n in range(tools)), **{ask.api.key_variable: "sk-not-that-one-1234"})


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("api", [RESPONSES, MESSAGES], indirect=True, ids=lambda api: api.name)
def test_a_refused_key_costs_four_requests_for_a_hundred_tools(ask, server, status):  # A08
    ended = account(ask, server, Status(status))
    assert ended.code == 3
    assert server.count <= START
    assert ask.api.key_variable in ended.err
    assert len([each for record in ended.json for each in record["failures"]]) == 200
    assert len(ask.records()) == 100, "every tool has its record all the same"


def test_no_money_is_never_asked_twice(ask, server):  # A04
    ended = account(ask, server, NO_MONEY[ask.api.provider], tools=10)
    assert ended.code == 3
    assert server.count <= START
    assert {seen.sha256: 1 for seen in server.requests} == Counter(seen.sha256 for seen in server.requests)
    for failure in (each for record in ended.json for each in record["failures"]):
        assert f"{ask.api.provider} at" in failure["message"]
        assert NO_MONEY[ask.api.provider].message in failure["message"]
        assert ask.api.key_variable in failure["message"]
    assert "quota" in ended.err


def test_a_retired_model_ends_its_seats_and_names_who_asked_for_it(ask, server):  # A10
    line = give_model(ask, "builder", "gone-1")
    server.script = by_model({"gone-1": Status(404, "The model gone-1 was retired.")})
    ended = ask("one", "two", "three")
    assert ended.code == 3
    assert 1 <= len(ask.sent()) <= 3
    assert max(Counter(seen.sha256 for seen in ask.sent()).values()) == 1
    for record in ended.json:
        message = failure_of(record)["message"]
        assert "gone-1" in message
        assert f"personas/builder.md:{line}" in message
        assert [verdict["persona"] for verdict in record["verdicts"]] == ["skeptic"]


# ---------------------------------------------------------------- refused requests

SCHEMA_REFUSED = {
    "openai": "Invalid schema for response_format 'verdict': 'bets' is missing in 'required'.",
    "anthropic": "output_config.format.schema: 'bets' is not supported",
}


def test_a_refused_schema_names_the_field_and_is_not_sent_again(ask, server):  # A12
    server.script = always(Status(400, SCHEMA_REFUSED[ask.api.provider]))
    ended = ask()
    assert ended.code == 3
    assert len(ask.sent("builder")) <= 1
    assert len(ask.sent("skeptic")) <= 1
    assert "schema" in failure_of(ended.json)["message"]
    assert "bets" in failure_of(ended.json)["message"]
    assert {row.state for row in ask.rows()} == {"abandoned"}


def test_the_schema_in_use_is_taken_by_whoever_checks_as_the_vendors_do(ask, server):  # A12
    assert ask().code == 0
    assert all(seen.schema for seen in server.requests)
    assert server.statuses == {200: 2}


# ---------------------------------------------------------------- maybe paid

BROKEN = {
    "reset": Reset(after_bytes=40),
    "half": Cut("half"),
    "no last chunk": Cut("no_last_chunk"),
    "wrong length": Cut("long_length"),
}


@pytest.mark.usefixtures("without_jitter")
@pytest.mark.parametrize("case", BROKEN)
def test_an_answer_that_breaks_off_is_asked_once_more_and_shown_as_maybe_paid(ask, server, case):  # A13
    server.script = once_each(BROKEN[case])
    ended = ask(seats=["builder"])
    assert (ended.code, ended.json["status"]) == (0, "complete")
    broken, good = ask.rows()
    assert (broken.state, good.state) == ("maybe_paid", "settled")
    assert ended.json["cost"]["usd"] == pytest.approx(broken.reserved_usd + good.cost_usd)
    assert "1 call maybe paid" in ask.panel("runs", "cost").out
    assert f"{TOOL} builder" in ask.panel("runs", "verify").out


@pytest.mark.usefixtures("without_jitter")
def test_an_answer_that_always_breaks_off_is_billed_twice_at_most(ask, server):  # A13
    server.script = seats(builder=Reset(after_bytes=40))
    failure = failure_of(ask().json)
    assert (failure["kind"], failure["attempts"], len(ask.sent())) == ("outage", 2, 2)
    assert "the connection broke" in failure["message"]


@pytest.mark.parametrize("silent", [Hang(), Drip(0.05)], ids=["no answer", "a byte now and then"])
def test_a_silent_answer_ends_at_the_deadline_and_holds_up_nobody(ask, server, silent):  # A14, A15
    ask("warm-up")
    server.script = seats(builder=silent)
    start = time.monotonic()
    ended = ask(flags=["--call-deadline", "0.6"])
    assert time.monotonic() - start < 5.0
    failure = failure_of(ended.json)
    assert (failure["kind"], failure["attempts"]) == ("outage", 1)
    assert "within the deadline of 0.6 s" in failure["message"]
    assert len(ended.json["verdicts"]) == 1
    (row,) = [row for row in ask.rows("builder") if row.tool == TOOL]
    assert row.state == "maybe_paid"


# ---------------------------------------------------------------- all at once


@pytest.mark.usefixtures("without_jitter")
@pytest.mark.parametrize("api", [CHAT], indirect=True, ids=lambda api: api.name)
def test_under_random_faults_every_seat_ends_in_a_verdict_or_a_named_failure(ask, server):  # A34
    faults = [fault for fault in FAULTS if fault != FAULTS[0]]
    server.script = random_faults(seed=34, rate=0.3, faults=faults)
    tools = [f"tool-{n}" for n in range(15)]
    ended = ask(*tools, seats=["builder", "skeptic", "futurist", "business"])
    assert len(ended.json) == len(tools)
    for record in ended.json:
        assert len(record["verdicts"]) + len(record["failures"]) == 4
        assert all(failure["message"] and failure["kind"] for failure in record["failures"])
    assert server.count == len(ask.rows()) == sum(record["cost"]["calls"] for record in ended.json)
    assert not {row.state for row in ask.rows()} & {"open", "kept"}
    answered = sum(len(record["verdicts"]) for record in ended.json)
    assert answered > 0.9 * 60


def test_a_redirect_is_named_and_nothing_follows_it(ask, server):  # A31
    server.script = seats(builder=Raw(307, {"location": "http://evil.example/v1"}, b""))
    ended = ask()
    assert "redirected to evil.example" in failure_of(ended.json)["message"]
    assert (len(ask.sent()), ended.code) == (1, 1)
