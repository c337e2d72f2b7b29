"""Flags what breaks a persona's style: length, avoided phrases, language. Never a reason not to count."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from panel.core.domain import Flag, Persona
from panel.judgement.patterns import word_set

#: English words that are rare or mean something else in other languages written in Latin letters.
#: Words shared with a neighbour (German "in", Dutch "of", French "on", Spanish "a") are left out.
_ENGLISH = word_set("""
    the and that this with which would from have been are was were not but they their there these those what
    when where while because than then only your you its it for to by be will can could should does has had
    more most some any every each other another into about after before between without against who how why
    """)
#: English prose consists of these words to a quarter and more; other languages hit them only by accident.
_LEAST_SHARE = 0.12
#: A shorter text says too little about its language.
_LEAST_WORDS = 12
#: More letters than this outside the Latin script, and the text is in another script.
_MOST_FOREIGN = 0.3

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NO_WORD = re.compile(r"[^\w']+")


def flags_for(paragraph: str, persona: Persona) -> tuple[Flag, ...]:
    """What a reader or editor should know about how a paragraph is written.

    Args:
        paragraph: The reply's text.
        persona: Whose length and avoided phrases are broken or kept.
    """
    fewest, most = persona.words
    count = len(paragraph.split())
    flags = []
    if not fewest <= count <= most:
        flags.append(Flag(kind="words", text=f"{count} words; {persona.name} writes {fewest} to {most}"))
    spoken = _words(paragraph)
    flags += [
        Flag(kind="avoid", text=f"“{phrase.strip()}”")
        for phrase in persona.avoid
        if (wanted := _phrase(phrase)) and f" {wanted} " in spoken
    ]
    if (language := foreign(paragraph)) is not None:
        flags.append(Flag(kind="language", text=language))
    return tuple(flags)


def foreign(paragraph: str) -> str | None:
    """Why a text does not look English, in a sentence; None if it does or is too short to tell.

    Two signs without a dictionary: letters of another script, and the share of common English words.
    """
    if not paragraph.isascii() and _is_in_another_script(paragraph):
        return "the paragraph is written in another script than Latin"
    spoken = _WORD.findall(paragraph.casefold())
    if len(spoken) >= _LEAST_WORDS and sum(map(_ENGLISH.__contains__, spoken)) < _LEAST_SHARE * len(spoken):
        return "the paragraph does not look like English: it has hardly any of its common words"
    return None


def _is_in_another_script(paragraph: str) -> bool:
    letters = [character for character in paragraph if character.isalpha()]
    foreign_letters = sum(
        not letter.isascii() and not unicodedata.name(letter, "").startswith("LATIN") for letter in letters
    )
    return foreign_letters > _MOST_FOREIGN * len(letters)


@lru_cache(maxsize=1024)  # all verdicts of a persona are held against the same phrases
def _phrase(avoided: str) -> str:
    return _words(avoided).strip()


def _words(text: str) -> str:
    """The text's words in one line, case folded, with a space at each end: what phrases are looked up in."""
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return f" {_NO_WORD.sub(' ', folded).strip()} "
