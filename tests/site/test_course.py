"""The line of a tool's verdicts, and which seats turned."""

from __future__ import annotations

import pytest

from panel.judgement.history import history
from panel.site import course
from panel.site.cards import review_card
from tests.judgement.changed import CHANGED
from tests.site.samples import Press, panel_of


def cards(tmp_path, *panels):
    press = Press(tmp_path)
    made = [press.review("lantern", **panel) for panel in panels]
    return [review_card(review, review.id) for review in reversed(made)]


def test_the_oldest_review_stands_left_and_more_ship_stands_higher(tmp_path):
    newest_first = cards(
        tmp_path, panel_of("skip", "skip", "skip", "ship"), panel_of("ship", "ship", "ship", "ship")
    )
    left, right = course.points(newest_first)
    assert (left.percent, right.percent) == (25, 100)
    assert left.x < right.x
    assert left.y > right.y
    assert course.line((left, right)) == f"M{left.x:g} {left.y:g}L{right.x:g} {right.y:g}"


def test_the_line_is_broken_where_there_was_no_quorum(tmp_path):
    whole = panel_of("ship", "ship", "ship", "ship")
    none = {"panel": whole["panel"].model_copy(update={"percent": None})}
    drawn = course.points(cards(tmp_path, whole, {**whole, **none}, whole))
    assert course.line(drawn).count("M") == 2
    assert "L" not in course.line(drawn)


def test_only_the_newest_are_drawn(tmp_path):
    drawn = course.points(cards(tmp_path, *[panel_of("ship", "ship", "ship", "ship")] * (course.MOST + 3)))
    assert len(drawn) == course.MOST


def test_seats_that_turned_are_named(tmp_path):
    now, before = cards(
        tmp_path, panel_of("ship", "skip", "ship", "ship"), panel_of("skip", "skip", "ship", "ship")
    )
    assert course.turned(before, now) == ("Builder: ship → skip",)
    assert course.turned(now, now) == ()


def test_a_seat_with_another_model_is_still_the_same_reviewer(tmp_path):
    now, before = cards(
        tmp_path,
        panel_of("ship", "ship", "ship", "ship"),
        panel_of("skip", "ship", "ship", "ship", model="openai:gpt"),
    )
    assert course.turned(before, now) == ("Builder: ship → skip",)


@pytest.mark.parametrize(
    ("cause", "said"),
    {
        "dossier": "a new dossier",
        "left": "without business",
        "joined": "with business",
        "persona": "a new version of skeptic",
        "prompts": "new prompts",
        "models": "model anthropic:model-1 → openai:model-2",
        "seats": "which model sat where",
        "samples": "samples 1 → 3",
    }.items(),
)
def test_what_a_review_rests_on_that_is_new_is_told(cause, said):
    _, now = history(CHANGED[cause])
    assert [course.rests_on(each) for each in now.changed] == [said]
