"""The words by which a page is found: letters folded, marks dropped; `search.js` does the same to queries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

#: Letters that stay whole when they are decomposed, and what is typed instead.
LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th",
    "ς": "σ",
}  # fmt: skip
#: Words in no way particular to a text; they count in names only.
_COMMON = (
    "a about all also an and any are as at be been but by can do does for from has have how if in into is"
    " it its more most no not of on one only or other our out over so some such than that the their them"
    " then there these they this to up use used uses vs was we what when where which while who will with"
    " without you your"
)
COMMON = frozenset(_COMMON.split())
_LETTERS = str.maketrans(LETTERS)
_WORD = re.compile(r"[^\W_]+")
#: Characters of a word that are kept: nobody types more, and a text may be one long run of letters.
LONGEST = 24


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, folded: small letters, no accents, ligatures taken apart.

    Letters and digits make words, all else separates them: `Größe 2.0` is `grosse`, `2`, `0`.
    """
    return tuple(word[:LONGEST] for word in _WORD.findall(text.lower() if text.isascii() else _folded(text)))


def _folded(text: str) -> str:
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower()).translate(_LETTERS)
    return "".join(c for c in whole if unicodedata.category(c) != "Mn")


def particular(texts: Iterable[str]) -> tuple[str, ...]:
    """The words of texts that tell them from others, each once, sorted."""
    return tuple(sorted({word for text in texts for word in words(text)} - COMMON))
