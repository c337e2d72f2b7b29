"""A choice is read as strictly as a verdict; what speaks for each comes before it."""

from __future__ import annotations

import json

import pytest

from panel.reviewers.choosing import CHOICE_SCHEMA, read_choice
from panel.reviewers.rubric import ReplyInvalid

GOOD = {
    "for_first": "It runs at home.",
    "for_second": "It asks for less.",
    "first_if": ["the code may not leave"],
    "second_if": [" "],
    "because": "What runs at home is settled.",
    "choice": "First ",
}


def said(**changes):
    return json.dumps({**GOOD, **changes})


def test_the_choice_comes_last_and_every_field_is_required_in_a_closed_object():
    assert list(CHOICE_SCHEMA["properties"])[-1] == "choice"
    assert CHOICE_SCHEMA["required"] == list(CHOICE_SCHEMA["properties"])
    assert CHOICE_SCHEMA["additionalProperties"] is False


def test_a_good_reply_is_read_whatever_the_case_of_the_choice():
    found = read_choice(f"```json\n{said()}\n```")
    assert (found.choice, found.first_if, found.second_if) == ("first", ("the code may not leave",), ())


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"choice": "third"}, "choice"),
        ({"choice": None}, "choice"),
        ({"because": "  "}, "because: is blank"),
        ({"for_first": ""}, "for_first"),
        ({"first_if": "a text"}, "first_if"),
        ({"extra": 1}, "extra"),
        ({"choice": "depends"}, "second_if: is empty, but the choice is depends"),
        ({"choice": "depends", "first_if": [], "second_if": ["b"]}, "first_if: is empty"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(changes, problem):
    with pytest.raises(ReplyInvalid, match=problem):
        read_choice(said(**changes))


def test_a_reply_that_just_stops_is_truncated():
    with pytest.raises(ReplyInvalid) as caught:
        read_choice(said()[:40])
    assert caught.value.truncated
