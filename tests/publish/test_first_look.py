"""A page is called a first look for each tool that nobody of ours has a log of trying."""

from __future__ import annotations

import pytest

from panel.publish import wording
from panel.publish.formats.base import formats
from tests.publish.samples import plain


def tried(a, b):
    comparison = plain()
    sides = {
        key: side.model_copy(update={"dossier": side.dossier.model_copy(update={"test_log": log})})
        for key, side, log in (("a", comparison.a, a), ("b", comparison.b, b))
    }
    return comparison.model_copy(update=sides)


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [
        (False, False, "it rests on what is written about the tools"),
        (True, False, "what is said of Quarry Coder 2 rests on what is written about it"),
        (False, True, "what is said of Lantern Agent rests on what is written about it"),
    ],
)
def test_who_was_not_tried_is_named_in_every_format(a, b, says):
    comparison = tried(a, b)
    assert wording.first_look(comparison).startswith(says)
    for each in formats().values():
        page = each.render(comparison)
        assert "First look" in page
        assert says in page


def test_two_tools_that_were_tried_are_no_first_look():
    assert wording.first_look(tried(True, True)) is None
    for each in formats().values():
        assert "First look" not in each.render(tried(True, True))
