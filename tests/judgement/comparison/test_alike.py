"""Whether two tools were judged alike."""

from __future__ import annotations

import pytest

from panel.core.domain import OFFLINE_MODEL, DossierRef, Samples, Seating, SourceRef
from panel.judgement.comparison import like_for_like, rows
from tests.judgement.samples import panel, side, verdict

FULL = panel("ship", "skip", "ship", "ship")


def _judged(a=FULL, b=FULL, lengths=None, changes_a=None, changes_b=None):
    left, right = side("anchor", a, **(changes_a or {})), side("buoy", b, **(changes_b or {}))
    return like_for_like(left, right, rows(a, b), lengths)


def test_two_panels_of_the_same_chairs_models_and_versions_are_alike():
    assert _judged(lengths=(4000, 1000)) == like_for_like(side("x", FULL), side("y", FULL), rows(FULL, FULL))
    assert _judged().ok
    assert _judged().notes == ()


@pytest.mark.parametrize(
    ("fourth", "note"),
    [
        (verdict("product"), "The fourth chair is not the same: Product on one side, Business on the other."),
        (
            verdict("business", persona_sha="sha256:older"),
            "Business was changed between the two reviews: the persona file is not the same.",
        ),
        (verdict("business", prompt_sha="sha256:older"), "The prompts were changed between the two reviews."),
        (
            verdict("business", model="openai:model-2"),
            "Business spoke through openai:model-2 on one side, through anthropic:model-1 on the other.",
        ),
        (
            verdict("business", model=OFFLINE_MODEL),
            "Business is the offline reader on one side, anthropic:model-1 on the other.",
        ),
    ],
)
def test_another_persona_version_prompt_or_model_is_not_alike(fourth, note):
    judged = _judged((*FULL[:3], fourth), FULL)
    assert not judged.ok
    assert judged.notes == (note,)


def test_a_side_without_quorum_is_not_alike():
    judged = _judged(FULL[:2], FULL)
    assert not judged.ok
    assert judged.notes[0] == "Anchor has no quorum (no percentage: 2 of 4 reviews, 3 needed)."


def test_the_same_tool_twice_is_not_alike():
    judged = like_for_like(side("anchor", FULL), side("anchor", FULL), rows(FULL, FULL))
    assert not judged.ok
    assert judged.notes == ("Both sides are the same: Anchor.",)


def test_one_dossier_under_two_names_is_the_same_tool():
    judged = _judged(changes_b={"dossier": DossierRef(id="sha256:anchor")})
    assert not judged.ok


def test_an_empty_or_contested_seat_is_noted_and_no_more():
    b = (FULL[0], verdict("futurist", contested=True), FULL[3])
    judged = like_for_like(side("anchor", FULL), side("buoy", (*b, verdict("extra"))), rows(FULL, b))
    assert judged.ok
    assert judged.notes == (
        "The skeptic chair gave no verdict on Buoy.",
        "Futurist's verdict on Buoy is contested and does not count.",
    )


def test_two_tools_of_one_name_are_told_apart_by_slug():
    tool = side("buoy", FULL).tool.model_copy(update={"name": "Anchor"})
    judged = _judged(FULL, FULL[1:], changes_b={"tool": tool})
    assert judged.notes == ("The builder chair gave no verdict on Anchor (buoy).",)


@pytest.mark.parametrize(
    ("created", "noted"), [("2026-08-22T21:04:05Z", False), ("2026-08-21T21:04:05Z", True)]
)
def test_reviews_more_than_ninety_days_apart_are_noted(created, noted):
    judged = _judged(changes_a={"created": created})
    assert judged.ok
    assert judged.notes == (("The reviews were written 91 days apart.",) if noted else ())


@pytest.mark.parametrize("retrieved", ["2026-01-01", "2026-01-01T00:00:00+02:00"])
def test_sources_far_apart_in_time_are_noted(retrieved):
    old = DossierRef(id="sha256:old", sources=(SourceRef(id="s1", retrieved=retrieved),))
    [note] = _judged(changes_a={"dossier": old}).notes
    assert note.startswith("The newest sources were retrieved 30")


@pytest.mark.parametrize("retrieved", [None, "yesterday", "2026-13-45", ""])
def test_a_date_that_is_none_is_not_compared(retrieved):
    odd = DossierRef(id="sha256:odd", sources=(SourceRef(id="s1", retrieved=retrieved),))
    assert _judged(changes_a={"dossier": odd}).notes == ()


@pytest.mark.parametrize(
    ("lengths", "notes"),
    [
        ((4000, 1000), ()),
        (
            (4001, 1000),
            ("The dossier on Anchor is far longer than that on Buoy: 4,001 characters against 1,000.",),
        ),
        ((0, 10), ("The dossier on Buoy is far longer than that on Anchor: 10 characters against 0.",)),
        ((0, 0), ()),
    ],
)
def test_a_dossier_more_than_four_times_as_long_is_noted(lengths, notes):
    judged = _judged(lengths=lengths)
    assert judged.ok
    assert judged.notes == notes


def _seated(*models):
    return tuple(
        Seating(persona="builder", name="Builder", chair="core", model=model, because="") for model in models
    )


def _of(*models):
    return tuple(verdict("builder", model=model) for model in models)


def test_a_model_more_on_one_side_is_not_alike_and_one_that_failed_is_only_noted():
    a, b = _of("x:1", "x:2"), _of("x:1")
    left = side("anchor", a, seated=2, seating=_seated("x:1", "x:2"))
    alone = side("buoy", b, seated=1, seating=_seated("x:1"))
    judged = like_for_like(left, alone, rows(a, b, left.seating, alone.seating))
    assert (judged.ok, judged.notes) == (
        False, ("Builder (x:2) sat on one side only, not for Buoy.",),
    )  # fmt: skip
    failed = side("buoy", _of("x:1", "x:2"), seated=2, seating=_seated("x:1", "x:2"))
    judged = like_for_like(left, failed, rows(a, b, left.seating, failed.seating))
    assert (judged.ok, judged.notes) == (True, ("The builder chair (x:2) gave no verdict on Buoy.",))


def test_seats_that_were_asked_more_often_on_one_side_are_noted_once():
    asked = [Samples(asked=n, ship=n, skip=0, failed=0) for n in (5, 3)]
    a, b = (tuple(each.model_copy(update={"samples": samples}) for each in FULL) for samples in asked)
    judged = like_for_like(side("anchor", a), side("buoy", b), rows(a, b))
    assert (judged.ok, judged.notes) == (
        True, ("The same seat was asked 5 times on Anchor, 3 times on Buoy.",),
    )  # fmt: skip
