"""Why a verdict is not what it was, in sentences."""

from __future__ import annotations

import pytest

from panel.digest.reasons import as_counted, why
from panel.judgement.overriding import overridden
from tests.judgement.changed import CHANGED
from tests.judgement.samples import a_review, decides, failure, panel, verdict

FIRST = panel("ship", "skip", "ship", "ship")


def test_a_seat_that_turns_is_named_and_one_that_does_not_is_not():
    assert why(a_review(FIRST), a_review(panel("ship", "skip", "skip", "ship"))) == (
        "Futurist: ship before, skip now.",
    )


def test_a_seat_without_a_vote_says_why_it_has_none():
    gone = a_review(FIRST[:3], (failure("business"),))
    assert why(a_review(FIRST), gone)[0] == "Business: ship before, no vote now (outage)."
    assert why(gone, a_review(FIRST))[0] == "Business: no vote before, ship now."
    contested = a_review(panel("contested", "skip", "ship", "ship"))
    assert why(a_review(FIRST), contested) == ("Builder: ship before, no vote now (contested).",)


def test_what_an_editor_decided_is_the_editors_and_what_was_taken_back_too():
    before, after = a_review(FIRST), overridden(a_review(FIRST), [decides("skeptic", "ship")])
    (said,) = why(before, after)
    assert said == (
        "Skeptic: skip before, ship now by decision of editor Ada: The card names the memory it needs."
    )
    back = overridden(after, [decides("skeptic", "ship"), decides("skeptic", "none")])
    assert why(after, back) == ("Skeptic: ship before, skip now, an editor’s decision no longer holds.",)


def test_an_editors_word_that_turns_nothing_is_no_reason():
    assert why(a_review(FIRST), overridden(a_review(FIRST), [decides("builder", "ship")])) == ()


def test_seats_that_came_and_went_are_named_as_readers_know_them():
    product = verdict("product", persona_sha="sha256:product")
    assert why(a_review(FIRST), a_review((*FIRST[:3], product))) == (
        "Business sits no longer.",
        "Product sits now.",
    )


@pytest.mark.parametrize(
    ("cause", "said"),
    {
        "dossier": "The dossier is a new one.",
        "left": "Business sits no longer.",
        "joined": "Business sits now.",
        "persona": "Skeptic’s questions were rewritten.",
        "prompts": "The reviewers were asked in other words.",
        "models": "Another model spoke: openai:model-2 instead of anthropic:model-1.",
        "seats": "Not as before: which model sat where.",
        "samples": "Answers asked of each seat: 3 instead of 1.",
    }.items(),
)
def test_every_cause_is_told_in_a_sentence(cause, said):
    assert why(*CHANGED[cause]) == (said,)


def test_a_persona_that_sits_twice_is_told_apart_by_its_model():
    def twice(decision):
        other = verdict("builder", decision, model="openai:m")
        return a_review((*FIRST, other))

    assert why(twice("ship"), twice("skip")) == ("Builder (openai:m): ship before, skip now.",)


def test_a_review_is_taken_back_to_the_count_that_was_told():
    words = [decides("skeptic", "ship"), decides("builder", "skip")]
    now = overridden(a_review(FIRST), words)
    then = overridden(a_review(FIRST), words[:1])
    assert as_counted(now, then.panel).overrides == then.overrides
    assert as_counted(now, a_review(panel("skip", "skip", "skip", "skip")).panel) == now
