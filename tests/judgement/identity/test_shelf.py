"""Tools on a shelf: thousands of them, in a file and not in memory."""

import subprocess
import sys

from panel.judgement.identity import Shelf
from tests.judgement.identity.tools import tool

_FULL = """
import resource
from panel.core.domain import Tool
from panel.core.errors import StoppedEarly
from panel.judgement.identity import Shelf, traits

resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))
shelf = Shelf()
try:
    for n in range(4_000):
        shelf.add(traits(Tool(slug=f"t-{n}", name=f"Ferry {n} lines", tagline="x" * 1_000)))
except StoppedEarly as error:
    print(len(shelf) > 100, error.exit_code, error.message, error.hint)
"""


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


def test_without_room_for_its_file_it_stops_and_says_what_to_do():
    ended = subprocess.run([sys.executable, "-c", _FULL], capture_output=True, text=True, check=True)
    assert "True 4 tools that are alike are looked for in a temporary file" in ended.stdout
    assert "SQLITE_TMPDIR" in ended.stdout
