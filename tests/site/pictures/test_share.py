"""The picture of a comparison answers its question at a glance."""

import pytest

from panel.publish import wording
from panel.site.cards import SideCard
from panel.site.pictures.drawing import Box, Text
from panel.site.pictures.share import HEIGHT, WIDTH, share_image
from panel.site.settings import SiteSettings
from tests.site.colours import contrast
from tests.site.samples import Press, panel_of

SETTINGS = SiteSettings(title="Ship or skip", url="https://ship.example/panel")
NAMES = {
    "short": "Q",
    "long": "Cursor v0.50 Background Agent, Codebase Refactoring and Multi-Repository Orchestration Suite",
    "unbroken": "W" * 200,
    "not in the type": "通义千问",
    "of two directions": "שלום a\u202eb",
    "blank": "   ",
    "controls": "a\x00b\x1b[31m\ud800",
}


@pytest.fixture
def card(tmp_path):
    press = Press(tmp_path)
    a, b = press.review("lantern", **panel_of("ship", "skip", "ship", "ship")), press.review("mast")
    press.comparison(a, b)
    for slug in ("lantern", "mast"):
        press.desk.publish(slug)
    return press.library().comparisons["lantern-vs-mast"].card


def texts(card, settings=SETTINGS):
    return [part for part in share_image(card, settings).parts if isinstance(part, Text)]


def named(card, name):
    update = {"name": name}
    return card.model_copy(
        update={"a": card.a.model_copy(update=update), "b": card.b.model_copy(update=update)}
    )


def test_it_shows_the_answer_both_names_and_both_counts(card):
    said = [text.text for text in texts(card)]
    assert max(texts(card), key=lambda text: text.size).text == "Lantern"
    assert said.count("Lantern") == 2
    for each in ("The panel’s pick", "Mast", "75%", "100%", "3 of 4 · Free", "4 of 4 · Free", "ship.example"):
        assert each in said


@pytest.mark.parametrize(
    ("choice", "stable", "lead", "answer"),
    [
        ("b", False, "The panel leans this way, but little would tip it", "Mast"),
        ("depends", True, "Which one should you use?", "It depends on your case"),
        ("too_close", False, "Which one should you use?", "Too close to call"),
    ],
)
def test_it_says_how_far_the_answer_goes(card, choice, stable, lead, answer):
    update = {"choice": choice, "stable": stable, "answer": answer}
    said = [text.text for text in texts(card.model_copy(update=update))]
    assert said[2:4] == [lead, answer]


def test_a_rehearsal_says_so(card):
    said = " ".join(text.text for text in texts(card.model_copy(update={"offline": True})))
    assert "no model was asked" in said
    assert "have not used" not in said


def test_without_a_quorum_there_is_no_percentage(card):
    panel = card.a.panel.model_copy(update={"percent": None, "counted": 2})
    said = [
        text.text for text in texts(card.model_copy(update={"a": card.a.model_copy(update={"panel": panel})}))
    ]
    assert wording.NONE in said
    assert "no quorum: 2 of 4" in said


def test_two_tools_of_one_name_are_told_apart(card):
    said = " ".join(text.text for text in texts(named(card, "Lantern")))
    assert "(lantern)" in said
    assert "(mast)" in said


def test_a_name_that_the_type_has_not_is_written_as_its_slug(card):
    a = card.a.model_copy(update={"name": "通义千问"})
    drawing = share_image(card.model_copy(update={"a": a}), SETTINGS)
    assert "lantern" in [part.text for part in drawing.parts if isinstance(part, Text)]
    assert drawing.title.startswith("通义千问 vs Mast")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("choice", ["a", "depends"])
def test_no_text_leaves_the_picture_or_touches_another(card, name, choice):
    found = texts(named(card, name).model_copy(update={"choice": choice}), SiteSettings(title=name or "x"))
    boxes = []
    for text in found:
        left = text.x if text.edge == "left" else text.x - text.width
        boxes.append((left, text.y - 0.74 * text.size, left + text.width, text.y))
    assert all(0 <= x1 <= x2 <= WIDTH and 0 <= y1 <= y2 <= HEIGHT for x1, y1, x2, y2 in boxes)
    for at, (x1, y1, x2, y2) in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert x2 <= other[0] or other[2] <= x1 or y2 <= other[1] or other[3] <= y1


@pytest.mark.parametrize("offline", [False, True])
def test_everything_can_be_read(card, offline):
    for text in texts(card.model_copy(update={"offline": offline})):
        assert contrast(text.colour, text.ground) >= 4.5


def test_text_stands_on_the_ground_it_says_it_stands_on(card):
    for offline in (False, True):
        drawing = share_image(card.model_copy(update={"offline": offline}), SETTINGS)
        boxes = [part for part in drawing.parts if isinstance(part, Box)]
        for text in (part for part in drawing.parts if isinstance(part, Text)):
            under = [box.colour for box in boxes if box.y <= text.y - text.size // 2 <= box.y + box.height]
            assert text.ground == (under[-1] if under else drawing.ground)


def test_the_site_may_have_no_address(card):
    assert "ship.example" in [text.text for text in texts(card)]
    assert all(text.text for text in texts(card, SiteSettings()))


def test_a_side_may_have_any_entry_price_in_words(card):
    side: SideCard = card.b.model_copy(update={"entry": "无料"})
    said = [text.text for text in texts(card.model_copy(update={"b": side}))]
    assert "4 of 4" in said
