"""Regular expressions and word lists written over several lines, so that they can be read."""

from __future__ import annotations

import re

_AROUND = re.compile(r"\s*\|\s*")


def either(alternatives: str) -> str:
    """A group of alternatives from a text in which `|` separates them and white space around it is free.

    Spaces inside an alternative count. A space at an alternative's edge is written `[ ]`.
    """
    return f"(?:{_AROUND.sub('|', ' '.join(alternatives.split()))})"


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())
