"""A comparison's page on the site: the answer first, and the ways to both tools."""

from __future__ import annotations

import re

import pytest

from panel.site.pages import comparison
from tests.site import issue
from tests.site.samples import Press
from tests.site.texts import text_of

ALL = ["contested", "no quorum", "unsupported", "offline"]
MOST_BYTES = 60_000


@pytest.fixture
def press(tmp_path):
    press = Press(tmp_path)
    issue.plain(press)
    for slug in ("lantern-agent", "quarry-coder-2"):
        assert press.desk.publish(slug, ALL).done
    return press


def page_of(press: Press) -> str:
    (page,) = comparison.pages(press.library())
    return page.render().decode()


def test_the_answer_comes_first_with_who_chose_what_and_both_tools_at_a_glance(press):
    text, at = text_of(page_of(press)), 0
    for wanted in (
        "AI tool comparison", "Lantern Agent vs Quarry Coder 2", "Which one should you use?",
        "Too close to call", "Picked head-to-head: 4 chairs chose",
        "Lantern Agent", "75% panel ship (3 of 4) · Entry: Paid",
        "Quarry Coder 2", "Chosen by Builder · 100% panel ship (4 of 4) · Entry: Free",
        "For nobody: it changed with the order: Skeptic", "No vote: Futurist",
        "The two were not judged alike.",
        "Hand over the chore", "75% Panel ship 3 of 4 — Community fewer than five votes Paid Entry",
        "A 14B code model you can keep", "78% Community 31 of 40 votes",
        "Who chose what", "Reviewer scorecard", "How this was made", "All of the review of Lantern Agent",
    ):  # fmt: skip
        assert wanted in text[at:], f"{wanted!r} is missing, or not in its place"
        at = text.index(wanted, at) + len(wanted)


def test_the_split_is_drawn_and_each_mark_says_what_it_means(press):
    page = page_of(press)
    marks = re.findall(r'<svg class="mark (\w+)" viewBox="0 0 24 24" role="img" aria-label="([^"]*)">', page)
    # Once at a glance and once with the names, for four seats of either tool.
    assert len(marks) == 16
    assert ("skip", "Skeptic: Skip") in marks
    assert ("ship", "Builder: Ship") in marks


def test_it_leads_to_both_tools_and_to_the_reviewers_that_have_a_page(press):
    page = page_of(press)
    for target in ("tools/lantern-agent", "tools/quarry-coder-2", "reviewers/skeptic"):
        assert f'href="../{target}.html"' in page


def test_a_page_with_eight_long_paragraphs_stays_small(press):
    assert len(page_of(press).encode()) < MOST_BYTES


def test_it_says_when_a_tool_was_reviewed_again_since(press):
    assert "was judged again since" not in page_of(press)
    made = press.library().review(press.library().tools["quarry-coder-2"].card)
    run = press.run()
    calm = tuple(seat.model_copy(update={"grounding": issue.Grounding()}) for seat in made.verdicts)
    again = made.model_copy(update={"id": f"{run}/quarry-coder-2", "run": run, "verdicts": calm})
    press.records.write_review(again)
    text = text_of(page_of(press))
    assert "Quarry Coder 2 was judged again since: 100% panel ship (4 of 4), 20 November 2026" in text


def test_what_was_withheld_and_let_through_by_an_editor_is_said(press):
    card = press.library().comparisons["lantern-agent-vs-quarry-coder-2"].card
    whole = press.library().comparison(card)
    held = whole.model_copy(update={"withheld": ("lantern-agent: unsupported: Builder: “40 seconds”",)})
    press.records.write_comparison(held)
    assert "Let through by an editor lantern-agent: unsupported" in text_of(page_of(press)).replace("– ", "")


def test_its_inputs_name_all_it_shows(press):
    (before,) = comparison.pages(press.library())
    (same,) = comparison.pages(press.library())
    assert same.inputs == before.inputs
    press.review("lamp")
    assert press.desk.publish("lamp", ALL).done
    (after,) = comparison.pages(press.library())
    assert after.inputs == before.inputs
