"""Texts of records as an issue holds them: one line, bounded, and only what a page or a header can hold."""

from __future__ import annotations

import re
import unicodedata

from panel.judgement.prose import one_line

#: Characters at most: what is longer is cut at a word.
NAME, LINE, CLAIM = 100, 200, 300
#: Orders to turn the writing direction of what follows.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNSHOWN = {"Cc", "Cs"}


def plain(text: str, length: int) -> str:
    """The text on one line of at most `length` characters; what cannot be shown becomes U+FFFD."""
    return one_line("".join(map(_shown, _DIRECTION.sub("\ufffd", text[: 20 * length]))), length)


def plain_or_none(text: str | None, length: int) -> str | None:
    """The same; None for a text that is missing or blank."""
    return plain(text or "", length) or None


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    is_none = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF  # noqa: PLR2004 (Unicode's)
    return "\ufffd" if is_none or unicodedata.category(character) in _UNSHOWN else character
