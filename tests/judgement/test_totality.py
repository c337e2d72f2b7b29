"""Every rule has an answer for every text, soon: no exception, no text that makes it crawl."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.judgement.aggregate import objection
from panel.judgement.consistency import contradiction, flags_for, hands_on, suspect
from panel.judgement.grounding import Index, ground, locate
from panel.judgement.price_texts import for_payers_only, said
from tests.judgement.samples import dossier, finding, harbor, persona, verdict

ANY = st.text(st.characters(), max_size=120)
LONG = 100_000
#: Long enough for a slow machine, far below what anything quadratic takes at this length.
MOST_SECONDS = 20
PIECES = [
    " ",
    ".",
    "…",
    "“",
    "'a ",
    "\u0301",
    "1,",
    "$1 ",
    "A ",
    "A-",
    "MIT ",
    "ship ",
    "I tried ",
    "if ",
    "twenty-",
]


def _every_rule(text, index):
    held = verdict(paragraph=text, findings=(finding(says=text),))
    contradiction("ship", held.findings, text)
    hands_on(text)
    flags_for(text, persona(avoid=(text,)))
    suspect((held, verdict("skeptic")), index)
    locate(text, index)
    ground(text, index)
    objection(held)
    said(text)
    for_payers_only(text)


@given(text=ANY)
def test_any_text_has_an_answer(text):
    _every_rule(text, harbor())


@given(text=ANY, name=ANY)
def test_any_dossier_can_be_looked_up_in(text, name):
    index = Index(dossier(text, name=name))
    locate("covers 500 reviews", index)
    ground("Harbor 2.1 costs $20 under the MIT license by 2031.", index)


@pytest.mark.parametrize("piece", PIECES)
def test_a_text_of_a_hundred_thousand_characters_is_judged_in_time(piece):
    text = piece * (LONG // len(piece))
    began = time.process_time()
    _every_rule(text, Index(dossier(text)))
    assert time.process_time() - began < MOST_SECONDS
