"""What two versions of a reviewer said of the same tools, side by side: flips, moves, length and tone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from panel.core.domain import Failure, Verdict

_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: Words by which a reviewer takes back half of what it says (after the hedges of Hyland, K. (2005),
#: Metadiscourse, appendix, those that occur in short reviews).
_HEDGES = re.compile(
    r"\b(?:may|might|could|perhaps|maybe|possibly|probably|likely|seems?|appears?|suggests?|somewhat|rather"
    r"|fairly|mostly|usually|often|sometimes)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Tone:
    """How a paragraph sounds, counted.

    Attributes:
        words: How many.
        per_sentence: Words a sentence, on average.
        questions: Question marks.
        exclamations: Exclamation marks.
        hedges: Words such as "may" and "perhaps".
    """

    words: int
    per_sentence: float
    questions: int
    exclamations: int
    hedges: int


def tone(paragraph: str) -> Tone:
    """How a paragraph sounds."""
    words = len(_WORD.findall(paragraph))
    sentences = sum(bool(_WORD.search(each)) for each in _SENTENCE.findall(paragraph))
    return Tone(
        words=words,
        per_sentence=words / sentences if sentences else 0.0,
        questions=paragraph.count("?"),
        exclamations=paragraph.count("!"),
        hedges=len(_HEDGES.findall(paragraph)),
    )


@dataclass(frozen=True)
class Change:
    """One tool before and after.

    Attributes:
        tool: Its slug.
        before: What the older version said.
        after: What the newer one said.
    """

    tool: str
    before: Verdict | Failure
    after: Verdict | Failure

    @cached_property
    def both(self) -> tuple[Verdict, Verdict] | None:
        """The two verdicts; None where one of them is missing."""
        if isinstance(self.before, Verdict) and isinstance(self.after, Verdict):
            return self.before, self.after
        return None

    @property
    def flipped(self) -> bool:
        """Whether both decided, and not alike; a contested verdict decides nothing."""
        if self.both is None or any(verdict.contested for verdict in self.both):
            return False
        before, after = self.both
        return before.decision != after.decision

    @property
    def lost(self) -> bool:
        """Whether a version gave no decision that counts."""
        return self.both is None or any(verdict.contested for verdict in self.both)

    @property
    def unchanged(self) -> bool:
        """Whether the two versions decided alike and printed the same, word for word."""
        if self.both is None or self.moves:
            return False
        before, after = self.both
        return (before.decision, before.paragraph) == (after.decision, after.paragraph)

    @cached_property
    def moves(self) -> tuple[str, ...]:
        """What happened to each move that is not as it was: `+caveat`, `-rivals`, `breaks: for > against`."""
        if self.both is None:
            return ()
        before, after = ({f.move: f for f in verdict.findings} for verdict in self.both)
        return (
            *(f"+{move}" for move in after if move not in before),
            *(f"-{move}" for move in before if move not in after),
            *(
                f"{move}: {before[move].leans} > {after[move].leans}"
                for move in after
                if move in before and before[move].leans != after[move].leans
            ),
        )


@dataclass(frozen=True)
class Summary:
    """What a change came to over all tools."""

    tools: int
    flips: tuple[str, ...]
    lost: tuple[str, ...]
    unchanged: tuple[str, ...]
    words: tuple[float, float]
    hedges: tuple[float, float]


def summary(changes: Sequence[Change]) -> Summary:
    """Over all tools; the means are of those that have both verdicts, 0 if none has."""
    pairs = [change.both for change in changes if change.both is not None]
    tones = [tuple(tone(verdict.paragraph) for verdict in pair) for pair in pairs]
    count = max(len(tones), 1)
    return Summary(
        tools=len(changes),
        flips=tuple(change.tool for change in changes if change.flipped),
        lost=tuple(change.tool for change in changes if change.lost),
        unchanged=tuple(change.tool for change in changes if change.unchanged),
        words=(sum(t[0].words for t in tones) / count, sum(t[1].words for t in tones) / count),
        hedges=(sum(t[0].hedges for t in tones) / count, sum(t[1].hedges for t in tones) / count),
    )
