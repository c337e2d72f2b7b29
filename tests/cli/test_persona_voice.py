"""`panel persona voice`: what the reviewers were heard to say."""

from __future__ import annotations

import pytest

from tests.cli.seats import seats
from tests.standin import Verdict


@pytest.fixture
def spoken(run, server):
    """Run `panel …` after two reviews by the stand-in."""
    server.script = seats(skeptic=Verdict("skip"))
    assert run("review", "codestral-2-0", "cursor-background-agent").code == 0
    return run


def test_without_reviews_it_says_so(panel):
    ended = panel("persona", "voice")
    assert (ended.code, ended.out) == (0, "")
    assert "no reviews yet" in ended.err
    panel("review", "codestral-2-0", "--provider", "offline")
    assert "--offline" in panel("persona", "voice").err


def test_the_report_counts_each_reply_once(spoken):
    before = spoken("persona", "voice", "--json").json
    spoken("review", "codestral-2-0")
    assert spoken("persona", "voice", "--json").json == before
    skeptic = next(voice for voice in before["voices"] if voice["persona"] == "skeptic")
    assert (skeptic["paragraphs"], skeptic["tools"], skeptic["ship"], skeptic["votes"]) == (2, 2, 0, 2)
    assert any("Too few paragraphs" in finding for finding in before["findings"])


@pytest.mark.parametrize("columns", [120, 80, 50])
def test_the_report_fits_the_terminal(spoken, columns):
    out = spoken("persona", "voice", COLUMNS=str(columns)).out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= columns
    assert "\x1b" not in out


def test_named_reviewers_only_and_unknown_ones_refused(spoken):
    found = spoken("persona", "voice", "skeptic", "--json").json
    assert [voice["persona"] for voice in found["voices"]] == ["skeptic"]
    assert spoken("persona", "voice", "nobody").code == 2


def test_the_page_is_written_where_it_is_asked_for(spoken, workspace):
    assert spoken("persona", "voice", "--html", "voice.html").code == 0
    text = (workspace / "voice.html").read_text(encoding="utf-8")
    assert "<h1>How the reviewers sound</h1>" in text
    assert "<script" not in text


def test_a_damaged_record_is_named_and_the_others_are_heard(spoken, workspace):
    next(workspace.glob("runs/*/reviews/codestral-2-0.json")).write_text("{")
    ended = spoken("persona", "voice", "--json")
    assert ended.code == 2
    assert "codestral-2-0.json" in ended.err
    assert {voice["tools"] for voice in ended.json["voices"]} == {1}
