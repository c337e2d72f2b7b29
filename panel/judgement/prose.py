"""English prose taken apart for the rules: sentences, quotations, single lines. Positions are never lost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

#: Stands for each character inside quotation marks; neither a letter nor a space, so no rule reads it.
MASK = "\u25a1"
#: A quotation longer than this is taken for a stray quotation mark.
MAX_QUOTATION = 400

_CLOSING = {"“": "”", "«": "»", "„": "“", '"': '"', "‘": "’", "'": "'"}
#: An apostrophe opens a quotation only where a word could begin, and closes one only where a word has ended.
_APOSTROPHES = frozenset("'‘’")
_MARK = re.compile("[“«„\"‘']")
#: Each run of end marks is tried once, from its beginning: a long run costs no more than its length.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’')\]]*+(?=\s|$)|\n+")
#: A quotation is over, and another sentence begins.
_NEXT = re.compile(r"\s+[\"“(]?[A-Z]|\s*$")
#: A full stop after these ends no sentence.
_ABBREVIATIONS = (
    "e.g.",
    "i.e.",
    "vs.",
    "etc.",
    "approx.",
    "no.",
    "cf.",
    "incl.",
    "inc.",
    "ltd.",
    "dr.",
    "mr.",
    "ms.",
)
_ABBREVIATED = tuple(f" {short}" for short in _ABBREVIATIONS)


@dataclass(frozen=True)
class Sentence:
    """A piece of a text; `start` counts the text's characters."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends, not included."""
        return self.start + len(self.text)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order, their end marks included, blank ones left out."""
    found, start = [], 0
    for end in (match.end() for match in _END.finditer(text) if not _is_abbreviation(text, match)):
        found.append(_trimmed(text, start, end))
        start = end
    found.append(_trimmed(text, start, len(text)))
    return tuple(sentence for sentence in found if sentence.text)


@lru_cache(maxsize=256)  # a panel's texts are read by one rule after the other
def own_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, every character inside quotation marks masked."""
    return sentences(unquoted(text))


def first_sentence(text: str) -> str:
    """The first sentence of a text; empty if it has none."""
    return next((sentence.text for sentence in sentences(text)), "")


def one_line(text: str, length: int) -> str:
    """The text on one line of at most `length` characters, cut at a word with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    # Room for the ellipsis; a text without any space is cut where it must be.
    head = line[: length - 1]
    whole_words = head if line[length - 1] == " " else head.rpartition(" ")[0]
    return (whole_words or head).rstrip(" ,;:–—-") + "…"


def unquoted(text: str) -> str:
    """The text with every character inside quotation marks masked: those are somebody else's words.

    The result is as long as the text, so positions in one are positions in the other. A full stop that ends
    the quotation and the sentence around it is left, or what comes next would belong to the same sentence.
    """
    spans: list[tuple[int, int]] = []
    closed = -1
    for match in _MARK.finditer(text):
        close = _closing(text, match.start()) if match.start() > closed else None
        if close is not None:
            closed = close
            spans.append((match.start() + 1, close - _ends_sentence(text, close)))
    return masked(text, spans)


def _ends_sentence(text: str, close: int) -> bool:
    """Whether a sentence ends with the quotation that closes here, its end mark inside."""
    return text[close - 1] in ".!?…" and bool(_NEXT.match(text, close + 1))


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with the characters of the spans masked; spans must be in order and not overlap."""
    pieces, done = [], 0
    for start, end in spans:
        pieces += [text[done:start], MASK * (end - start)]
        done = end
    return "".join([*pieces, text[done:]])


def _closing(text: str, opening: int) -> int | None:
    """Where the quotation that opens here closes; None if this mark opens none."""
    mark, limit = text[opening], min(len(text), opening + MAX_QUOTATION)
    if mark not in _APOSTROPHES:
        close = text.find(_CLOSING[mark], opening + 1, limit)
        return close if close > 0 else None
    if opening and (text[opening - 1].isalnum() or text[opening - 1] in _APOSTROPHES):
        return None
    close = text.find(_CLOSING[mark], opening + 1, limit)
    while close > 0 and _inside_word(text, close):
        close = text.find(_CLOSING[mark], close + 1, limit)
    return close if close > 0 else None


def _inside_word(text: str, at: int) -> bool:
    # "don't" closes nothing, and neither does an apostrophe with a space before it.
    return text[at - 1].isspace() or (at + 1 < len(text) and text[at + 1].isalnum())


def _is_abbreviation(text: str, end: re.Match[str]) -> bool:
    return end[0] == "." and text[max(0, end.end() - 8) : end.end()].casefold().endswith(_ABBREVIATED)


def _trimmed(text: str, start: int, end: int) -> Sentence:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Sentence(text[start:end], start)
