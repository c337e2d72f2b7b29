"""Texts of records as an issue holds them: one line, bounded, and only what a page or a header can hold."""

from __future__ import annotations

from panel.judgement.prose import one_line
from panel.publish.legible import legible_text

#: Characters at most: what is longer is cut at a word.
NAME, LINE, CLAIM = 100, 200, 300


def plain(text: str, length: int) -> str:
    """The text on one line of at most `length` characters; what cannot be shown becomes U+FFFD."""
    return legible_text(one_line(text[: 20 * length], length))


def plain_or_none(text: str | None, length: int) -> str | None:
    """The same; None for a text that is missing or blank."""
    return plain(text or "", length) or None
