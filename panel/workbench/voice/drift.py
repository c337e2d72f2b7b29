"""How a reviewer's length, punctuation and votes go over time, and whether that is more than chance."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, variance

from panel.judgement.prose import unquoted
from panel.workbench.voice.said import Said

#: Periods hold equally many paragraphs: at least so many, and there are at most so many periods.
LEAST_IN_PERIOD = 4
MOST_PERIODS = 8
#: Fewer paragraphs than this in each half of the time say nothing about a change.
LEAST_IN_HALF = 10
#: The normal distribution's quantile for 99 %, both sides: many measures of many reviewers are looked at.
_Z = 2.575829

_MARKS = {
    "commas": re.compile(","),
    "dashes": re.compile(r"[—–]|(?<=\s)-(?=\s)"),
    "semicolons": re.compile(";"),
    "colons": re.compile(":"),
    "parentheses": re.compile(r"\("),
    "questions": re.compile(r"\?"),
    "exclamations": re.compile("!"),
}


@dataclass(frozen=True)
class Period:
    """Some paragraphs in a row: when, how many, the mean of each measure, and the votes among them.

    `edited` says that a new version of the persona file speaks for the first time here.
    """

    first: str
    last: str
    paragraphs: int
    means: dict[str, float]
    ship: int
    votes: int
    edited: bool


@dataclass(frozen=True)
class Drift:
    """A measure's mean in the earlier and the later half, and how far chance may set them apart."""

    measure: str
    earlier: float
    later: float
    by_chance: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the two halves differ more than chance explains (99 %)."""
        return abs(self.later - self.earlier) > self.by_chance


def _words(said: Said) -> float:
    return len(said.paragraph.split())


def _rate(mark: str) -> Callable[[Said], float]:
    # What is quoted is punctuated by somebody else.
    return lambda said: 100 * len(_MARKS[mark].findall(unquoted(said.paragraph))) / max(1, _words(said))


#: What is measured in each paragraph: its words, and each mark for 100 words.
MEASURES: dict[str, Callable[[Said], float]] = {"words": _words, **{mark: _rate(mark) for mark in _MARKS}}


def periods(said: Sequence[Said]) -> tuple[Period, ...]:
    """One persona's paragraphs, oldest first, in periods of equal size; none for fewer than eight."""
    count = min(MOST_PERIODS, len(said) // LEAST_IN_PERIOD)
    if count < 2:  # noqa: PLR2004 (one period is no time)
        return ()
    ends = [round(n * len(said) / count) for n in range(count + 1)]
    first_of = {each.version: n for n, each in reversed([*enumerate(said)])}
    return tuple(
        _period(said[start:end], edited=any(start <= n < end and n > 0 for n in first_of.values()))
        for start, end in pairwise(ends)
    )


def drifts(said: Sequence[Said]) -> tuple[Drift, ...] | None:
    """Each measure in both halves of the time, `ships` (the share of votes) last; None if too few.

    Difference of two means with unequal variances: Welch, B. L. (1947), The generalization of "Student's"
    problem, Biometrika 34, 28-35; here with the normal quantile.
    """
    if len(said) < 2 * LEAST_IN_HALF:
        return None
    found = [_drift(name, [measure(each) for each in said]) for name, measure in MEASURES.items()]
    votes = [float(each.ship) for each in said if each.counted]
    if len(votes) >= 2 * LEAST_IN_HALF:
        found.append(_drift("ships", votes))
    return tuple(found)


def _drift(measure: str, values: Sequence[float]) -> Drift:
    middle = len(values) // 2
    earlier, later = values[:middle], values[middle:]
    error = math.sqrt(variance(earlier) / len(earlier) + variance(later) / len(later))
    return Drift(measure, fmean(earlier), fmean(later), _Z * error)


def _period(said: Sequence[Said], *, edited: bool) -> Period:
    votes = [each.ship for each in said if each.counted]
    return Period(
        first=said[0].created,
        last=said[-1].created,
        paragraphs=len(said),
        means={name: fmean(map(measure, said)) for name, measure in MEASURES.items()},
        ship=sum(votes),
        votes=len(votes),
        edited=edited,
    )
