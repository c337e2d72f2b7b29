"""Tools on a shelf: thousands of them, in a file and not in memory."""

from panel.judgement.identity import Shelf
from tests.judgement.identity.tools import tool


def test_a_tool_is_found_as_it_was_put_there_and_itself_is_passed_over():
    shelf = Shelf()
    cursor = tool("Cursor")
    for each in (cursor, tool("Ferry"), tool("Cursors")):
        shelf.add(each)
    ((found, like),) = shelf.like(cursor)
    assert (found, like.kind) == (tool("Cursors"), "confusable")
    assert len(shelf) == 3


def test_a_name_that_is_no_text_finds_its_place():
    shelf = Shelf()
    shelf.add(tool("Ferry \ud800", slug="a"))
    shelf.add(tool("Ferry \U0010ffff", slug="b"))
    assert {other.slug for other, _ in shelf.like(tool("Ferry \ud800", slug="c"))} >= {"a"}
