"""Launches named twice: only the first runs, and the others are named once each."""

from panel.evidence.launches.distinct import distinct
from panel.evidence.launches.launch import BadLine, Launch
from tests.evidence.launches.lists import bad, names, read_as

LIST = """\
{"name": "Quill", "slug": "quill"}
{"name": "Quill again", "slug": "quill"}
{"name": "Ink", "url": "https://ink.example"}
not json
{"name": "Ink!!", "url": "http://www.ink.example/?utm_source=x"}
{"name": "ink", "url": "https://other.example"}
{"name": "Pen"}
{"name": "PEN"}
"""


def test_every_launch_runs_once_and_every_line_is_accounted_for():
    found = list(distinct(read_as("jsonl", LIST)))
    assert names(found) == ["Quill", "Ink", "Pen"]
    assert len(found) == 8
    assert [message.split(" (")[0] for message in bad(found)] == [
        "list:2: is a launch already named at list:1",
        "list:4: is no JSON: Expecting value at character 1",
        "list:5: is a launch already named at list:3",
        "list:6: would be filed as 'ink', as is list:3",
        "list:8: is a launch already named at list:7",
    ]


def test_bad_lines_pass_as_they_are():
    line = BadLine("list:1", "is torn")
    assert list(distinct([line, line])) == [line, line]


def test_the_same_launch_again_is_told_so_even_if_another_has_its_slug():
    text = (
        '{"name": "Ink", "url": "https://ink.example"}\n'
        '{"name": "Quill", "url": "https://quill.example"}\n'
        '{"name": "Quill", "url": "https://ink.example"}\n'
    )
    (again,) = bad(list(distinct(read_as("jsonl", text))))
    assert again.startswith("list:3: is a launch already named at list:1")


def test_whoever_was_refused_for_his_slug_may_come_again_under_another():
    text = (
        '{"name": "Ink", "url": "https://ink.example"}\n'
        '{"name": "Ink", "url": "https://quill.example"}\n'
        '{"name": "Quill", "url": "https://quill.example"}\n'
    )
    found = list(distinct(read_as("jsonl", text)))
    assert names(found) == ["Ink", "Quill"]
    assert len(bad(found)) == 1


def test_a_file_whose_name_is_no_text_is_named_as_it_is():
    place = "launches-\udcff.jsonl:1"
    ink = Launch(place=place, name="Ink")
    (first, again) = distinct([ink, ink])
    assert first == ink
    assert isinstance(again, BadLine)
    assert place in again.what
