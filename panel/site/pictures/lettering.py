"""How wide a text is in the type of share images and badges, and how it is made to fit; no font is loaded."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Face = Literal["bold", "medium"]

_ELLIPSIS = "…"
#: Widths are kept in thousandths of the size.
_PER_SIZE = 1000


@dataclass(frozen=True)
class Fitted:
    """A text cut into lines that fit."""

    lines: tuple[str, ...]
    size: int


def drawable(text: str) -> bool:
    """Whether both cuts have every character of a text; they hold Latin, Greek and Cyrillic letters."""
    return all(character in widths for widths in _widths().values() for character in _composed(text))


def width(text: str, face: Face, size: float) -> float:
    """How far a text reaches; characters that the type has not count as wide as its widest letter.

    Args:
        text: One line.
        face: Which of the two cuts.
        size: Of the type; the width is in the same unit.
    """
    widths = _widths()[face]
    widest = widths["W"]
    return sum(widths.get(character, widest) for character in _composed(text)) * size / _PER_SIZE


def shortened(text: str, face: Face, size: float, room: float) -> str:
    """A text on one line, cut with an ellipsis where it is wider than `room`."""
    line = _composed(" ".join(text.split()))
    if width(line, face, size) <= room:
        return line
    left, kept = room - width(_ELLIPSIS, face, size), 0
    while kept < len(line) and (left := left - width(line[kept], face, size)) >= 0:
        kept += 1
    return line[:kept].rstrip(" ,;:–—-(") + _ELLIPSIS


def fitted(text: str, face: Face, room: float, sizes: Sequence[tuple[int, int]]) -> Fitted:
    """A text in the first of `sizes` that holds all of it, broken at words; in the last one shortened.

    Args:
        text: On any number of lines.
        face: Which of the two cuts.
        room: How wide a line may be.
        sizes: Each with the number of lines that there is room for at it.
    """
    words = _composed(text).split()
    for size, most in sizes:
        lines = _broken(words, face, size, room)
        if lines and len(lines) <= most and all(width(line, face, size) <= room for line in lines):
            return Fitted(tuple(lines), size)
    size, most = sizes[-1]
    lines = _broken(list(_pieces(words, face, size, room)), face, size, room)
    head, rest = lines[: most - 1], " ".join(lines[most - 1 :])
    return Fitted(tuple(shortened(line, face, size, room) for line in (*head, rest)), size)


def _broken(words: Sequence[str], face: Face, size: int, room: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, face, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _pieces(words: Sequence[str], face: Face, size: int, room: float) -> Iterator[str]:
    """The words, those that no line can hold cut into pieces that one can."""
    for word in words:
        piece, left = "", room
        for character in word:
            left -= width(character, face, size)
            if left < 0 and piece:
                yield piece
                piece, left = "", room - width(character, face, size)
            piece += character
        yield piece


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@cache
def _widths() -> Mapping[Face, Mapping[str, int]]:
    found: Mapping[Face, Mapping[str, int]] = json.loads(
        files("panel.site.pictures").joinpath("fonts", "widths.json").read_bytes()
    )
    return found
