"""Phrases a reviewer cannot leave alone: in more than a third of its paragraphs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from panel.judgement.prose import MASK, unquoted
from panel.workbench.content import GRAMMAR, words
from panel.workbench.voice.said import Said

SHARE = 1 / 3
#: Fewer paragraphs say nothing about a habit, nor do paragraphs about one or two tools.
LEAST = 6
LEAST_TOOLS = 3
_LONGEST = 14
_PAIR = 2
#: A phrase is named in its longest form, if that is nearly as frequent.
_AS_FREQUENT = 0.75
#: A phrase stays within a clause, and quotations are somebody else's words.
_CLAUSE = re.compile(rf"[.!?;:()\n—–{MASK}]+")

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Tic:
    """A phrase, and how many of the paragraphs hold it."""

    phrase: str
    paragraphs: int
    of: int


def tics(said: Sequence[Said]) -> tuple[Tic, ...] | None:
    """The phrases in more than a third of one persona's paragraphs, most frequent first; None if too few."""
    if len(said) < LEAST or len({each.tool for each in said}) < LEAST_TOOLS:
        return None
    frequent = _frequent(said)
    telling = {phrase: count for phrase, count in frequent.items() if _tells(phrase)}
    longest = [phrase for phrase in telling if not _is_part_of_another(phrase, telling)]
    found = (Tic(" ".join(phrase), telling[phrase], len(said)) for phrase in longest)
    return tuple(sorted(found, key=lambda tic: (-tic.paragraphs, tic.phrase)))


def _frequent(said: Sequence[Said]) -> dict[Phrase, int]:
    """All frequent phrases; a longer one is only looked for where its two halves are frequent."""
    clauses = [[words(clause) for clause in _CLAUSE.split(unquoted(each.paragraph))] for each in said]
    frequent: dict[Phrase, int] = {}
    for length in range(_PAIR, _LONGEST + 1):
        paragraphs: Counter[Phrase] = Counter()
        tools: dict[Phrase, set[str]] = defaultdict(set)
        for each, texts in zip(said, clauses, strict=True):
            for phrase in {p for text in texts for p in _phrases(text, length, frequent)}:
                paragraphs[phrase] += 1
                tools[phrase].add(each.tool)
        more = {p: n for p, n in paragraphs.items() if n > SHARE * len(said) and len(tools[p]) >= LEAST_TOOLS}
        if not more:
            break
        frequent |= more
    return frequent


def _phrases(text: Sequence[str], length: int, frequent: dict[Phrase, int]) -> Iterator[Phrase]:
    for at in range(len(text) - length + 1):
        phrase = tuple(text[at : at + length])
        if length == _PAIR or (phrase[1:] in frequent and phrase[:-1] in frequent):
            yield phrase


def _tells(phrase: Phrase) -> bool:
    """Whether a phrase is more than grammar: two words of content, or one in a longer turn."""
    count = sum(word not in GRAMMAR for word in phrase)
    return count >= _PAIR or (count == 1 and len(phrase) > _PAIR + 1)


def _is_part_of_another(phrase: Phrase, among: dict[Phrase, int]) -> bool:
    inside = f" {' '.join(phrase)} "
    return any(
        len(other) > len(phrase)
        and inside in f" {' '.join(other)} "
        and count >= _AS_FREQUENT * among[phrase]
        for other, count in among.items()
    )
