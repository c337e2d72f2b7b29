"""The core always sits; the fourth chair comes by rule, and the rule gives its reason."""

from __future__ import annotations

import pytest

from panel.core.domain import Tool
from panel.core.errors import InputError
from panel.core.workspace import open_workspace
from panel.reviewers.personas import load_personas
from panel.reviewers.seating import Speaker, agree_on_fourth, choose_fourth, cross, seat_panel

SPEAKER = Speaker("anthropic", "claude-x", frozenset({"anthropic", "openai", "offline"}))


@pytest.fixture(scope="module")
def personas():
    return load_personas(open_workspace({}, environ={}))


def tool(**fields):
    return Tool(slug="t", name="T", **fields)


@pytest.mark.parametrize(
    ("fields", "chair"),
    [
        ({"modality": ("text", "image")}, "creative"),
        ({"modality": ("audio",), "surface": ("app",)}, "creative"),
        ({"surface": ("editor",)}, "product"),
        ({"modality": ("code",), "surface": ("app",)}, "product"),
        ({"surface": ("weights", "api")}, "business"),
        ({}, "business"),
    ],
)
def test_the_fourth_chair_follows_modality_then_surface(personas, fields, chair):
    assert choose_fourth(tool(**fields), personas)[0].slug == chair


def test_the_reason_names_what_matched(personas):
    assert "image" in choose_fourth(tool(modality=("image",)), personas)[1]
    assert "names no modality or surface" in choose_fourth(tool(), personas)[1]


def test_a_panel_is_the_core_in_order_and_one_fourth_chair(personas):
    seats = seat_panel(tool(), personas, SPEAKER)
    assert [seat.persona.slug for seat in seats] == ["builder", "skeptic", "futurist", "business"]
    assert all(seat.label == "anthropic:claude-x" for seat in seats)


def test_an_editor_may_name_the_fourth_chair_or_the_whole_panel(personas):
    assert seat_panel(tool(), personas, SPEAKER, fourth="product")[3].persona.slug == "product"
    seats = seat_panel(tool(), personas, SPEAKER, only=["skeptic", "creative"])
    assert [seat.persona.slug for seat in seats] == ["skeptic", "creative"]


@pytest.mark.parametrize(
    "wishes",
    [
        {"only": ["builder", "nobody"]},
        {"only": ["builder", "builder"]},
        {"fourth": "nobody"},
        {"fourth": "builder"},
    ],
)
def test_a_name_that_cannot_sit_is_refused(personas, wishes):
    with pytest.raises(InputError):
        seat_panel(tool(), personas, SPEAKER, **wishes)


def test_two_tools_share_the_chair_both_would_get_and_else_business(personas):
    product, creative = tool(surface=("editor",)), tool(modality=("image",))
    assert agree_on_fourth(product, product, personas) == "product"
    assert agree_on_fourth(product, creative, personas) == "business"


def test_a_persona_may_bring_its_own_model_and_provider(personas):
    own = personas | {
        "builder": personas["builder"].model_copy(update={"model": "openai:gpt-x"}),
        "skeptic": personas["skeptic"].model_copy(update={"model": "llama3.3:70b"}),
    }
    labels = [seat.label for seat in seat_panel(tool(), own, SPEAKER)]
    assert labels[:3] == ["openai:gpt-x", "anthropic:llama3.3:70b", "anthropic:claude-x"]
    offline = seat_panel(tool(), own, Speaker("offline", "reader", SPEAKER.providers))
    assert {seat.label for seat in offline} == {"offline:reader"}


def test_a_model_that_overrules_speaks_for_a_persona_with_its_own_too(personas):
    own = personas | {"builder": personas["builder"].model_copy(update={"model": "openai:gpt-x"})}
    speaker = Speaker("anthropic", "claude-x", SPEAKER.providers, over_personas=True)
    assert {seat.label for seat in seat_panel(tool(), own, speaker)} == {"anthropic:claude-x"}


def test_panels_of_the_same_personas_are_crossed_seat_by_seat(personas):
    panels = [seat_panel(tool(), personas, Speaker("anthropic", model)) for model in ("m1", "m2")]
    seats = [(seat.persona.slug, seat.model) for seat in cross(panels)]
    assert seats[:3] == [("builder", "m1"), ("builder", "m2"), ("skeptic", "m1")]
    assert len(seats) == 8
