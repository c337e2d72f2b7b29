"""A tool's badge says the count, and can be read on any page."""

import pytest
from lxml import etree

from panel.core.outcomes import Tally
from panel.site.pictures.badge import COLOURS, badge
from panel.site.pictures.drawing import Box, Text, svg
from tests.publish.hostile import PAYLOADS
from tests.site.colours import contrast
from tests.site.samples import Press, panel_of


@pytest.fixture
def card(tmp_path):
    press = Press(tmp_path)
    press.review(**panel_of("ship", "skip", "ship", "ship"))
    press.desk.publish("lantern")
    return press.library().tools["lantern"].card


def said(drawing):
    return " ".join(part.text for part in drawing.parts if isinstance(part, Text))


@pytest.mark.parametrize(
    ("ship", "percent", "words", "colour"),
    [
        (3, 75, "panel ship 75% · 3 of 4", COLOURS["ship"]),
        (1, 25, "panel ship 25% · 1 of 4", COLOURS["skip"]),
        (2, 50, "panel ship 50% · 2 of 4", COLOURS["tie"]),
        (2, None, "panel no quorum · 4 of 4 counted", COLOURS[None]),
    ],
)
def test_it_says_the_count_in_the_colour_of_the_verdict(card, ship, percent, words, colour):
    tally = Tally(ship=ship, counted=4, seated=4, percent=percent, quorum=3)
    drawing = badge(card.model_copy(update={"panel": tally}))
    assert said(drawing) == words
    assert drawing.title == f"Lantern: {words}"
    assert [part.colour for part in drawing.parts if isinstance(part, Box)] == [colour]


def test_a_rehearsal_is_no_verdict(card):
    seats = [seat.model_copy(update={"model": "offline:reader"}) for seat in card.seats]
    drawing = badge(card.model_copy(update={"offline": True, "seats": tuple(seats)}))
    assert said(drawing) == "panel rehearsal no model was asked"
    mixed = badge(card.model_copy(update={"offline": True, "seats": (*seats[:3], card.seats[3])}))
    assert said(mixed) == "panel rehearsal not every seat asked a model"


def test_its_text_stands_inside(card):
    drawing = badge(card)
    for part in drawing.parts:
        assert 0 <= part.x < part.x + part.width <= drawing.width


@pytest.mark.parametrize("colour", COLOURS.values())
def test_its_text_can_be_read_and_it_stands_out_from_light_and_dark_pages(card, colour):
    assert contrast(colour, "#ffffff") >= 4.5
    assert contrast(badge(card).ground, "#ffffff") >= 4.5
    assert contrast(colour, "#000000") >= 3


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_name_stays_a_title(card, text):
    root = etree.fromstring(svg(badge(card.model_copy(update={"name": text}))))
    assert {etree.QName(each).localname for each in root.iter()} == {
        "svg", "title", "desc", "clipPath", "rect", "g", "text",
    }  # fmt: skip
