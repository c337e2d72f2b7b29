"""The reviews of one tool, one after another, and what is named as changed from one to the next."""

from __future__ import annotations

from panel.core.domain import DossierRef, Samples
from panel.judgement.history import history, same_seat
from panel.judgement.overriding import overridden
from tests.judgement.samples import a_review, decides, failure, panel, verdict

FIRST = panel("ship", "skip", "ship", "ship")


def changed(*verdicts, before=FIRST, **changes):
    first, second = history([a_review(before), a_review(verdicts or FIRST, **changes)])
    assert first.changed is None
    return second.changed


def test_a_review_that_rests_on_the_same_things_has_no_change():
    assert changed() == ()


def test_what_differs_is_named():
    skeptic = verdict("skeptic", "skip", persona_sha="sha256:new")
    assert changed(FIRST[0], skeptic, *FIRST[2:]) == ("persona skeptic",)
    assert changed(dossier=DossierRef(id="sha256:e")) == ("dossier",)
    assert changed(*(v.model_copy(update={"prompt_sha": "sha256:p2"}) for v in FIRST)) == ("prompts",)
    other = (v.model_copy(update={"model": "openai:model-2"}) for v in FIRST)
    assert changed(*other) == ("model anthropic:model-1 → openai:model-2",)


def test_another_seat_and_all_that_came_with_it_is_named():
    product = verdict("product", persona_sha="sha256:product")
    assert changed(*FIRST[:3], product) == ("without business", "with product")


def test_the_same_models_in_other_seats_are_a_change():
    mixed = (FIRST[0].model_copy(update={"model": "openai:m"}), *FIRST[1:])
    turned = (FIRST[0], FIRST[1].model_copy(update={"model": "openai:m"}), *FIRST[2:])
    assert changed(*turned, before=mixed) == ("which model sat where",)


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


def test_a_persona_with_one_model_more_and_seats_asked_more_often_are_changes():
    more = (*FIRST, FIRST[0].model_copy(update={"model": "openai:m"}))
    assert changed(*more) == ("model anthropic:model-1 → anthropic:model-1 and openai:m",)
    asked = Samples(asked=3, ship=3, skip=0, failed=0)
    assert changed(*(v.model_copy(update={"samples": asked}) for v in FIRST)) == ("samples 1 → 3",)


def test_one_seat_that_was_asked_less_often_than_before_is_a_change():
    asked = Samples(asked=3, ship=3, skip=0, failed=0)
    before = tuple(v.model_copy(update={"samples": asked}) for v in FIRST)
    assert changed(FIRST[0], *before[1:], before=before) == ("samples 3 → 1",)


def test_a_seat_is_the_one_of_its_model_or_of_a_persona_that_sat_alone():
    one, other = verdict("builder", "ship", model="a:1"), verdict("builder", "skip", model="b:1")
    new, skeptic = verdict("builder", "ship", model="c:1"), verdict("skeptic", "ship")
    assert same_seat(one, [other, one], [one, other]) is one
    assert same_seat(new, [skeptic, one], [new, skeptic]) is one
    assert same_seat(new, [one, other], [new]) is None
    assert same_seat(new, [one], [new, other]) is None
    assert same_seat(skeptic, [one], [skeptic]) is None
