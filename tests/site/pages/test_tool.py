"""A tool's page: the verdict first, the dissent before all praise, and what it rests on."""

from __future__ import annotations

import re

import pytest

from panel.core.decisions import decide
from panel.site.pages import tool
from panel.twins import Identified
from tests.site import issue
from tests.site.samples import Press, panel_of
from tests.site.texts import text_of

ALL = ["contested", "no quorum", "unsupported", "offline"]


@pytest.fixture
def press(tmp_path):
    return Press(tmp_path)


def page_of(press: Press, slug: str) -> str:
    pages = {page.path: page for page in tool.pages(press.library())}
    return pages[f"tools/{slug}.html"].render().decode()


def live(press: Press, *slugs: str) -> None:
    for slug in slugs:
        assert press.desk.publish(slug, ALL).done


@pytest.fixture
def plain(press):
    issue.plain(press)
    live(press, "lantern-agent", "quarry-coder-2")
    return page_of(press, "lantern-agent")


def test_it_opens_with_the_verdict_and_k_of_n_and_the_dissent_comes_before_all_else(plain):
    text, at = text_of(plain), 0
    in_order = [
        "Developer Tools", "Lantern Agent", "Hand over the chore",
        "The panel’s verdict", "Ship", "75% panel ship, 3 of 4",
        "Metered retries make whoever has the worst tests pay the most", "Skeptic dissents: skip",
        "Paid Entry", "— Community fewer than five votes", "First look.",
        "What it is", "Pricing read: Paid", "Team: $30 per month “Team is $30 per seat and month”",
        "Reviewer scorecard", "The reviewers are AI and have not used the tools",
        "Builder ✓ Ship “Strip the launch page away", "Skeptic ✕ Skip “Category",
        "4 of 5 samples say skip", "What it rests on", "Verdict history", "Bets on it", "Compared with",
        "Lantern Agent vs Quarry Coder 2", "How this was made", "anthropic:claude-sonnet-5",
    ]  # fmt: skip
    for wanted in in_order:
        assert wanted in text[at:], f"{wanted!r} is missing, or not in its place"
        at = text.index(wanted, at) + len(wanted)


def test_claims_are_marked_by_class_and_findings_lead_to_the_passages_they_quote(plain):
    assert '<span class="claim unsupported">40 seconds</span>' in plain
    anchors = re.findall(r'<a href="#(passage-[0-9-]+)">in the dossier</a>', plain)
    assert len(anchors) == 2
    assert all(f'id="{anchor}"' in plain for anchor in anchors)
    assert "“any suite just works” not in the dossier" in text_of(plain)


def test_passages_stand_in_their_place_with_who_rests_on_them(plain):
    start = issue.TEXT.index(issue.QUOTES[0])
    text = text_of(plain)
    assert f"tasks apart, {issue.QUOTES[0]} with a checkout of the repository" in text
    assert f"Characters {start}–{start + len(issue.QUOTES[0])}, for Builder: primitive" in text
    assert "for the entry price" in text


def test_the_history_tells_what_changed_and_is_drawn_with_words_for_those_who_do_not_see_it(plain):
    text = text_of(plain)
    for row in (
        "19 November 2026 75% 3 of 4 Builder: skip → ship",
        "9 October 2026 50% 2 of 4 Business: no vote → ship",
        "2 August 2026 33% 1 of 3 The first review",
    ):
        assert row in text
    assert "2 August 2026: 33%; 9 October 2026: 50%; 19 November 2026: 75%" in text


def test_the_history_says_what_a_verdict_rests_on_that_is_new(press):
    press.review("lantern")
    press.review("lantern", body="The free tier is larger now.", **panel_of("ship", "ship", "ship", "ship"))
    live(press, "lantern")
    assert "100% 4 of 4 a new dossier" in text_of(page_of(press, "lantern"))


def test_one_review_is_not_drawn(press):
    press.review("lantern")
    live(press, "lantern")
    page = page_of(press, "lantern")
    assert 'class="chart"' not in page
    assert "The first review" in page


def test_what_does_not_count_is_named_and_an_editors_hand_is_seen(press):
    issue.ugly(press)
    live(press, "drafthorse")
    text = text_of(page_of(press, "drafthorse"))
    for wanted in (
        "Category not given",
        "No quorum",
        "Not counted: Skeptic (contested), Futurist (outage)",
        "Decided by an editor: Business",
        "Seats disagree on the licence",
        "Let through by an editor: too few seats count; a seat contradicts its own findings",
        "Conflict: “Free for everyone” stands beside “Pro and Business only”.",
        "Contested, not counted. It leans against.",
        "Editor Ada: skip, because The price page was read wrongly; the reviewer had said ship.",
        "No answer came after 3 attempts: HTTP 500. This is not a vote.",
        "31 December 2026 open Nobody uses it.",
    ):
        assert wanted in text


def test_a_rehearsal_says_so_above_all(press):
    press.review("lantern", offline=True)
    live(press, "lantern")
    text = text_of(page_of(press, "lantern"))
    assert text.startswith("Lantern: ship, 100% panel ship (no model was asked)")
    assert text.index("No model was asked.") < text.index("The panel’s verdict")


def test_a_log_of_trying_the_tool_makes_it_more_than_a_first_look(press):
    made = press.review("lantern")
    logged = made.dossier.model_copy(update={"test_log": True})
    press.review("lantern", dossier=logged)
    live(press, "lantern")
    assert "First look" not in page_of(press, "lantern")


def test_twins_and_namesakes_are_shown_together(press):
    for slug in ("lantern", "lamp", "torch"):
        made = press.review(slug)
        if slug == "torch":
            press.review(slug, tool=made.tool.model_copy(update={"name": "Lantern"}))
    same = Identified(a="lamp", b="lantern", ruling="same", time="2026-03-01T08:00:00Z")
    decide(press.root, same)
    live(press, "lantern", "lamp", "torch")
    text = text_of(page_of(press, "lantern"))
    assert "by an editor’s word: Lamp: 100% panel ship (4 of 4)" in text
    assert "Another tool of the same name: Lantern: 100%" in text
    assert "same name" not in page_of(press, "lamp")


@pytest.mark.parametrize(
    ("says", "word"),
    [
        (("ship", "ship", "ship", "skip"), "Ship"),
        (("skip", "skip", "ship", "skip"), "Skip"),
        (("ship", "ship", "skip", "skip"), "A tie"),
    ],
)
def test_the_verdict_is_one_word(press, says, word):
    press.review("lantern", **panel_of(*says))
    live(press, "lantern")
    assert f'<p class="choice">{word}</p>' in page_of(press, "lantern")


def test_a_page_is_made_again_only_for_what_it_shows(press):
    issue.plain(press)
    live(press, "lantern-agent", "quarry-coder-2")

    def inputs():
        return {page.path: page.inputs for page in tool.pages(press.library())}

    before = inputs()
    assert inputs() == before
    press.review("lamp")
    live(press, "lamp")
    after = inputs()
    assert {path: after[path] for path in before} == before
    press.desk.withdraw("lantern-agent-vs-quarry-coder-2")
    assert inputs()["tools/lantern-agent.html"] != before["tools/lantern-agent.html"]
