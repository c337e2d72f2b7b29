"""Regular expressions and word lists written over several lines, so that they can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable

_AROUND = re.compile(r"\s*\|\s*")


def either(alternatives: str) -> str:
    """A group of alternatives from a text in which `|` separates them and white space around it is free.

    Spaces inside an alternative count. A space at an alternative's edge is written `[ ]`.
    """
    return f"(?:{_AROUND.sub('|', ' '.join(alternatives.split()))})"


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


def unmarked(text: str) -> str:
    """The text in the one case that IGNORECASE sees: all letters that it takes for an ASCII one are that one.

    A pattern cannot match where a piece that all its matches have does not stand in this text, which is
    found out in a twentieth of the time.
    """
    if text.isascii():
        return text.lower()
    return text.replace("İ", "i").casefold().replace("ı", "i")


def has_any(folded: str, pieces: Iterable[str]) -> bool:
    """Whether one of these pieces stands in a text that is `unmarked`."""
    for piece in pieces:  # noqa: SIM110 (`any` over a generator takes twice as long)
        if piece in folded:
            return True
    return False
