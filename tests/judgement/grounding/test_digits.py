"""Digits of other scripts are digits; no position moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.grounding import Index, ground
from panel.judgement.grounding.digits import plain_digits
from tests.judgement.samples import dossier


def test_full_width_and_arabic_digits_are_read_as_what_they_are():
    assert plain_digits("３２,７６８ and ٣٢ at ＄５．５") == "32,768 and 32 at $5.5"
    grounding = ground("It has ３２,７６８ of them.", Index(dossier("A context of 32,768 tokens.")))
    assert [claim.text for claim in grounding.dossier] == ["３２,７６８"]


@given(st.text(st.characters(categories=["Nd", "Ll", "Po", "Zs"])))
def test_it_is_as_long_as_before_and_has_ascii_digits_only(text):
    plain = plain_digits(text)
    assert len(plain) == len(text)
    assert all(c.isascii() for c in plain if c.isdecimal())
    assert plain_digits(plain) == plain
