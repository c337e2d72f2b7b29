"""The reviewer scorecard seat by seat, seats without a verdict included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from panel.core.domain import OFFLINE_MODEL, Decision, Failure, FailureKind, Verdict
from panel.core.outcomes import Comparison, Override, ScorecardRow, Side
from panel.publish import wording

#: What the mark of a seat shows; `none` is a seat without a verdict.
Mark = Literal["ship", "skip", "contested", "none"]
#: For how many seats something holds.
HowMany = Literal["none", "some", "all"]


@dataclass(frozen=True)
class ScorecardSeat:
    """One chair for one tool. Exactly one of `verdict` and `absence` is given.

    Attributes:
        side: `a` or `b`; `own` in a tool's own review.
        tool: The tool's name, made distinct where both tools have the same; empty in a tool's own review.
        reviewer: The reviewer's name.
        model: Who spoke, or was asked to; None where the record does not say.
        verdict: What was said.
        absence: Why nothing was said, in one sentence.
        failure: Why nothing was said, in a word; None where the record does not say.
        override: What an editor decided instead, with the reason and with what the reviewer had said.
        decided: The decision of that editor.
        persona: The reviewer's slug; None where the record does not say.
    """

    side: Literal["a", "b", "own"]
    tool: str
    reviewer: str
    model: str | None
    verdict: Verdict | None
    absence: str | None
    override: str | None = None
    decided: Decision | None = None
    persona: str | None = None
    failure: FailureKind | None = None

    @property
    def samples(self) -> str | None:
        """What became of its samples; None for a seat that was asked once."""
        if self.verdict is None or self.verdict.samples is None:
            return None
        return wording.samples(self.verdict.samples)

    @property
    def mark(self) -> Mark:
        """The decision that counts; a contested one is no vote and has its own mark."""
        if self.decided is not None:
            return self.decided
        if self.verdict is None:
            return "none"
        return "contested" if self.verdict.contested else self.verdict.decision

    @property
    def why_not_counted(self) -> str | None:
        """Why it is no vote, in a word; None for a vote."""
        if self.mark == "none":
            return self.failure or "no verdict"
        return "contested" if self.mark == "contested" else None

    @property
    def speaker(self) -> str:
        """Which model spoke, or was asked to."""
        if self.verdict is not None:
            return wording.speaker(self.verdict)
        return wording.model(self.model) if self.model else "model not recorded"

    @property
    def result(self) -> str:
        """The decision in words."""
        if self.decided is not None:
            return f"{wording.decision(self.decided)}, by an editor"
        if self.verdict is None:
            return "No verdict"
        decided = wording.decision(self.verdict.decision)
        return f"{decided}, contested" if self.verdict.contested else decided


@dataclass(frozen=True)
class ScorecardChair:
    """One chair of the panel with its seat for either tool; `model` where the chair has several rows."""

    key: str
    a: ScorecardSeat
    b: ScorecardSeat
    model: str | None = None

    @property
    def title(self) -> str:
        """The chair as a heading; of a fourth chair also who sat in it."""
        title = wording.chair(self.key)
        if self.key == "fourth":
            sitting = dict.fromkeys(seat.reviewer for seat in self.pair if seat.reviewer != title)
            title = f"{title}: {' / '.join(sitting)}" if sitting else title
        return f"{title} ({wording.model(self.model)})" if self.model else title

    @property
    def pair(self) -> tuple[ScorecardSeat, ScorecardSeat]:
        """Both seats, in the order of the page."""
        return self.a, self.b


def scorecard(comparison: Comparison) -> tuple[ScorecardChair, ...]:
    """All chairs in the order of the record."""
    label_a, label_b = wording.labels(comparison)
    rows_of = Counter(row.chair for row in comparison.scorecard)
    return tuple(
        ScorecardChair(
            key=row.chair,
            a=_seat("a", label_a, comparison.a, row, row.a, row.b),
            b=_seat("b", label_b, comparison.b, row, row.b, row.a),
            model=row.model if rows_of[row.chair] > 1 else None,
        )
        for row in comparison.scorecard
    )


def not_counted(comparison: Comparison, side: Literal["a", "b"]) -> tuple[str, ...]:
    """The seats of one side that are no votes, each with the reason in a word: `Skeptic (contested)`."""
    return tuple(
        f"{_who(chair, seat)} ({seat.why_not_counted})"
        for chair, seat in _column(comparison, side)
        if seat.why_not_counted
    )


def decided_by_editors(comparison: Comparison, side: Literal["a", "b"]) -> tuple[str, ...]:
    """The seats of one side for which an editor decided."""
    return tuple(_who(chair, seat) for chair, seat in _column(comparison, side) if seat.decided)


def _column(
    comparison: Comparison, side: Literal["a", "b"]
) -> Iterator[tuple[ScorecardChair, ScorecardSeat]]:
    """The seats of one side, each with its chair."""
    for chair in scorecard(comparison):
        yield chair, chair.a if side == "a" else chair.b


def _who(chair: ScorecardChair, seat: ScorecardSeat) -> str:
    return f"{seat.reviewer}, {seat.model}" if chair.model and seat.model else seat.reviewer


def no_model_asked(comparison: Comparison) -> HowMany:
    """For how many of the seats shown the offline reader spoke instead of a model."""
    shown = offline(seat.model for chair in scorecard(comparison) for seat in chair.pair if seat.model)
    return "some" if shown == "none" and comparison.offline else shown


def offline(models: Iterable[str]) -> HowMany:
    """For how many of some seats the offline reader spoke, by what spoke for each."""
    silent = [model == OFFLINE_MODEL for model in models]
    return ("all" if all(silent) else "some") if any(silent) else "none"


def spoken(
    side: Literal["a", "b", "own"],
    tool: str,
    reviewer: str,
    said: Verdict | Failure,
    override: Override | None,
) -> ScorecardSeat:
    """A seat that was asked.

    Args:
        side: As in `ScorecardSeat`.
        tool: As in `ScorecardSeat`.
        reviewer: As in `ScorecardSeat`.
        said: What came of it.
        override: What an editor decided about it, if anything.
    """
    verdict = said if isinstance(said, Verdict) else None
    failed = said if isinstance(said, Failure) else None
    seat = ScorecardSeat(
        side,
        tool,
        reviewer,
        said.model,
        verdict,
        absence=None if failed is None else wording.failure(failed),
        persona=said.persona,
        failure=None if failed is None else failed.kind,
    )
    if override is None or override.decision == "none":
        return seat
    return replace(seat, override=wording.override(override, said), decided=override.decision)


def _seat(
    side: Literal["a", "b"],
    label: str,
    half: Side,
    row: ScorecardRow,
    verdict: Verdict | None,
    opposite: Verdict | None,
) -> ScorecardSeat:
    if verdict is not None:
        return spoken(side, label, verdict.name, verdict, half.override_of(verdict))
    failure = next(iter(row.failures_on(half)), None)
    if failure is not None:
        return spoken(side, label, failure.name, failure, half.override_of(failure))
    name = opposite.name if opposite else wording.chair(row.chair)
    return ScorecardSeat(side, label, name, None, None, "The record does not say why.")
