"""JSONL: good lines run, bad ones are named with their line."""

import io

from hypothesis import given
from hypothesis import strategies as st

from panel.evidence.launches.lines import MAX_LINE, numbered
from tests.evidence.launches.lists import bad, names, only, read_as

LINES = [
    b'\xef\xbb\xbf{"name": "First"}\n',
    b'{"name": "CRLF"}\r\n',
    b"\n",
    b'["name", "list"]\n',
    b'{"name": "torn\n',
    b'{"name": "NaN", "stars": NaN}\n',
    b'{"name": "deep", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    b'{"name": "digits", "x": ' + b"1" * 5_000 + b"}\n",
    '{"name": "Line\u2028separator"}\n'.encode(),
    b'{"name": "caf\xe9"}\n',
    b'{"name": "NUL\x00"}\n',
    b'{"name": "Twice", "name": "Thrice"}\n',
    b'"text"\n',
    b"   \n",
    b'{"name": "Two"} {"name": "objects"}\n',
    b'{"name": "\\ud800 lone"}\n',
    b'{"name": "last"}',
]


def test_good_lines_are_launches_and_bad_ones_say_where_and_what():  # E05
    found = read_as("jsonl", b"".join(LINES))
    assert names(found) == ["First", "CRLF", "Line separator", "\ufffd lone", "last"]
    assert [message.split(" (one")[0].split(' ({"')[0] for message in bad(found)] == [
        "list:4: is a list, not an object",
        "list:5: is no JSON: Unterminated string starting at character 10",
        "list:6: holds NaN, which JSON does not know",
        "list:7: is nested too deeply",
        "list:8: holds a number of too many digits",
        "list:10: is not UTF-8 (byte 0xe9, 14 in the line) (save it as UTF-8)",
        "list:11: holds a NUL byte (save the file as plain UTF-8 text)",
        "list:12: gives the key 'name' twice",
        'list:13: is the value "text", not an object',
        "list:15: is no JSON: Extra data at character 17",
    ]


def test_a_line_of_five_megabytes_is_refused_and_the_next_is_read():
    found = read_as("jsonl", b'{"name": "' + b"x" * 5_000_000 + b'"}\n{"name": "Next"}\n')
    assert bad(found)[0].startswith("list:1: the line has over 4,000,000 bytes")
    assert names(found) == ["Next"]
    assert only(found[1:]).place == "list:2"


def test_the_longest_line_that_is_read_is_read():
    line = b'{"name": "Long", "text": "' + b"x" * (MAX_LINE - 29) + b'"}\n'
    assert len(line) == MAX_LINE
    assert names(read_as("jsonl", line)) == ["Long"]


def test_a_file_in_utf_16_is_named_once():
    found = read_as("jsonl", '{"name": "a"}\n{"name": "b"}\n'.encode("utf-16"))
    assert bad(found) == ["list:1: is UTF-16 (save the file as UTF-8)"]


def test_numbers_stay_as_typed():
    assert only(read_as("jsonl", '{"name": "Quill", "version": 1.10}')).facts == (("version", "1.10"),)


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=20))
def test_every_line_that_is_not_blank_is_accounted_for_exactly_once(lines):
    content = b"".join(line + b"\n" for line in lines).removeprefix(b"\xef\xbb\xbf")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    texts = [line for _, line in numbered(io.BytesIO(content), "list")]
    expected = [n for n, line in enumerate(texts, start=1) if not isinstance(line, str) or line.strip()]
    assert [int(item.place.split(":")[1]) for item in read_as("jsonl", content)] == expected
