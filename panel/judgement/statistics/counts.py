"""Counts votes tool by tool; of the records nothing is kept but these counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, NamedTuple

from panel.core.choices import ChairChoice
from panel.core.domain import OFFLINE_MODEL, Tool, Verdict
from panel.core.outcomes import Comparison, Review
from panel.judgement.comparison.scorecard import CORE_ORDER, FOURTH
from panel.judgement.statistics.correlation import Together
from panel.judgement.statistics.repeats import Answer, Asked, answers, asked_again

LeftOut = Literal["offline", "model", "earlier", "category"]
#: A choice asked for in both orders: the same, the tool at one place both times, or changed otherwise.
Ordered = Literal["same", "first", "second", "other"]


class SeatId(NamedTuple):
    """A seat over many tools: a persona and who speaks for it. `chair` is `fourth`, or the core persona."""

    chair: str
    persona: str
    model: str


@dataclass(frozen=True)
class Scope:
    """Which reviews are counted.

    Attributes:
        offline: Those of the offline reader, else those of models; never both.
        since: Only those written at that moment (`2026-11-20T21:04:05Z`) or later.
        category: Only tools of that category, in any case.
    """

    offline: bool = False
    since: str | None = None
    category: str | None = None

    def leaves_out(self, review: Review) -> LeftOut | None:
        """Why a review is not counted; None where it is."""
        if not self._has(review.tool):
            return "category"
        if self.since is not None and review.created < self.since:
            return "earlier"
        if review.offline != self.offline:
            return "offline" if review.offline else "model"
        return None

    def covers(self, comparison: Comparison) -> bool:
        """Whether the pick of a comparison is counted; with models' none that shows an offline seat."""
        in_time = self.since is None or comparison.created >= self.since
        both = self._has(comparison.a.tool) and self._has(comparison.b.tool)
        return in_time and both and comparison.offline == self.offline

    def _has(self, tool: Tool) -> bool:
        return self.category is None or _folded(self.category) == _folded(tool.category or "")


@dataclass
class Counts:
    """What is kept of all records.

    Attributes:
        scope: Which are counted.
        tools: Tools with a review that counts.
        no_quorum: Tools whose reviews all lack a quorum.
        votes: Each seat's tools, by decision (True: ship).
        together: What each two seats decided on their common tools.
        units: How many tools had so many ships and so many skips.
        panels: How many tools these seats voted on, and no others.
        repeats: Questions asked more than once.
        picks: Comparisons by whether their pick survives leaving out any one chair.
        orders: Each chair's choices that were asked for in both orders, by what became of them.
        left_out: Reviews that are not counted, by the reason.
        names: What personas are called.
    """

    scope: Scope = field(default_factory=Scope)
    tools: int = 0
    no_quorum: int = 0
    votes: dict[SeatId, Counter[bool]] = field(default_factory=dict)
    together: dict[tuple[SeatId, SeatId], Together] = field(default_factory=dict)
    units: Counter[tuple[int, int]] = field(default_factory=Counter)
    panels: Counter[frozenset[SeatId]] = field(default_factory=Counter)
    repeats: list[Asked] = field(default_factory=list)
    picks: Counter[bool] = field(default_factory=Counter)
    orders: dict[str, Counter[Ordered]] = field(default_factory=dict)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)

    def add_tool(self, newest_first: Iterable[Review]) -> None:
        """Count one tool: of its reviews in scope the newest with quorum, and all for the repeats."""
        said: list[Answer] = []
        seen = counted = False
        for review in newest_first:
            reason = self.scope.leaves_out(review)
            if reason is not None:
                self.left_out[reason] += 1
                continue
            seen = True
            votes = self._votes(review)
            said += [each for verdict in self._heard(review) for each in _answers(verdict, review)]
            if not counted and review.status != "no_quorum":
                counted = True
                self._count(votes)
        self.repeats += asked_again(reversed(said))
        self.tools, self.no_quorum = self.tools + counted, self.no_quorum + (seen and not counted)

    def add_pair(self, newest_first: Iterable[Comparison]) -> None:
        """Count one pair: of its comparisons in scope the newest's pick, and the newest head-to-head."""
        counted = False
        for comparison in newest_first:
            if not self.scope.covers(comparison):
                continue
            if not counted:
                counted = True
                self.picks[comparison.pick.stable] += 1
            if comparison.pick.choices:
                self._count_orders(comparison.pick.choices)
                return

    def _count_orders(self, choices: Iterable[ChairChoice]) -> None:
        for each in choices:
            if not each.counts and not each.flipped:
                continue
            self.names.setdefault(each.persona, each.name)
            chair = FOURTH if each.chair == "fourth" else each.persona
            became: Ordered = "same" if each.counts else each.follows or "other"
            self.orders.setdefault(chair, Counter())[became] += 1

    def _votes(self, review: Review) -> dict[SeatId, Verdict]:
        """The verdicts that count, as the reviewers gave them: an editor's decision is no reviewer's vote."""
        votes = {}
        for verdict in self._heard(review):
            if not verdict.contested:
                self.names.setdefault(verdict.persona, verdict.name)
                votes[SeatId(_chair(verdict), verdict.persona, verdict.model)] = verdict
        return votes

    def _heard(self, review: Review) -> list[Verdict]:
        """The verdicts in scope, contested ones included."""
        return [v for v in review.verdicts if (v.model == OFFLINE_MODEL) == self.scope.offline]

    def _count(self, votes: dict[SeatId, Verdict]) -> None:
        ships = {seat: verdict.decision == "ship" for seat, verdict in votes.items()}
        for seat, ship in ships.items():
            self.votes.setdefault(seat, Counter())[ship] += 1
        for a, b in combinations(sorted(ships, key=place), 2):
            self.together.setdefault((a, b), Together()).add(ships[a], ships[b])
        decided = Counter(ships.values())
        self.units[decided[True], decided[False]] += 1
        self.panels[frozenset(ships)] += 1


def place(seat: SeatId) -> tuple[int, int, SeatId]:
    """Where a seat stands: the core chairs in their order, others of the core, the fourth chair."""
    core = CORE_ORDER.index(seat.chair) if seat.chair in CORE_ORDER else len(CORE_ORDER)
    return int(seat.chair == FOURTH), core, seat


def _chair(verdict: Verdict) -> str:
    return FOURTH if verdict.chair == "fourth" else verdict.persona


def _answers(verdict: Verdict, review: Review) -> list[Answer]:
    return answers(verdict, review, _chair(verdict))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
