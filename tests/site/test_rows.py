"""What a row of a list says."""

import pytest

from panel.site.cards import review_card
from panel.site.rows import called, comparison_row, dissent, marks, tool_row
from tests.judgement.samples import a_review, decides, panel
from tests.site.pages.press import MODEL, Press


def card(*decisions, **changes):
    return review_card(a_review(panel(*decisions), **changes), "sha256:x")


def row_of(slug, press):
    library = press.library()
    return tool_row(library.tools[slug], called(library))


@pytest.mark.parametrize(
    ("decisions", "line"),
    [
        ("ship ship ship ship", "No dissent: all 4 say ship."),
        ("skip skip skip skip", "No dissent: all 4 say skip."),
        ("ship skip ship ship", "Skeptic says skip: It does one thing."),
        ("ship skip skip skip", "Builder says ship: It does one thing."),
        ("ship skip ship skip", "Skeptic and Business say skip: It does one thing."),
        ("ship contested ship ship", "No dissent: all 3 say ship. 1 of 4 seats not counted."),
        ("ship contested skip ship", "Futurist says skip: It does one thing. 1 of 4 seats not counted."),
        (
            "ship contested contested ship",
            "No percentage: 2 of 4 seats gave a verdict that counts, and it takes 3.",
        ),
    ],
)
def test_the_dissent_is_told_in_a_line(decisions, line):
    assert dissent(card(*decisions.split())) == line


def test_each_seat_has_a_mark_in_its_order():
    assert marks(card("ship", "skip", "contested", "ship")) == ("ship", "skip", "contested", "ship")


def test_a_seat_that_an_editor_decided_is_marked_as_decided_and_keeps_its_own_vote(tmp_path):
    press = Press(tmp_path)
    override = decides("skeptic", "ship", dossier="sha256:lantern-d")
    press.review("lantern", "ship skip ship ship", overrides=(override,))
    seat = press.library().tools["lantern"].card.seats[1]
    assert (seat.decision, seat.own, seat.editors, seat.contested) == ("ship", "skip", True, False)
    assert row_of("lantern", press).marks == ("ship",) * 4


def test_a_row_says_when_no_model_was_asked(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", model="offline:reader")
    press.review("quarry", model=MODEL)
    assert row_of("lantern", press).notes == ("No model was asked",)
    assert row_of("quarry", press).notes == ()


def test_a_row_says_when_only_some_seats_had_no_model(tmp_path):
    press = Press(tmp_path)
    press.silence(press.review("lantern"))
    assert row_of("lantern", press).notes == ("Not every seat asked a model",)


def test_a_comparison_says_how_far_its_answer_can_be_relied_on(tmp_path):
    press = Press(tmp_path)
    a, b, c = (
        press.review("anvil", "ship ship ship ship"),
        press.review("brindle", "skip skip skip skip"),
        press.review("cinder", "ship ship skip skip"),
    )
    press.compare(a, b)
    press.compare(a, c)
    press.compare(b, c)
    said = {pair: comparison_row(each) for pair, each in press.library().comparisons.items()}
    assert (said["anvil-vs-brindle"].lead, said["anvil-vs-brindle"].answer) == ("The pick", "Anvil")
    assert (said["anvil-vs-cinder"].lead, said["anvil-vs-cinder"].answer) == ("Leans, not stable", "Anvil")
    assert said["brindle-vs-cinder"].a.percent == "0%"


def test_two_tools_of_one_name_are_told_apart_by_their_slugs(tmp_path):
    press = Press(tmp_path)
    press.compare(press.review("llama-4-70b", name="Llama 4"), press.review("llama-4-7b", name="Llama 4"))
    (row,) = map(comparison_row, press.library().comparisons.values())
    assert (row.a.label, row.b.label) == ("Llama 4 (llama-4-70b)", "Llama 4 (llama-4-7b)")
    assert row.lead == "No single winner"
    assert row_of("llama-4-7b", press).name == "Llama 4 (llama-4-7b)"
