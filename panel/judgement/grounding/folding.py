"""Folds a text for looking up: Unicode, typographic marks, case, white space; each place keeps its origin."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property, lru_cache

#: Lines of printable ASCII fold as a run, white space to one space, everything else character by character.
_RUN = re.compile(r"[!-~]+(?: [!-~]+)*|\s+|[^!-~\s]+")
_LONG_SPACE = re.compile(r"\s{2,}")
_MARKS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        # No reader sees these, so no quotation need hold them.
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    }
)


class Folded:
    """A folded text.

    Args:
        original: What is folded.
    """

    def __init__(self, original: str) -> None:
        self._original = original
        self.text = _folded(original)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's characters behind `text[start:end]`, which must not be empty."""
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, at: int) -> int:
        """Where the character that became `text[at]` stands in the original."""
        if not self._original.isascii():
            return self._origins[at]
        shrunk, lost = self._shrunk
        return at + lost[bisect_left(shrunk, at)]

    @cached_property
    def _shrunk(self) -> tuple[array[int], array[int]]:
        """Plain text only gets shorter: behind which spaces, and how much before each and in all."""
        shrunk, lost = array("L"), array("L", [0])
        for match in _LONG_SPACE.finditer(self._original):
            shrunk.append(match.start() - lost[-1])
            lost.append(lost[-1] + len(match[0]) - 1)
        return shrunk, lost

    @cached_property
    def _origins(self) -> array[int]:
        """The same for each character."""
        origins = array("L")
        for start, end, folded in _runs(self._original):
            if len(folded) == end - start:
                origins.extend(range(start, end))
            else:  # white space, or one character
                origins.extend([start] * len(folded))
        return origins


def fold(text: str) -> Folded:
    """Fold a text. Two texts fold alike if they differ only in what a reader would not call a difference.

    Each character is decomposed by itself (NFKD), which makes equal what NFKC makes equal but keeps the place
    of each; then typographic quotation marks, apostrophes and dashes become plain ones, invisible characters
    vanish, case is folded and a run of white space becomes one space.
    """
    return Folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        words = text.lower().split()  # in a fifth of the time of a pattern
        before = " " if text[:1].isspace() else ""
        behind = " " if words and text[-1:].isspace() else ""
        return f"{before}{' '.join(words)}{behind}"
    return "".join(folded for _, _, folded in _runs(text))


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each run of a text starts and ends, and what it folds to; only a run of one grows."""
    for match in _RUN.finditer(text):
        run, start = match[0], match.start()
        if run[0].isspace():
            yield start, match.end(), " "
        elif run.isascii():
            yield start, match.end(), run.lower()
        else:
            for at, character in enumerate(run, start):
                yield at, at + 1, _fold_character(character)


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character.translate(_MARKS)).translate(_MARKS)
    # Folding case can make composed characters again.
    folded = unicodedata.normalize("NFKD", plain.casefold())
    # An accent that stands alone decomposes into a space and a mark.
    return folded.strip()
