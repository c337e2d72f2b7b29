"""Quotations located in the dossier."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.domain import Evidence
from panel.judgement.grounding import Index, fold, locate
from tests.judgement.samples import HARBOR, dossier, harbor


def _found(quote, index=None):
    """The original text a quotation was located at; None if it was not."""
    evidence = locate(quote, index or harbor())
    if not evidence.found:
        assert (evidence.source, evidence.start, evidence.end) == (None, None, None)
        return None
    assert evidence.source == "s1"
    return HARBOR[evidence.start : evidence.end] if index is None else (evidence.start, evidence.end)


def test_a_quotation_is_found_with_its_place():
    assert _found("covers 500 reviews") == "covers 500 reviews"


@pytest.mark.parametrize(
    ("quote", "original"),
    [
        ("COVERS 500  reviews", "covers 500 reviews"),
        ('"covers 500 reviews"', "covers 500 reviews"),
        ("‘covers 500 reviews’", "covers 500 reviews"),
        ("“covers 500 reviews…”", "covers 500 reviews"),
        ("covers 500 reviews...", "covers 500 reviews"),
        ("The Hobby plan is free; the Pro plan", "The Hobby plan is free; the Pro plan"),
        ('"It\'s quick-mostly,"', "It’s quick—mostly,"),
        ("across 100 languages.\nThe Hobby", "across 100 languages.\nThe Hobby"),
        ("Apache License 2.0. It reviews", "Apache License 2.0.\nIt reviews"),
    ],
)
def test_marks_case_dashes_and_white_space_do_not_matter(quote, original):
    assert _found(quote) == original


@pytest.mark.parametrize(
    "quote",
    [
        "covers 600 reviews",
        "covers reviews of all kinds",
        "The Hobby plan […] the Pro plan",
        "The Hobby plan ... covers 500 reviews",
        "**covers 500 reviews**",
        "…covers 500 reviews",
    ],
)
def test_nothing_else_is_repaired(quote):
    assert locate(quote, harbor()) == Evidence(quote=quote)


@pytest.mark.parametrize(
    ("quote", "found"), [("500 reviews", False), ("s 500 reviews", True), ("“500 reviews”", False)]
)
def test_nothing_under_twelve_characters_counts(quote, found):
    assert locate(quote, harbor()).found is found


@pytest.mark.parametrize("quote", ["", " ", "“”", "...", '"' * 40, "\ud800" * 20])
def test_an_empty_quotation_is_not_found(quote):
    assert not locate(quote, harbor()).found


def test_the_first_source_that_holds_it_is_named():
    index = Index(dossier("nothing here", None, "the same sentence twice", "the same sentence twice"))
    assert locate("the same sentence", index) == Evidence(
        quote="the same sentence", source="s3", start=0, end=17, found=True
    )


def test_the_place_counts_the_original_s_characters():
    text = "ﬁrst “ﬁne ﬁle”   of Straße — done"
    index = Index(dossier(text))
    start, end = _found('"fine file" of strasse - done', index)
    # The leading quotation mark is no part of the quotation.
    assert text[start:end] == "ﬁne ﬁle”   of Straße — done"


PROSE = st.text(alphabet="abc DEF-–’'“”\n.é", min_size=40, max_size=120)


@given(text=PROSE | st.text(min_size=40, max_size=120), start=st.integers(0, 20), length=st.integers(12, 60))
def test_every_piece_of_a_source_is_found_unless_it_is_too_short(text, start, length):
    piece = text[start : start + length]
    evidence = locate(piece, Index(dossier(text)))
    if evidence.found:
        assert 0 <= evidence.start < evidence.end <= len(text)
    else:
        assert len(re.sub(r"^[ '\"]+|[ '\".]+$", "", fold(piece).text)) < 12
