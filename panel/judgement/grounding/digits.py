"""Digits and marks of other scripts as ASCII, character for character, so that no position moves."""

from __future__ import annotations

import re
import unicodedata

_MARKS = str.maketrans("，．％＄／：\u00a0\u202f\u2009", ",.%$/:   ")
#: Letters that IGNORECASE takes for ASCII ones, which no table of units or number words lists.
_LETTERS = str.maketrans("İıſ\u212a", "IisK")
_DIGIT = re.compile(r"\d")


def plain_digits(text: str) -> str:
    """The text with every decimal digit as 0 to 9 and full-width marks as plain ones; as long as before.

    So are the letters that a pattern of ASCII letters matches in either case: "fıve" is "five".
    """
    if text.isascii():
        return text
    return _DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text.translate(_MARKS | _LETTERS))
