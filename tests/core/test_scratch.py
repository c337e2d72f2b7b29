"""Rows in a file without a name, for as long as a command runs."""

import gc
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from panel.core.scratch import Scratch

NUMBERS = "CREATE TABLE numbers (number INTEGER PRIMARY KEY, text TEXT)"
_FULL = """
import resource
from panel.core.errors import StoppedEarly
from panel.core.scratch import Scratch

resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))
scratch = Scratch("CREATE TABLE texts (text TEXT)", purpose="texts are kept")
try:
    for n in range(100_000):
        scratch.rows("INSERT INTO texts VALUES (?)", ("x" * 1_000,))
except StoppedEarly as error:
    print(n > 100, error.exit_code, error.message, "|", error.hint)
"""


def test_rows_are_found_as_they_were_put_there():
    scratch = Scratch(NUMBERS, purpose="numbers are kept")
    assert scratch.rows("INSERT INTO numbers VALUES (?, ?), (?, ?)", (1, "one", 2, "two")) == []
    assert scratch.rows("SELECT text FROM numbers ORDER BY number") == [("one",), ("two",)]


@pytest.mark.skipif(sys.platform != "linux", reason="the files a process has open are read from /proc")
def test_its_file_has_no_name_and_goes_with_it():
    before = _unlinked()
    scratch = Scratch(NUMBERS, purpose="numbers are kept")
    for n in range(5_000):
        scratch.rows("INSERT INTO numbers VALUES (?, ?)", (n, "x" * 1_000))
    assert len(_unlinked() - before) == 1
    del scratch
    gc.collect()
    assert not _unlinked() - before


def test_without_room_it_says_what_for_and_what_to_do():
    ended = subprocess.run([sys.executable, "-c", _FULL], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("True 4 texts are kept in a temporary file, and it cannot be kept: ")
    assert "SQLITE_TMPDIR" in ended.stdout.partition("|")[2]


def test_a_mistake_of_the_program_is_no_lack_of_room():
    scratch = Scratch(NUMBERS, purpose="numbers are kept")
    with pytest.raises(sqlite3.ProgrammingError):
        scratch.rows("SELECT ?")
    scratch.rows("INSERT INTO numbers VALUES (1, 'one')")
    with pytest.raises(sqlite3.IntegrityError):
        scratch.rows("INSERT INTO numbers VALUES (1, 'two')")


def _unlinked() -> set[str]:
    """The open files of this process that have no name."""
    return {
        str(number)
        for number in Path("/proc/self/fd").iterdir()
        if number.is_symlink() and str(number.readlink()).endswith("(deleted)")
    }
