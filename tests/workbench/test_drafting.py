"""A new persona's file reads as the shipped ones do and says what was answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.core.errors import InputError
from panel.reviewers.persona_schema import EDITOR_LINE
from panel.reviewers.personas import read_persona
from panel.workbench.drafting import Answers, compose

ANSWERS = Answers(
    name="Archivist",
    motto="Nothing is lost: not by accident.",
    chair="fourth",
    moves=("keeps [dossier]: How long does it keep a recording?", "finds: By which path is it found?"),
    voice="You look after tapes.",
    ship_when="when it plays",
    skip_when="Skip when it is mute.",
    speaks_for=("lossless",),
    speaks_against=("no", "1.10"),
    modality=("audio",),
)


def made(answers):
    return read_persona(compose(answers), slug="archivist", file="archivist.md")


def test_the_file_says_what_was_answered():
    persona = made(ANSWERS)
    assert (persona.name, persona.motto, persona.words) == ("Archivist", ANSWERS.motto, (90, 150))
    assert [(move.key, move.evidence) for move in persona.moves] == [
        ("keeps", "dossier"),
        ("finds", "either"),
    ]
    assert persona.signals.against == ("no", "1.10")
    assert persona.sits_when.modality == ("audio",)
    assert persona.body.endswith("Ship when it plays. Skip when it is mute.")


def test_it_is_written_as_the_shipped_ones_are():
    text = compose(ANSWERS)
    assert text.splitlines()[:2] == ["---", EDITOR_LINE]
    assert "\n  modality: [audio]\n" in text
    assert "\n  - key: keeps\n    ask: How long" in text


def test_a_core_chair_has_no_conditions():
    assert made(replace(ANSWERS, chair="core")).sits_when is None


@pytest.mark.parametrize(
    "question", ["How long?", "Keeps: How long?", "keeps:", "keeps [hearsay]: How long?"]
)
def test_a_question_without_a_key_is_refused(question):
    with pytest.raises(InputError, match="--ask"):
        compose(replace(ANSWERS, moves=(question,)))


TEXT = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1).filter(
    lambda text: text.strip()
)


@settings(deadline=None)
@given(TEXT, TEXT, st.lists(TEXT, max_size=3))
def test_any_words_come_back_as_they_were_typed(name, motto, phrases):
    persona = made(replace(ANSWERS, name=name, motto=motto, avoid=tuple(phrases)))
    assert (persona.name, persona.motto, persona.avoid) == (name, motto, tuple(phrases))
