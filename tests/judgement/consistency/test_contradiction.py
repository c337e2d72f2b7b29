"""Whether a verdict agrees with itself, in findings and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.consistency import contradiction, lean
from panel.judgement.consistency.votes import votes
from tests.judgement.samples import finding

SAYS_SHIP = [
    "Ship it.",
    "Ship this today, with one eye on the bill.",
    "Ship, with one caveat.",
    "Ship: it does one thing and stops.",
    "On balance: ship.",
    "Still, ship it.",
    "I'd ship it, even if the price doubles.",
    "I would happily ship this one.",
    "We’d ship this release as it stands.",
    "I'm shipping this one.",
    "I recommend shipping it now.",
    "It's a cautious ship for me.",
    "That makes it a ship.",
    "All of that is worth a ship, for now.",
    "My vote is ship.",
    "I wouldn't skip it.",
    "This isn't a skip.",
    "There is no reason to skip it.",
    "Nobody should skip this.",
    "This ships because the seam between agent and editor is in the right place.",
    "Ships despite the thin documentation.",
    "Shipping with one caveat: read the licence first.",
    "What earns the ship is the file format.",
    "It is worth an afternoon.",
    "I'd recommend it.",
    "I would ship it tomorrow.",
    "Ship with eyes open.",
]
SAYS_SKIP = [
    "Skip it.",
    "Skip for now.",
    "Skip until somebody outside the company has measured it.",
    "Skip unless you like beta software.",
    "Skip, and look again next year.",
    "Verdict: skip.",
    "I would skip this.",
    "I'd skip this one without regret.",
    "We’ll skip it.",
    "I would not ship this.",
    "I can't ship it at this price.",
    "I'm not ready to ship this.",
    "Don't ship this.",
    "You should skip it.",
    "Nobody should ship this today.",
    "It is not a ship.",
    "This is nowhere near a ship.",
    "This doesn't earn a ship.",
    "It's a clear skip.",
    "A skip, then.",
    "My verdict stays skip.",
    "I land on skip.",
    "The missing review screen costs it the ship.",
    "I'd pass on this.",
    "Hard pass.",
    "Steer clear of it.",
    "I cannot recommend it.",
    "It is not worth an afternoon.",
    "Not yet a ship for me.",
    "Nothing makes this a ship.",
    "We should skip this.",
]
SAYS_NEITHER = [
    "The vendor ships a feature a week.",
    "It ships with a command line and three examples.",
    "The agent is shipping today to every paying user.",
    "Ship it to production and the pager goes off.",
    "We could run it, tune it and ship it to customers.",
    "Ship this inside a firmware image and nobody notices.",
    "What kills it is a rival shipping the same thing for free.",
    "Teams that adopt it will ship more bugs.",
    "You can skip this step with Docker.",
    "Skip the hosted tier and run it on a spare machine.",
    "Skip it and you miss the best editor of the year.",
    "A residual network has a skip connection in every block.",
    "The ship date slipped twice.",
    "The lazy answer is to skip this.",
    "It is tempting to skip it.",
    "I would have skipped this a year ago.",
    "I'd ship it if the licence were clear.",
    "I would ship this once there is a benchmark from outside.",
    "If they publish the weights, ship it.",
    "When the price is printed, I'd ship it.",
    "Ship it? Not so fast.",
    "The README says “just ship it” and means it.",
    'A banner reads "skip this if you are busy".',
    "What would make this a ship is a price list.",
    "Some will say skip it, and they will be heard.",
    "Shipping is what the team is good at.",
    "Its relation ship model is confusing.",
    "The vessel is a ship of the line.",
    "Ship fast and break things is the motto here.",
    "A free trial is worth an email address.",
    "Teams should ship it to production behind a flag.",
    "Researchers should skip it, and that is a small part of its readers.",
    "As a rule, ship dates slip.",
    "No enterprises should ship it unseen.",
    "No amount of polish makes this a ship.",
    "I do not think this is a ship.",
    "Whether to ship it is the buyer's call.",
    "If I had to choose today, I'd skip it.",
]
SAYS_BOTH = [
    "Skip as a standalone bet; ship as plumbing for other people's products.",
    "Ship as infrastructure, skip as a business.",
    "Ship for teams with their own GPUs, skip for everyone else.",
    "Ship it if you own the hardware; otherwise skip it.",
    "A ship for hobbyists, a skip for banks.",
    "I'd skip it as a company. Ship it as a library.",
    "This is not a ship, but it's not a skip either.",
    "If you already pay, ship; if you do not, skip.",
    "For teams with a cluster, ship it; for everyone else, skip it.",
    "As a business, skip; as infrastructure for others, ship.",
    "As a company: skip it, and as infrastructure, ship it.",
    "Ship for hobbyists; enterprises should skip it.",
    "Hobbyists should ship it, enterprises should skip it.",
    "Half ship, half skip.",
    "It is both a skip and a ship.",
]


@pytest.mark.parametrize("sentence", SAYS_SHIP)
def test_a_sentence_that_says_ship_contradicts_skip_and_not_ship(sentence):
    paragraph = f"The format is open. {sentence} The rest is taste."
    assert (
        contradiction("skip", (), paragraph)
        == f"The decision is skip, but the paragraph says ship: “{sentence}”."
    )
    assert contradiction("ship", (), paragraph) is None


@pytest.mark.parametrize("sentence", SAYS_SKIP)
def test_a_sentence_that_says_skip_contradicts_ship_and_not_skip(sentence):
    paragraph = f"The format is closed. {sentence} The rest is taste."
    assert (
        contradiction("ship", (), paragraph)
        == f"The decision is ship, but the paragraph says skip: “{sentence}”."
    )
    assert contradiction("skip", (), paragraph) is None


@pytest.mark.parametrize("sentence", SAYS_NEITHER)
def test_ordinary_verbs_conditions_questions_and_quotations_contradict_nothing(sentence):
    assert contradiction("ship", (), sentence) is None
    assert contradiction("skip", (), sentence) is None


@pytest.mark.parametrize("sentence", SAYS_BOTH)
def test_a_split_vote_is_asked_to_be_resolved_whatever_the_decision(sentence):
    for decision in ("ship", "skip"):
        reason = contradiction(decision, (), f"The buyer is clear. {sentence}")
        assert reason is not None
        assert reason.startswith("The paragraph says both ship and skip (“")
        assert reason.endswith(
            f"the decision is {decision}: say which of the two counts for the reader the tool is made for."
        )


@pytest.mark.parametrize(
    "sentence",
    ["For teams without GPUs, skip it.", "Skip it if you have no GPU.", "Ship it if you own GPUs."],
)
def test_a_word_for_some_readers_only_contradicts_neither_decision(sentence):
    assert contradiction("ship", (), sentence) is None
    assert contradiction("skip", (), sentence) is None


def test_a_role_alone_speaks_of_the_tool():
    assert contradiction("ship", (), "Skip as a standalone bet.") is not None


def test_findings_that_lead_the_other_way_are_named():
    findings = (
        finding("against", "decisive", move="what_kills_it"),
        finding("for", "minor", move="category"),
        finding("neutral", move="caveat"),
    )
    assert contradiction("ship", findings, "Fine.") == (
        "The decision is ship, but the findings lean against the tool by 9 to 1: what_kills_it (decisive)."
    )
    assert contradiction("skip", findings, "Fine.") is None


def test_findings_in_balance_contradict_neither_decision():
    findings = (finding("for"), finding("against"))
    assert contradiction("ship", findings, "Fine.") is None
    assert contradiction("skip", findings, "Fine.") is None


def test_findings_and_words_are_both_held_against_a_decision():
    reason = contradiction("ship", (finding("against"),), "I would skip this.")
    assert reason is not None
    assert "the findings lean against" in reason
    assert "the paragraph says skip" in reason


@given(
    leans=st.lists(st.sampled_from(["for", "against", "neutral"]), max_size=6),
    decision=st.sampled_from(["ship", "skip"]),
)
def test_without_words_only_an_opposite_leaning_contradicts(leans, decision):
    findings = tuple(finding(leaning) for leaning in leans)
    opposite = {"ship": "against", "skip": "for"}[decision]
    assert (contradiction(decision, findings, "A paragraph.") is not None) == (lean(findings) == opposite)


@given(text=st.text(alphabet="shipSKIPit. I'd,;“”\"?\n", max_size=200))
def test_whatever_is_written_a_vote_s_sentence_is_a_piece_of_it(text):
    assert all(vote.sentence in text for vote in votes(text))
