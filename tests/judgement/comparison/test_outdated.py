"""Which stored reviews are not as they would be made now, and why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from panel.judgement.comparison.outdated import Now, Outdated, lost, outdated
from tests.judgement.samples import a_review, decides, failure, panel, verdict

FULL = panel("ship", "skip", "ship", "ship")
PERSONAS = {each.persona: each.persona_sha for each in FULL}
SHOWN = set(PERSONAS)
NEW = "anthropic:model-1"
NEW_MODEL = "openai:model-2"


def now(*, model=NEW, binding=False, time="2026-11-21", **changes):
    return Now(
        personas={**PERSONAS, **changes},
        prompts="sha256:prompt",
        models={persona: {model} for persona in PERSONAS},
        binding=binding,
        time=datetime.fromisoformat(time).replace(tzinfo=UTC),
    )


def judged(a, b, at=None):
    return outdated(a, b, (SHOWN, SHOWN), at or now())


def by(model):
    return a_review(tuple(each.model_copy(update={"model": model}) for each in FULL))


def test_two_reviews_as_they_would_be_made_now_are_used():
    assert judged(a_review(FULL), a_review(FULL)) == (Outdated(), Outdated())
    assert not any(judged(a_review(FULL), None))


def test_each_cause_is_named_once():
    old = tuple(each.model_copy(update={"prompt_sha": "sha256:older"}) for each in FULL)
    a, b = judged(a_review(old), a_review((*FULL[1:],), (failure(),)))
    assert a.reasons == ("the prompts were changed since",)
    assert b.reasons == ("Builder gave no verdict",)
    [a, b] = judged(a_review(FULL), None, now(skeptic="sha256:newer"))
    assert a.reasons == ("Skeptic was changed since",)


def test_a_seat_that_is_not_shown_does_not_matter():
    review = a_review((*FULL, verdict("creative", persona_sha="sha256:older")), (failure("product"),))
    assert not any(judged(review, review, now(creative="sha256:newer", product="sha256:newer")))


def test_a_failed_seat_that_an_editor_decided_is_not_missing():
    review = a_review(FULL[1:], (failure(),), overrides=(decides("builder"),))
    assert not any(judged(review, review))


@pytest.mark.parametrize(
    ("a", "b", "binding", "found"),
    [
        ("openai:old", "openai:old", False, (False, False)),
        ("openai:old", NEW, False, (True, False)),
        ("openai:old", "openai:older", False, (True, True)),
        ("openai:old", None, False, (True, False)),
        ("openai:old", "openai:old", True, (True, True)),
    ],
)
def test_models_that_differ_are_replaced_by_the_one_in_force(a, b, binding, found):
    sides = judged(by(a), None if b is None else by(b), now(binding=binding))
    assert tuple(each.by_model for each in sides) == found


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("2026-11-20", "2026-08-22", (False, False)),
        ("2026-11-20", "2026-08-20", (False, True)),
        ("2026-01-01", "2026-01-02", (False, False)),
        ("2026-01-01", "2026-06-01", (True, True)),
        ("2026-01-01", None, (True, False)),
    ],
)
def test_of_reviews_far_apart_those_that_are_old_are_asked_again(a, b, found):
    sides = judged(a_review(FULL, created=a), None if b is None else a_review(FULL, created=b))
    assert tuple(each.by_age for each in sides) == found


def test_a_seat_is_lost_if_it_had_a_verdict():
    before = a_review(FULL[:3], (failure("business"),))
    anew = a_review(FULL[1:3], (failure(), failure("business")))
    assert [each.persona for each in lost(before, anew)] == ["builder"]


def test_a_seat_that_never_spoke_is_not_lost_when_another_model_of_its_persona_did():
    other = {"model": "openai:model-2"}
    before = a_review((verdict(), verdict("skeptic")), (failure(**other), failure("skeptic", **other)))
    anew = a_review((verdict(), verdict("skeptic"), verdict("skeptic", **other)), (failure(**other),))
    assert lost(before, anew) == []
    assert [each.model for each in lost(anew, before)] == ["openai:model-2"]


def test_under_another_model_a_seat_is_lost_with_the_last_voice_of_its_persona():
    before = a_review(FULL)
    anew = a_review((verdict("skeptic", model=NEW_MODEL),), (failure(model=NEW_MODEL),))
    assert [each.persona for each in lost(before, anew)] == ["builder"]
