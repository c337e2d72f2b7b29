"""The page says how the pick was made, who chose what, and whose choice changed with the order."""

from __future__ import annotations

import pytest

from panel.publish import picks, wording
from panel.publish.formats import html, markdown
from tests.publish import contests, golden, samples
from tests.publish.formats.test_html import check_tags, parsed
from tests.publish.formats.test_markdown import TOKENS, headings, tokens
from tests.publish.hostile import PAYLOADS, filled


def test_the_pages_are_the_reviewed_ones():
    golden.check("contest.html", html.render(contests.contest()))
    golden.check("contest.md", markdown.render(contests.contest()))


def test_how_it_was_picked_is_said_in_one_sentence():
    assert "nobody was asked to choose" in picks.how(samples.plain().pick)
    assert "4 chairs chose from the two dossiers, in both orders" in picks.how(contests.contest().pick)
    assert "no model was asked" in picks.how(contests.offline().pick)
    assert "no model was asked" not in picks.how(contests.contest().pick)


def test_each_chair_is_shown_with_both_orders_and_what_it_counts_for():
    rows = [(s.reviewer, s.first_order, s.second_order, s.counts) for s in picks.contest(contests.contest())]
    assert rows == [
        ("Builder", "Quarry Coder 2", "Quarry Coder 2", "Quarry Coder 2"),
        ("Skeptic", "Lantern Agent", "Quarry Coder 2", "For nobody: it changed with the order"),
        ("Futurist", "Lantern Agent", "No choice", "No vote"),
        ("Business", "It depends", "It depends", "It depends"),
    ]


def test_the_reviewers_are_grouped_by_what_they_chose_the_tools_first():
    found = [(camp.key, camp.label, camp.names) for camp in picks.camps(contests.contest())]
    assert found == [
        ("b", "Quarry Coder 2", ("Builder",)),
        ("none", "For nobody: it changed with the order", ("Skeptic",)),
        ("none", "No vote", ("Futurist",)),
        ("none", "It depends", ("Business",)),
    ]
    assert picks.camps(samples.plain()) == ()


def test_a_choice_that_counts_gives_one_reason_and_a_flip_both():
    builder, skeptic, futurist, _ = picks.contest(contests.contest())
    # With the tool it chose shown second: nothing favoured it there.
    assert [said.words for said in builder.said] == ["I ran Quarry Coder 2, and it saves 37 hours a month."]
    assert builder.said[0].remarks == (
        "In neither dossier: “37 hours”",
        "Speaks as if it had used the tool: “I ran Quarry Coder 2”",
    )
    assert [said.lead for said in skeptic.said] == [
        "Lantern Agent, with Lantern Agent first",
        "Quarry Coder 2, with Quarry Coder 2 first",
    ]
    assert futurist.absences == (
        "The model refused to answer: the model refused to answer. This is not a vote.",
    )


def test_the_reason_on_the_page_is_the_one_in_the_answer():
    record = contests.settled()
    [said] = picks.contest(record)[0].said
    assert said.words in record.pick.because[-1]


def test_a_comparison_picked_from_findings_has_no_such_section():
    assert picks.contest(samples.plain()) == ()
    assert picks.TITLE not in markdown.render(samples.plain())
    assert picks.TITLE in markdown.render(contests.contest())


def test_too_close_is_said_of_the_choices_and_not_of_the_findings():
    assert "choices do not separate" in wording.steadiness(contests.contest())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_chair_says_cannot_become_markup(payload):
    record = contests.contest()
    page = parsed(filled(record, PAYLOADS[payload]))
    check_tags(page)
    text = markdown.render(filled(record, PAYLOADS[payload]))
    assert {token.type for token in tokens(text)} <= TOKENS
    assert len(headings(text)) == len(headings(markdown.render(filled(record, "word"))))
