"""Front matter: scalars as typed, lines remembered, everything clever refused without running it."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from panel.core.errors import InputError, ManyInputErrors
from panel.core.frontmatter import MAX_FRONT_MATTER, parse, read_text, validated


def file_with(front_matter: str, body: str = "body") -> str:
    return f"---\n{front_matter}\n---\n{body}"


def refused(front_matter: str) -> InputError:
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        parse(file_with(front_matter), "x.md")
    assert time.process_time() - start < 1
    return caught.value


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize(
    "typed",
    ["NO", "yes", "on", "1.10", "007", "0x1f", "1e3", "2026-11-20", "12:30:45", "Null", ".inf", "1_000"],
)
def test_a_scalar_stays_the_text_that_was_typed(typed):
    assert parse(file_with(f"a: {typed}"), "x.md").data == {"a": typed}


@pytest.mark.parametrize("blank", ["", "~", "null"])
def test_a_field_left_blank_is_none(blank):
    assert parse(file_with(f"a: {blank}"), "x.md").data == {"a": None}


def test_a_quoted_blank_is_a_text():
    assert parse(file_with('a: ""\nb: "null"'), "x.md").data == {"a": "", "b": "null"}


def test_every_field_knows_its_line_in_the_file():
    document = parse(file_with("name: X\n\nlist:\n  - a: 1\n  - a: 2\n    b: 3"), "x.md")
    assert document.line_of(("name",)) == 2
    assert document.line_of(("list", 0, "a")) == 5
    assert document.line_of(("list", 1, "b")) == 7


def test_a_missing_field_has_the_line_of_what_should_hold_it():
    document = parse(file_with("a: 1\nlist:\n  - b: 2"), "x.md")
    assert document.line_of(("list", 0, "price")) == 4
    assert document.line_of(("nowhere",)) == 1


def test_the_body_is_what_follows_the_second_rule():
    document = parse("---\na: b\n---\n\none\n---\ntwo\n", "x.md")
    assert document.body == "\none\n---\ntwo\n"
    assert document.has_front_matter


def test_a_text_without_an_opening_rule_is_all_body():
    document = parse("# Title\n---\n", "x.md")
    assert document.body == "# Title\n---\n"
    assert not document.has_front_matter
    assert document.data == {}


def test_empty_front_matter_is_front_matter():
    document = parse("---\n---\nbody", "x.md")
    assert (document.data, document.body, document.has_front_matter) == ({}, "body", True)


def test_a_merge_key_is_a_key_like_any_other():
    assert parse(file_with("<<: {a: 1}"), "x.md").data == {"<<": {"a": "1"}}


# ---------------------------------------------------------------- what is refused


def test_a_tag_is_refused_and_runs_no_code(tmp_path):
    target = tmp_path / "ran"
    error = refused(f'ok: 1\na: !!python/object/apply:os.system ["touch {target}"]')
    assert (error.file, error.line) == ("x.md", 3)
    assert "python/object/apply" in error.message
    assert not target.exists()


@pytest.mark.parametrize(
    "front_matter",
    ["a: !x b", "a: ! b", "a: !!str 1", "a: &x b", "a: *x", "a: &x [*x]", "a: &x {b: *x}", "&x a: b"],
)
def test_tags_anchors_aliases_and_self_references_are_refused_by_line(front_matter):
    assert refused("ok: 1\n" + front_matter).line == 3


def test_a_bomb_of_aliases_is_refused_before_it_unfolds():
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert "anchors" in refused("a0: &a0 x\n" + "\n".join(levels)).message


@pytest.mark.parametrize(
    ("front_matter", "line", "field"), [("a: 1\nb: 2\na: 3", 4, "a"), ("a:\n  b: 1\n  b: 2", 4, "b")]
)
def test_a_key_given_twice_is_refused_by_name_and_line(front_matter, line, field):
    error = refused(front_matter)
    assert (error.line, error.field) == (line, field)


@pytest.mark.parametrize(
    ("front_matter", "line"),
    [
        ("a:\n\tb: 1", 3),
        ('a: "x', 2),
        ("a: b: c", 2),
        ("a: 1\n...\nb: 2", 4),
        ("a: [1, 2", 2),
        ("a: 1\nb: x\x00y", 3),
        ("a: 1\nb: x\x1by", 3),
        ("a: 1\n- b", 3),
        ("- a", 2),
        ("only words", 2),
        ("? [a]\n: b", 2),
    ],
)
def test_broken_yaml_is_refused_by_line(front_matter, line):
    error = refused(front_matter)
    assert (error.file, error.line) == ("x.md", line)
    assert "\n" not in error.message


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "{a: ", "[[{"])
def test_deep_nesting_is_refused_quickly(opening):
    error = refused("a:\n  " + opening * (15_000 // len(opening)))
    assert "nested deeper than 12 levels" in error.message


def test_twelve_levels_are_not_too_deep():
    assert parse(file_with("a: " + "[" * 11 + "x" + "]" * 11), "x.md").data["a"]
    assert "nested" in refused("a: " + "[" * 12 + "x" + "]" * 12).message


def test_a_megabyte_of_front_matter_is_refused_at_once():
    start = time.process_time()
    error = refused("a: " + "x" * 1_000_000)
    assert time.process_time() - start < 0.2
    assert error.line == 1
    assert f"{MAX_FRONT_MATTER:,}" in error.message


def test_front_matter_that_never_ends_is_refused():
    with pytest.raises(InputError, match=r"x\.md:1: .*never closed"):
        parse("---\na: b\n", "x.md")


# ---------------------------------------------------------------- files


def test_a_byte_order_mark_and_foreign_line_ends_are_taken_off(tmp_path):
    path = tmp_path / "x.md"
    path.write_bytes(b"\xef\xbb\xbf---\r\na: b\r\n---\r\none\rtwo")
    document = parse(read_text(path, limit=100), "x.md")
    assert document.data == {"a": "b"}
    assert document.body == "one\ntwo"


def test_bytes_that_are_not_utf_8_are_refused_by_line(tmp_path):
    path = tmp_path / "x.md"
    path.write_bytes(b"one\ntwo\nthr\xe9e\n")
    with pytest.raises(InputError, match="UTF-8") as caught:
        read_text(path, limit=100)
    assert (caught.value.file, caught.value.line) == (path, 3)
    assert "0xe9" in caught.value.message


def test_a_file_over_the_limit_is_refused_and_one_at_it_is_not(tmp_path):
    path = tmp_path / "x.md"
    path.write_bytes(b"x" * 100)
    assert read_text(path, limit=100) == "x" * 100
    with pytest.raises(InputError, match="has 100 bytes; at most 99"):
        read_text(path, limit=99)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_text(tmp_path / "none.md", limit=100)
    with pytest.raises(InputError, match="is a folder"):
        read_text(tmp_path, limit=10_000_000)


def test_a_pipe_nobody_writes_into_and_a_device_without_an_end_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "link.md").symlink_to("/dev/zero")
    for name in ("pipe.md", "link.md"):
        with pytest.raises(InputError, match="is a pipe or a device, not a file"):
            read_text(tmp_path / name, limit=100)


def test_a_pipe_the_shell_has_opened_is_read():
    reading, writing = os.pipe()
    os.write(writing, b"one\r\ntwo")
    os.close(writing)
    assert read_text(Path(f"/dev/fd/{reading}"), limit=100) == "one\ntwo"
    os.close(reading)


# ---------------------------------------------------------------- validation


class Entry(BaseModel):
    price: str


class Model(BaseModel):
    name: str
    rank: int = 0
    entries: tuple[Entry, ...] = ()


def test_all_problems_are_named_at_once_with_file_line_and_field():
    document = parse(file_with("rank: high\nentries:\n  - price: 1\n  - plan: Pro"), "x.md")
    with pytest.raises(ManyInputErrors) as caught:
        validated(Model, document, document.data)
    places = {(error.file, error.line, error.field) for error in caught.value.errors}
    assert places == {("x.md", 1, "name"), ("x.md", 2, "rank"), ("x.md", 5, "entries.1.price")}
    assert caught.value.message.count("\n") == 2


def test_what_fits_is_returned_as_the_model():
    document = parse(file_with("name: X\nrank: 3"), "x.md")
    assert validated(Model, document, document.data) == Model(name="X", rank=3)


# ---------------------------------------------------------------- properties


@given(st.text(max_size=300))
def test_no_text_does_worse_than_an_input_error(text):
    for whole in (text, file_with(text)):
        message = ""
        try:
            parse(whole, "x.md")
        except InputError as error:
            message = error.message
        assert not message or message.startswith("x.md:")


WORDS = st.from_regex(r"\A[A-Za-z][A-Za-z0-9 ]{0,20}[A-Za-z0-9]\Z")


@given(st.dictionaries(st.from_regex(r"\A[a-z]{1,10}\Z"), WORDS, min_size=1))
def test_plain_fields_come_back_as_written_with_their_lines(fields):
    fields = {key: value for key, value in fields.items() if value != "null"}
    front_matter = "\n".join(f"{key}: {value}" for key, value in fields.items())
    document = parse(file_with(front_matter), "x.md")
    assert document.data == fields
    assert [document.line_of((key,)) for key in fields] == list(range(2, len(fields) + 2))
