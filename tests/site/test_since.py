"""Why a verdict is not what it was."""

import pytest

from panel.core.outcomes import Override
from panel.site.cards import review_card
from panel.site.since import turned, why
from tests.judgement.changed import CHANGED
from tests.judgement.samples import a_review, decides, panel


def card(review):
    return review_card(review, "sha256:x")


def test_who_turned_round_is_named_with_both_words():
    before, now = a_review(panel("ship", "ship", "ship")), a_review(panel("ship", "skip", "ship"))
    assert turned(card(before), card(now)) == ["Skeptic turned from ship to skip"]


def test_a_seat_that_counts_no_longer_and_one_that_counts_now_are_told_apart():
    before, now = a_review(panel("ship", "contested", "ship")), a_review(panel("contested", "skip", "ship"))
    assert turned(card(before), card(now)) == [
        "Builder said ship, and counts no longer",
        "Skeptic now counts, and says skip",
    ]


def test_what_is_new_is_said_for_readers_who_do_not_know_the_records():
    before = a_review(panel("ship", "ship", "ship"))
    verdicts = tuple(
        each.model_copy(update={"persona_sha": "sha256:new"}) if each.persona == "skeptic" else each
        for each in panel("ship", "skip", "ship")
    )
    now = a_review(verdicts, dossier=before.dossier.model_copy(update={"id": "sha256:new"}))
    assert why(before, now) == ["New since then: the dossier and what Skeptic is told to look for."]


@pytest.mark.parametrize(
    ("cause", "said"),
    {
        "dossier": "New since then: the dossier.",
        "left": "Business sits on the panel no longer.",
        "joined": "Business now sits on the panel.",
        "persona": "New since then: what Skeptic is told to look for.",
        "prompts": "New since then: the wording of the questions.",
        "models": "New since then: the model (anthropic:model-1 → openai:model-2).",
        "seats": "New since then: which model sat where.",
        "samples": "New since then: how often each seat was asked (1 → 3).",
    }.items(),
)
def test_every_cause_is_told(cause, said):
    assert why(*CHANGED[cause]) == [said]


def test_where_nothing_changed_that_is_the_reason():
    before, now = a_review(panel("ship", "ship", "ship")), a_review(panel("ship", "skip", "ship"))
    assert why(before, now) == ["Nothing it rests on changed: asked again, the panel answered otherwise."]


def test_an_editors_decision_is_told_with_who_and_why_and_once():
    first = decides("skeptic", "ship")
    before, now = a_review(panel("ship", "skip", "ship")), a_review(panel("ship", "skip", "ship"))
    after = now.model_copy(update={"overrides": (first,)})
    said = "Editor Ada decided Skeptic’s seat: ship, because The card names the memory it needs."
    assert why(before, after) == [said]
    assert why(after, after) == why(before, now)


def test_a_decision_that_was_taken_back_is_none():
    taken_back: tuple[Override, ...] = (decides("skeptic", "ship"), decides("skeptic", "none"))
    before = a_review(panel("ship", "skip", "ship"))
    assert "Editor" not in " ".join(why(before, before.model_copy(update={"overrides": taken_back})))
