"""Prose taken apart without losing a place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.prose import MASK, first_sentence, masked, one_line, sentences, unquoted

PROSE = st.text(alphabet="aB1 .!?…“”\"'’‘\n-", max_size=80)


def _texts(text):
    return [sentence.text for sentence in sentences(text)]


def test_sentences_end_at_end_marks_before_white_space():
    assert _texts("One. Two! Is it three? Four…") == ["One.", "Two!", "Is it three?", "Four…"]


def test_a_closing_quotation_mark_belongs_to_its_sentence():
    assert _texts("He said “no.” Then he left.") == ["He said “no.”", "Then he left."]


def test_versions_domains_and_abbreviations_end_no_sentence():
    assert _texts("Use v2.1 of harbor.dev, e.g. on a Mac vs. a PC. Done.") == [
        "Use v2.1 of harbor.dev, e.g. on a Mac vs. a PC.",
        "Done.",
    ]


def test_a_line_break_ends_a_sentence():
    assert _texts("A heading\n\nA line") == ["A heading", "A line"]


@given(text=PROSE)
def test_every_sentence_is_a_piece_of_the_text_and_only_white_space_is_left_out(text):
    rest, done = "", 0
    for sentence in sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text
        rest += text[done : sentence.start]
        done = sentence.end
    assert not (rest + text[done:]).strip()


def test_a_text_without_sentences_has_no_first_one():
    assert first_sentence(" \n ") == ""


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It says “ship it” twice.", "It says “□□□□□□□” twice."),
        ('It says "skip" once.', 'It says "□□□□" once.'),
        ("The job is 'do it for me' here.", "The job is '□□□□□□□□□□□□' here."),
        ("I don't think the vendor's claim isn't true.", "I don't think the vendor's claim isn't true."),
        ('A 5" screen and no end', 'A 5" screen and no end'),
        ("Two “a” and “b”.", "Two “□” and “□”."),
    ],
)
def test_only_what_stands_in_quotation_marks_is_masked(text, read):
    assert unquoted(text) == read


@given(text=PROSE)
def test_masking_keeps_every_place(text):
    read = unquoted(text)
    assert len(read) == len(text)
    assert all(new in (old, MASK) for old, new in zip(text, read, strict=True))


def test_masked_covers_exactly_the_spans():
    assert masked("abcdef", [(1, 2), (4, 6)]) == f"a{MASK}cd{MASK}{MASK}"


@pytest.mark.parametrize(
    ("text", "length", "line"),
    [
        ("short", 10, "short"),
        ("one\n two\t three", 20, "one two three"),
        ("one two three", 10, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two, three", 11, "one two…"),
        ("abcdefghijkl", 5, "abcd…"),
    ],
)
def test_a_line_is_cut_at_a_word_with_an_ellipsis(text, length, line):
    assert one_line(text, length) == line


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It says “no limit is given.” Skip it.", 2),
        ('It says "is it fast?" "Yes," says the next page. Skip it.', 3),
        ("It says “just ship it.” and means it.", 1),
        ("It calls itself “fast”. Skip it.", 2),
    ],
)
def test_a_sentence_that_ends_within_a_quotation_ends_there(text, count):
    readable = unquoted(text)
    assert len(readable) == len(text)
    assert len(sentences(readable)) == count
