"""What a run over a list is said to have come to, for programs and for people."""

import json

import pytest
from markdown_it import MarkdownIt

from panel.batch.report import MOST_NAMED, Report, code_of
from panel.core.errors import ExitCode
from panel.core.outcomes import Cost, Run

RUN = Run(
    id="20261121T000000.000Z-0001",
    command="batch",
    version="0",
    created="2026-11-21T00:00:00Z",
    outcome="needs_a_person",
    provider="offline",
)


def a_report():
    report = Report(cost=Cost(usd=1.25, calls=12))
    report.reasons.update(new=2, content=1)
    report.note("known", "tools.jsonl:1")
    report.note("reviewed", "one")
    report.note("reviewed", "two", "builder contradicts itself: it says both")
    report.note("failed", "three", "builder: refusal: No.")
    report.note("parked", "four", "the deadline is over")
    report.note("bad", "tools.jsonl:9", "has no name")
    report.note("screened", "tools.jsonl:10", "Ask HN: is talk, not a tool")
    report.note_verdict("One", "skip", "ship")
    report.note_verdict("Two", "skip", "skip")
    report.comparisons.append(f"{RUN.id}/one-vs-two")
    return report


def test_the_json_names_what_was_judged_and_why_what_it_cost_and_what_needs_a_person():
    found = json.loads(json.dumps(a_report().as_json(RUN)))
    assert found["run"] == RUN.id
    assert (found["command"], found["outcome"]) == ("batch", "needs_a_person")
    assert found["lines"] == {"known": 1, "reviewed": 2, "failed": 1, "parked": 1, "bad": 1, "screened": 1}
    assert found["judged_because"] == {"new": 2, "content": 1}
    assert found["panels"] == {"skip": 2}
    assert found["changed"] == ["One: ship, now skip"]
    assert [each["tool"] for each in found["needs_a_person"]] == ["two", "three", "four", "tools.jsonl:9"]
    assert (found["cost"]["usd"], found["cost"]["calls"]) == (1.25, 12)
    assert found["not_named"] == 0
    assert found["screened"] == ["tools.jsonl:10: Ask HN: is talk, not a tool"]
    assert found["comparisons"] == [f"{RUN.id}/one-vs-two"]


def test_the_markdown_says_the_same():
    text = a_report().as_markdown(RUN)
    for each in (
        RUN.id, "- 2 reviewed", "- 1 known", "- 2 panels said skip", "$1.2500 on 12 calls",
        "- One: ship, now skip", "- three: failed: builder: refusal: No.",
        "- tools.jsonl:9: bad: has no name",
    ):  # fmt: skip
        assert each in text
    assert a_report().in_words().startswith("7 lines: 1 known, 2 reviewed")


@pytest.mark.parametrize(
    "name",
    [
        "[click](http://evil.example)", "![x](http://evil.example/p.png)", "<script>alert(1)</script>",
        "a\n# Heading", "**bold** _em_ `code`", "| a | b |\n|---|---|", "\\[x](y)", "<http://evil.example>",
        "x\n\n```\ncode", "[a]: http://evil.example", "a\n---",
    ],
)  # fmt: skip
def test_markdown_in_names_is_inert(name):
    report = Report(changed=[f"{name}: ship, now skip"])
    report.note("bad", name, name)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(report.as_markdown(RUN))
    flat = [token for each in tokens for token in (each, *(each.children or ()))]
    kinds = {token.type for token in flat}
    assert not kinds & {
        "link_open", "image", "html_inline", "html_block", "em_open", "strong_open", "code_inline", "fence",
        "table_open", "hr",
    }  # fmt: skip
    assert sum(token.type == "heading_open" for token in flat) == 3


def test_of_many_troubles_the_first_are_named_and_the_others_counted():
    report = Report()
    for n in range(MOST_NAMED + 7):
        report.note("bad", f"tools.jsonl:{n}", "has no name")
    assert len(report.troubles) == MOST_NAMED
    assert report.as_json(RUN)["not_named"] == 7
    assert report.as_markdown(RUN).endswith("- and 7 more\n")


def test_what_is_odd_about_a_line_is_kept_once_and_needs_nobody():
    report = Report()
    report.note_warnings(["new.xml:3 [epoch]: the date is left out", "new.xml:3: the entry has no id"])
    report.note_warnings(["new.xml:3: the entry has no id"])
    assert report.as_json(RUN)["warnings"] == report.warnings
    assert len(report.warnings) == 2
    assert "- new.xml:3: the entry has no id\n" in report.as_markdown(RUN)
    assert not report.needs_a_person


def test_a_price_nobody_knows_is_unknown_and_not_zero():
    report = Report(cost=Cost(usd=None, calls=3))
    assert "spent unknown on 3 calls" in report.as_markdown(RUN)
    assert report.as_json(RUN)["cost"]["usd"] is None


@pytest.mark.parametrize(
    ("endings", "flags", "code"),
    [
        ({"reviewed": 2, "known": 1}, {}, ExitCode.DONE),
        ({}, {}, ExitCode.DONE),
        ({"reviewed": 1, "bad": 1}, {}, ExitCode.NEEDS_A_PERSON),
        ({"failed": 1}, {}, ExitCode.NEEDS_A_PERSON),
        ({"bad": 1, "parked": 1}, {"stopped": True}, ExitCode.STOPPED),
        ({"parked": 1}, {"stopped": True, "account": True}, ExitCode.ACCOUNT),
        ({"parked": 1}, {"stopped": True, "account": True, "interrupted": True}, ExitCode.INTERRUPTED),
    ],
)
def test_the_exit_code_is_the_gravest_of_all_that_happened(endings, flags, code):
    report = Report()
    report.endings.update(endings)
    asked = {"stopped": False, "account": False, "interrupted": False} | flags
    assert code_of(report, **asked) is code


def test_a_seat_that_contradicts_itself_needs_a_person():
    report = Report()
    report.note("reviewed", "one", "builder contradicts itself")
    assert report.needs_a_person
