"""Folding for looking up, with every place kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.grounding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Quick”", '"quick"'),
        ("it’s", "IT'S"),
        ("2020–2024", "2020-2024"),
        ("a — b", "a - b"),
        ("a\u00a0b", "a b"),
        ("a \n\t b", "a b"),
        ("ﬁle", "file"),
        ("e\u0301t\u00e9", "\u00e9te\u0301"),
        ("ＡＢＣ", "abc"),
        ("Straße", "STRASSE"),
        ("wait…", "wait..."),
        ("zero\u200bwidth", "zerowidth"),
        ("soft\u00adware", "software"),
        ("½ price", "1⁄2 price"),
    ],
)
def test_what_a_reader_would_call_the_same_folds_alike(one, other):
    assert fold(one).text == fold(other).text


@pytest.mark.parametrize(
    ("one", "other"), [("resume", "résumé"), ("a b", "ab"), ("`code`", "'code'"), ("2.0", "20")]
)
def test_what_differs_to_a_reader_stays_different(one, other):
    assert fold(one).text != fold(other).text


#: Plain text is folded by runs, any other by characters.
TEXTS = st.text(max_size=60) | st.text(st.sampled_from("aB .\n\t"), max_size=60)


@given(text=TEXTS)
def test_each_folded_character_comes_from_a_place_in_the_text_in_order(text):
    folded = fold(text)
    spans = [folded.span(at, at + 1) for at in range(len(folded.text))]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(text=TEXTS)
def test_the_place_of_a_folded_piece_folds_to_that_piece(text):
    folded = fold(text)
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert folded.text[at] in fold(text[start:end]).text


@given(text=st.text(max_size=60))
def test_folding_twice_changes_nothing_more_in_ordinary_text(text):
    once = fold(text).text
    assert fold(once).text == once


@given(text=st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=40))
def test_composed_and_decomposed_text_fold_alike(text):
    assert fold(unicodedata.normalize("NFD", text)).text == fold(unicodedata.normalize("NFC", text)).text


def test_lone_surrogates_are_just_characters():
    assert fold("a\ud800b").text == "a\ud800b"
