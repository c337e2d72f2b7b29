"""Folds a text for looking up: Unicode, typographic marks, case, white space; each place keeps its origin."""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

#: Printable ASCII folds as a run, white space to one space, everything else character by character.
_RUN = re.compile(r"[!-~]+|\s+|[^!-~\s]+")
_MARKS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        # No reader sees these, so no quotation need hold them.
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    }
)


@dataclass(frozen=True)
class Folded:
    """A folded text; `origins[n]` is where the character that became `text[n]` stands in the original."""

    text: str
    origins: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's characters behind `text[start:end]`, which must not be empty."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold a text. Two texts fold alike if they differ only in what a reader would not call a difference.

    Each character is decomposed by itself (NFKD), which makes equal what NFKC makes equal but keeps the place
    of each; then typographic quotation marks, apostrophes and dashes become plain ones, invisible characters
    vanish, case is folded and a run of white space becomes one space.
    """
    pieces: list[str] = []
    origins = array("L")
    for match in _RUN.finditer(text):
        run, start = match[0], match.start()
        if run[0].isspace():
            pieces.append(" ")
            origins.append(start)
        elif run.isascii():
            pieces.append(run.lower())
            origins.extend(range(start, match.end()))
        else:
            for at, character in enumerate(run, start):
                folded = _fold_character(character)
                pieces.append(folded)
                origins.extend([at] * len(folded))
    return Folded("".join(pieces), origins)


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character.translate(_MARKS)).translate(_MARKS)
    # Folding case can make composed characters again.
    folded = unicodedata.normalize("NFKD", plain.casefold())
    # An accent that stands alone decomposes into a space and a mark.
    return folded.strip()
