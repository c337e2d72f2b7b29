import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.errors import ManyInputErrors
from panel.votes.vote import from_lines, now, to_line
from tests.votes.samples import vote

GOOD = to_line(vote()).encode()


def test_a_line_is_read_back_as_it_was_written():
    votes = [vote(1, "skip", at=1, first=0, origin="ab" * 8), vote(2, "withdrawn", tool="cursor", at=2)]
    assert from_lines([to_line(each).encode() for each in votes] + [b""], "file") == votes


def test_the_time_now_is_one_a_vote_may_carry():
    assert from_lines([json.dumps({**json.loads(GOOD), "at": now()}).encode()], "file")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"choice": "maybe"}, "choice"),
        ({"tool": "../x"}, "tool"),
        ({"voter": "7"}, "voter"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-13-40T99:00:00.000Z"}, "at"),
        ({"origin": "203.0.113.7"}, "origin"),
        ({"address": "203.0.113.7"}, "address"),
        ({"choice": None}, "choice"),
    ],
)
def test_a_line_that_is_no_vote_is_named_with_file_line_and_field(change, field):
    wrong = json.dumps({**json.loads(GOOD), **change}).encode()
    with pytest.raises(ManyInputErrors, match=f"^votes.jsonl:3: {field}: "):
        from_lines([GOOD, b"", wrong], "votes.jsonl")


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"schema": "panel.vote/9"}']
)
def test_what_is_no_json_object_of_ours_is_named(line):
    with pytest.raises(ManyInputErrors, match=r"^votes.jsonl:1: not a vote: "):
        from_lines([line], "votes.jsonl")


def test_of_many_wrong_lines_the_first_are_named_and_the_rest_counted():
    with pytest.raises(ManyInputErrors, match="and 80 more lines"):
        from_lines([b"{"] * 100, "votes.jsonl")


@given(st.binary(max_size=200))
def test_any_bytes_are_votes_or_named(line):
    with contextlib.suppress(ManyInputErrors):
        assert len(from_lines([line], "file")) <= 1
