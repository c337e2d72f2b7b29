"""Two reviewers over the same tools: whether one hits more often, by how much, and what it takes to know."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from panel.judgement.statistics.intervals import Z

#: Below this a difference is not put down to chance.
ALPHA = 0.05
#: The normal distribution's quantile for a power of 80 %.
_Z_POWER = 0.841621
#: A difference that is worth knowing of, where none was seen.
WORTH_KNOWING = 0.10

Outcome = Literal["better", "worse", "inconclusive"]


@dataclass(frozen=True)
class Paired:
    """How often both, one or none of two hit on the same tools.

    Attributes:
        both: Tools on which both hit.
        only_first: On which the first did and the second did not.
        only_second: The other way round.
        neither: On which none did.
    """

    both: int
    only_first: int
    only_second: int
    neither: int

    @classmethod
    def of(cls, hits: Iterable[tuple[bool, bool]]) -> Paired:
        """Counted from one pair for each tool: whether the first hit, whether the second did."""
        pairs = list(hits)
        return cls(
            both=pairs.count((True, True)),
            only_first=pairs.count((True, False)),
            only_second=pairs.count((False, True)),
            neither=pairs.count((False, False)),
        )

    @property
    def tools(self) -> int:
        """All tools."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def apart(self) -> int:
        """Tools on which the two differ: only these tell them apart."""
        return self.only_first + self.only_second

    @property
    def difference(self) -> float:
        """How much larger the second's share of hits is, from -1 to 1; 0 without tools."""
        return (self.only_second - self.only_first) / self.tools if self.tools else 0.0


def mcnemar(pairs: Paired) -> float:
    """The chance of so uneven a split of the tools on which two differ if neither is better (two-sided).

    Source: McNemar, Q. (1947), Psychometrika 12, 153-157; exact, that is the sign test on the tools on which
    they differ: right for any number of tools, and on the careful side for few.
    """
    if pairs.apart == 0:
        return 1.0
    tail = sum(math.comb(pairs.apart, k) for k in range(min(pairs.only_first, pairs.only_second) + 1))
    return float(min(1.0, 2 * tail / 2**pairs.apart))


def interval(pairs: Paired) -> tuple[float, float]:
    """The 95 % interval of `Paired.difference`.

    Source: Bonett, D. G. and Price, R. M. (2012), Adjusted Wald confidence interval for a difference of
    binomial proportions based on paired data, Journal of Educational and Behavioral Statistics 37, 479-488.
    """
    first, second = ((count + 1) / (pairs.tools + 2) for count in (pairs.only_first, pairs.only_second))
    middle = second - first
    half = Z * math.sqrt((first + second - middle * middle) / (pairs.tools + 2))
    return max(middle - half, -1.0), min(middle + half, 1.0)


def outcome(pairs: Paired) -> Outcome:
    """Whether the second is better or worse than the first, or whether that cannot be said yet."""
    if mcnemar(pairs) >= ALPHA:
        return "inconclusive"
    return "better" if pairs.only_second > pairs.only_first else "worse"


def more_needed(pairs: Paired) -> int:
    """About how many more tools it takes to tell the two apart four times out of five; at least one.

    The difference that was seen is taken for the true one; where none was seen, one of 10 points.

    Source: Connor, R. J. (1987), Sample size for testing differences in proportions for the paired-sample
    design, Biometrics 43, 207-211.
    """
    gap = abs(pairs.difference) or WORTH_KNOWING
    differ = max((pairs.apart + 1) / (pairs.tools + 2), gap)
    root = Z * math.sqrt(differ) + _Z_POWER * math.sqrt(differ - gap * gap)
    return max(math.ceil((root / gap) ** 2) - pairs.tools, 1)
