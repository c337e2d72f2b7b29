"""Two reviewers over the golden set: which of them decides as people do, said plainly or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from panel.core.domain import Decision
from panel.judgement.statistics.paired import Outcome, Paired, interval, mcnemar, more_needed, outcome


@dataclass(frozen=True)
class Answer:
    """What one reviewer decided of a tool, None if nothing that counts, and what it should have."""

    decision: Decision | None
    golden: Decision | None

    @property
    def hits(self) -> bool:
        """Whether it decided as people do."""
        return self.decision == self.golden


@dataclass(frozen=True)
class Trial:
    """One tool before both."""

    tool: str
    first: Answer
    second: Answer

    @property
    def counts(self) -> bool:
        """Whether both decided."""
        return self.first.decision is not None and self.second.decision is not None

    @property
    def agreed(self) -> bool:
        """Whether people say what either of them should decide."""
        return self.first.golden is not None and self.second.golden is not None


@dataclass(frozen=True)
class Experiment:
    """All tools before both. A tool on which one gave no decision is left out and named."""

    trials: tuple[Trial, ...]

    @cached_property
    def counted(self) -> tuple[Trial, ...]:
        """The tools on which both decided."""
        return tuple(trial for trial in self.trials if trial.counts)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The tools on which one did not."""
        return tuple(trial.tool for trial in self.trials if not trial.counts)

    @cached_property
    def ships(self) -> Paired:
        """How often each ships, tool by tool."""
        return Paired.of(
            (trial.first.decision == "ship", trial.second.decision == "ship") for trial in self.counted
        )

    @cached_property
    def agrees(self) -> Paired:
        """How often each decides as people do, over the tools on which people agree."""
        return Paired.of((trial.first.hits, trial.second.hits) for trial in self.counted if trial.agreed)

    @property
    def outcome(self) -> Outcome:
        """Whether the second is better than the first."""
        return outcome(self.agrees)


def sentences(found: Experiment, first: str, second: str) -> list[str]:
    """What an experiment says, plainly; the first sentence is the answer.

    Args:
        found: The experiment.
        first: The first reviewer's name.
        second: The second's.
    """
    return [_answer(found, first, second), *_figures(found, first, second)]


def _answer(found: Experiment, first: str, second: str) -> str:
    agrees = found.agrees
    if agrees.tools == 0:
        return "Inconclusive: no tool of this set has a decision that people agree on and both gave."
    said = f"agrees with the golden decisions on {_hits(agrees, second=True)} of {_tools(agrees.tools)}"
    other = f"{first} on {_hits(agrees, second=False)}"
    if found.outcome != "inconclusive":
        return f"{second} is {found.outcome} than {first}: it {said}, {other} (p = {_p(mcnemar(agrees))})."
    new = "new ones, with a decision people agree on, in a set that is tested once"
    if agrees.apart == 0:
        return (
            f"Inconclusive: {second} {said}, {other}, and they are the same ones. If there is a difference "
            f"of 10 points, about {_tools(more_needed(agrees), more=True)} would be needed to see it ({new})."
        )
    return (
        f"Inconclusive: {second} {said}, {other} (p = {mcnemar(agrees):.2f}). If the difference is as large "
        f"as it looks, about {_tools(more_needed(agrees), more=True)} would be needed to show it ({new})."
    )


def _figures(found: Experiment, first: str, second: str) -> list[str]:
    lines = []
    if found.agrees.tools:
        low, high = interval(found.agrees)
        lines.append(
            f"Difference in agreement: {_points(found.agrees.difference)} points for {second} "
            f"(95 % interval {_points(low)} to {_points(high)})."
        )
    ships = found.ships
    if ships.tools:
        lines.append(
            f"Decisions: {first} ships {ships.both + ships.only_first}, {second} "
            f"{ships.both + ships.only_second} of {_tools(ships.tools)}; they differ on {ships.apart} "
            f"(p = {_p(mcnemar(ships))}). People agree on {found.agrees.tools} of these."
        )
    if found.left_out:
        lines.append(f"Left out, for want of a decision by both: {', '.join(found.left_out)}.")
    return lines


def _hits(agrees: Paired, *, second: bool) -> int:
    return agrees.both + (agrees.only_second if second else agrees.only_first)


def _points(share: float) -> str:
    return f"{100 * share:+.0f}"


def _p(value: float) -> str:
    return "under 0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 (as p values are printed)


def _tools(count: int, *, more: bool = False) -> str:
    return f"{count}{' more' if more else ''} {'tool' if count == 1 else 'tools'}"
