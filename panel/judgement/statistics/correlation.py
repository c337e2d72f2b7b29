"""How far two seats vote together, and how many independent votes a panel of such seats is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist


@dataclass
class Together:
    """What two seats decided on the tools that both judged.

    Attributes:
        both: Both ship.
        first: The first alone ships.
        second: The second alone ships.
        neither: Both skip.
    """

    both: int = 0
    first: int = 0
    second: int = 0
    neither: int = 0

    @property
    def tools(self) -> int:
        """How many tools both judged."""
        return self.both + self.first + self.second + self.neither

    def add(self, first: bool, second: bool) -> None:
        """Count one more tool; True is ship."""
        if first:
            self.both, self.first = self.both + second, self.first + (not second)
        else:
            self.second, self.neither = self.second + second, self.neither + (not second)


def phi(votes: Together) -> float | None:
    """The correlation of two seats' decisions, from -1 to 1.

    None where one of them always decided alike: there is nothing that could go together, which is not 0.

    Source: Yule, G. U. (1912), On the methods of measuring association between two attributes, Journal of the
    Royal Statistical Society 75, 579-652; it is Pearson's correlation of two variables of 0 and 1.
    """
    ships = votes.both + votes.first, votes.both + votes.second
    skips = votes.second + votes.neither, votes.first + votes.neither
    margins = ships[0] * skips[0] * ships[1] * skips[1]
    if margins == 0:
        return None
    return (votes.both * votes.neither - votes.first * votes.second) / math.sqrt(margins)


def by_chance(tools: int, pairs: int = 1) -> float:
    """How far from 0 the phi of independent seats stays in 95 of 100 cases, in all of so many pairs at once.

    Source: tools * phi² is Pearson's chi-squared of the four counts, with one degree of freedom, which is an
    approximation for large counts; Bonferroni's correction for looking at several pairs.

    Args:
        tools: Tools that both seats judged.
        pairs: How many pairs are looked at.
    """
    return min(1.0, NormalDist().inv_cdf(1 - 0.025 / pairs) / math.sqrt(tools))


def mean_correlation(pairs: Iterable[tuple[float, int]]) -> float | None:
    """The mean phi of pairs of seats, each weighed by its common tools; None where there is no pair.

    So it is the mean over the pairs of votes that were really cast together.

    Args:
        pairs: The phi of two seats, and how many tools both judged.
    """
    known = list(pairs)
    weight = sum(tools for _, tools in known)
    return sum(phi * tools for phi, tools in known) / weight if weight else None


def effective_votes(votes: float, correlation: float) -> float | None:
    """How many independent votes have the same weight as these: n / (1 + (n - 1) * mean correlation).

    As many as there are where they do not correlate, one where they always agree, more than there are where
    they tend to contradict each other. None where they do so more than so many votes can.

    Source: Kish, L. (1965), Survey Sampling: the design effect 1 + (n - 1) * rho of a sample in clusters of
    n; here a tool is the cluster.

    Args:
        votes: How many vote on a tool, on average; at least 1.
        correlation: The mean correlation of two of them.
    """
    effect = 1 + (votes - 1) * correlation
    return votes / effect if effect > 0 else None
