"""The reviews of one tool, one after another, and what is named as changed from one to the next."""

from __future__ import annotations

from typing import get_args

import pytest

from panel.core.domain import Samples
from panel.judgement.history import Cause, Change, history, same_seat
from panel.judgement.overriding import overridden
from tests.judgement.changed import CHANGED
from tests.judgement.samples import a_review, decides, failure, panel, verdict

FIRST = panel("ship", "skip", "ship", "ship")


def changed(*verdicts, before=FIRST, **changes):
    first, second = history([a_review(before), a_review(verdicts or FIRST, **changes)])
    assert first.changed is None
    return second.changed


def test_a_review_that_rests_on_the_same_things_has_no_change():
    assert changed() == ()


NAMED = {
    "dossier": (Change("dossier"), "dossier"),
    "left": (Change("left", "business"), "without business"),
    "joined": (Change("joined", "business"), "with business"),
    "persona": (Change("persona", "skeptic"), "persona skeptic"),
    "prompts": (Change("prompts"), "prompts"),
    "models": (
        Change("models", before="anthropic:model-1", after="openai:model-2"),
        "model anthropic:model-1 → openai:model-2",
    ),
    "seats": (Change("seats"), "which model sat where"),
    "samples": (Change("samples", before="1", after="3"), "samples 1 → 3"),
}


def test_every_cause_has_its_pair_of_reviews():
    assert CHANGED.keys() == NAMED.keys() == set(get_args(Cause))


@pytest.mark.parametrize("cause", get_args(Cause))
def test_what_differs_is_found_and_named(cause):
    wanted, in_words = NAMED[cause]
    _, second = history(CHANGED[cause])
    assert second.changed == (wanted,)
    assert str(wanted) == in_words


def test_another_seat_and_all_that_came_with_it_is_named():
    product = verdict("product", persona_sha="sha256:product")
    assert changed(*FIRST[:3], product) == (Change("left", "business"), Change("joined", "product"))


def test_a_seat_that_failed_tells_nothing_of_its_persona_or_prompts():
    first, second = history([a_review(FIRST), a_review(FIRST[:3], (failure("business"),))])
    assert second.changed == ()
    assert (first.seats[3].decision, first.seats[3].failure) == ("ship", None)
    assert (second.seats[3].decision, second.seats[3].failure) == (None, "outage")


def test_a_seat_shows_what_was_said_and_what_an_editor_decided():
    (chapter,) = history([overridden(a_review(FIRST), [decides(), decides("builder", "none")])])
    skeptic = chapter.seats[1]
    assert (skeptic.decision, skeptic.override.decision) == ("skip", "ship")
    assert chapter.seats[0].override is None
    assert len(chapter.overrides) == 2
    assert chapter.panel.ship == 4


def test_a_persona_with_one_model_more_is_a_change():
    more = (*FIRST, FIRST[0].model_copy(update={"model": "openai:m"}))
    both = "anthropic:model-1 and openai:m"
    assert changed(*more) == (Change("models", before="anthropic:model-1", after=both),)


def test_one_seat_that_was_asked_less_often_than_before_is_a_change():
    asked = Samples(asked=3, ship=3, skip=0, failed=0)
    before = tuple(v.model_copy(update={"samples": asked}) for v in FIRST)
    assert changed(FIRST[0], *before[1:], before=before) == (Change("samples", before="3", after="1"),)


def test_a_seat_is_the_one_of_its_model_or_of_a_persona_that_sat_alone():
    one, other = verdict("builder", "ship", model="a:1"), verdict("builder", "skip", model="b:1")
    new, skeptic = verdict("builder", "ship", model="c:1"), verdict("skeptic", "ship")
    assert same_seat(one, [other, one], [one, other]) is one
    assert same_seat(new, [skeptic, one], [new, skeptic]) is one
    assert same_seat(new, [one, other], [new]) is None
    assert same_seat(new, [one], [new, other]) is None
    assert same_seat(skeptic, [one], [skeptic]) is None
