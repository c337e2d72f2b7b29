"""The words of an English text that carry its content: without grammar, each word's family once."""

from __future__ import annotations

import re

from panel.judgement.patterns import word_set

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: Words that hold sentences together and are in every text.
GRAMMAR = word_set("""
    a an and any are as at be been but by can could did do does for from had has have how i if in into is
    it it's its many may might much must no nor not of on one only or other our out over should so some
    such than that the their them then there these they this those to too under up was we were what when
    where which while who whose why will with would you your tool dossier
    """)
#: Six letters stand for a word's family: "adopt" and "adopting" say the same.
_STEM = 6
#: A word this short may end in an s that is no plural: "gas".
_SHORT = 3


def words(text: str) -> list[str]:
    """The words of a text in order, in lower case."""
    return [word.replace("’", "'").casefold() for word in WORD.findall(text)]


def content(text: str) -> frozenset[str]:
    """The families of a text's content words."""
    return frozenset(_family(word) for word in words(text) if word not in GRAMMAR)


def _family(word: str) -> str:
    return (word.removesuffix("s") if len(word) > _SHORT else word)[:_STEM]
