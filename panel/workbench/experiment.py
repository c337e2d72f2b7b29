"""Two reviewers over the golden set: which of them decides as people do, said plainly or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from panel.core.domain import Decision
from panel.judgement.statistics.paired import Outcome, Paired, interval, mcnemar, more_needed, outcome


@dataclass(frozen=True)
class Trial:
    """One tool before both: what each decided (None: no decision that counts), and what people say."""

    tool: str
    first: Decision | None
    second: Decision | None
    golden: Decision | None


@dataclass(frozen=True)
class Experiment:
    """All tools before both. A tool on which one gave no decision is left out and named."""

    trials: tuple[Trial, ...]

    @cached_property
    def counted(self) -> tuple[Trial, ...]:
        """The tools on which both decided."""
        return tuple(trial for trial in self.trials if trial.first and trial.second)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The tools on which one did not."""
        return tuple(trial.tool for trial in self.trials if not (trial.first and trial.second))

    @cached_property
    def ships(self) -> Paired:
        """How often each ships, tool by tool."""
        return Paired.of((trial.first == "ship", trial.second == "ship") for trial in self.counted)

    @cached_property
    def agrees(self) -> Paired:
        """How often each decides as people do, over the tools on which people agree."""
        return Paired.of(
            (trial.first == trial.golden, trial.second == trial.golden)
            for trial in self.counted
            if trial.golden
        )

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
    if found.outcome == "inconclusive":
        more = _tools(more_needed(agrees), more=True)
        why = "both hit and miss the same ones" if agrees.apart == 0 else f"p = {mcnemar(agrees):.2f}"
        return (
            f"Inconclusive: {second} {said}, {other} ({why}). "
            f"About {more} would be needed to tell them apart."
        )
    return f"{second} is {found.outcome} than {first}: it {said}, {other} (p = {_p(mcnemar(agrees))})."


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
        flips = ships.apart
        lines.append(
            f"Decisions: {first} ships {ships.both + ships.only_first}, {second} "
            f"{ships.both + ships.only_second} of {_tools(ships.tools)}; {flips} "
            f"{'flips' if flips == 1 else 'flip'} (p = {_p(mcnemar(ships))})."
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


def trials(
    decided: Sequence[tuple[str, Decision | None, Decision | None, Decision | None]],
) -> Experiment:
    """An experiment from (tool, first's decision, second's, people's) each."""
    return Experiment(tuple(Trial(*each) for each in decided))
