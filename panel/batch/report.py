"""What became of a list: counted as it goes, and told in the end as JSON and as Markdown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from panel.core.errors import DamagedRecord, ExitCode
from panel.core.naming import seat_name, sitting_several_times
from panel.core.outcomes import Cost, Review, Run, RunIssue
from panel.judgement.overriding import open_contests
from panel.publish.legible import legible_text

#: What a line of a list can end as. `known` was judged before and nothing has changed since; `screened` is no
#: tool, or one that is named twice; `pending` waits for a vendor's batch.
Ending = Literal["reviewed", "known", "failed", "parked", "bad", "screened", "pending"]

#: Tools named in the report for a person; of each further one only the number is told.
MOST_NAMED = 1_000


@dataclass(frozen=True)
class Trouble:
    """A line that needs a person, or another run.

    Attributes:
        tool: The slug, or where the list names it.
        ending: How it ended.
        what: Why.
    """

    tool: str
    ending: Ending
    what: str


@dataclass
class Report:
    """The count of one run over a list; memory grows only with what needs a person.

    Attributes:
        total: Lines of the list, if that is known before its end.
        endings: How many lines ended how.
        reasons: Why tools were judged: new, content, reviewers, unfinished, failed.
        in_work: Tools begun and not ended.
        decisions: Panels by what they said (`judgement.aggregate.in_a_word`).
        troubles: What is told by name.
        changed: Tools whose majority is another than the last time, in words.
        screened: What was screened out, and why.
        twins: Pairs of tools that may be the same thing twice, as the manifest names them.
        twins_met: How many such pairs there are.
        warnings: What is odd about launches that were judged all the same, each once; their order counts.
        warnings_met: How many such warnings there are.
        comparisons: Ids of the comparisons that were made.
        limit: Tools that were asked for at most, once that many were begun and more were there.
        stored: Answers that were in the ledger already.
        cost: New spend.
        maybe_paid_usd: What of it was set aside for calls that brought no answer, as far as that is known.
    """

    total: int | None = None
    endings: Counter[Ending] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    in_work: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    troubles: list[Trouble] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    screened: list[str] = field(default_factory=list)
    twins: list[RunIssue] = field(default_factory=list)
    twins_met: int = 0
    warnings: dict[str, None] = field(default_factory=dict)
    warnings_met: int = 0
    comparisons: list[str] = field(default_factory=list)
    limit: int | None = None
    stored: int = 0
    cost: Cost = field(default_factory=Cost)
    maybe_paid_usd: float = 0.0

    @property
    def seen(self) -> int:
        """Lines that have ended, one way or another."""
        return self.endings.total()

    def note(self, ending: Ending, tool: str, what: str = "") -> None:
        """Count one line; what is said of it is kept for a person, as far as there is room."""
        self.endings[ending] += 1
        if ending == "screened":
            _keep(self.screened, f"{tool}: {what}")
        elif what:
            _keep(self.troubles, Trouble(tool, ending, what))

    def note_verdict(self, tool: str, said: str, said_before: str | None) -> None:
        """Count what a panel said, and what the one before it said."""
        self.decisions[said] += 1
        if said_before is not None and said_before != said:
            _keep(self.changed, f"{tool}: {said_before}, now {said}")

    def note_twin(self, tool: str, what: str) -> None:
        """Count a pair that may be the same thing twice; it needs nobody."""
        self.twins_met += 1
        _keep(self.twins, RunIssue(tool=tool, what=f"twin: {what}"))

    def note_warnings(self, warnings: Iterable[str]) -> None:
        """Count what is odd about a launch; it needs nobody.

        A tool may be begun twice in a run: what is kept of it counts once, beyond that it is not known.
        """
        for each in warnings:
            if each in self.warnings:
                continue
            self.warnings_met += 1
            if len(self.warnings) < MOST_NAMED:
                self.warnings[each] = None

    def note_comparison(self, pair: str, what: str) -> None:
        """Keep what a comparison leaves for a person."""
        _keep(self.troubles, Trouble(pair, "reviewed", what))

    def in_words(self) -> str:
        """How many lines ended how, in a line."""
        ended = ", ".join(f"{count:,} {ending}" for ending, count in self.endings.items())
        limited = "" if self.limit is None else f"; beyond --limit {self.limit:,} nothing was looked at"
        return f"{self.seen:,} line{'' if self.seen == 1 else 's'}: {ended or 'nothing in it'}{limited}"

    @property
    def needs_a_person(self) -> bool:
        """Whether anything is left to be done by hand."""
        return any(self.endings[ending] for ending in ("failed", "parked", "bad")) or any(
            trouble.ending == "reviewed" for trouble in self.troubles
        )

    def as_json(self, run: Run) -> dict[str, Any]:
        """The report as plain JSON types."""
        return {
            "run": run.id,
            "command": run.command,
            "outcome": run.outcome,
            "lines": dict(self.endings),
            "judged_because": dict(self.reasons),
            "panels": dict(self.decisions),
            "changed": self.changed,
            "comparisons": self.comparisons,
            "screened": self.screened,
            "twins": [{"tool": each.tool, "what": each.what} for each in self.twins],
            "twins_met": self.twins_met,
            "warnings": list(self.warnings),
            "warnings_met": self.warnings_met,
            "limit": self.limit,
            "needs_a_person": [vars(trouble) for trouble in self.troubles],
            "not_named": self.not_named,
            "cost": self.cost.as_json(),
            "maybe_paid_usd": self.maybe_paid_usd,
        }

    def as_markdown(self, run: Run) -> str:
        """The report for a person."""
        lines = [f"# {run.command}: {run.outcome}", "", f"Run {run.id}, begun {run.created}.", ""]
        lines += [f"- {count:,} {ending}" for ending, count in self.endings.items()]
        for what, count in self.decisions.items():
            lines.append(f"- {count:,} panel{'' if count == 1 else 's'} said {what}")
        spent = "unknown" if self.cost.usd is None else f"${self.cost.usd:.4f}"
        lines += [f"- spent {spent} on {self.cost.calls:,} calls"]
        if self.limit is not None:
            lines += [f"- beyond the limit of {self.limit:,} tools nothing was looked at"]
        lines += _chapter("Changed since the last time", self.changed)
        lines += _chapter("Needs a person", [f"{t.tool}: {t.ending}: {t.what}" for t in self.troubles])
        if self.not_named:
            lines += [f"- and {self.not_named:,} more"]
        lines += _chapter("May be the same thing twice", [_bare(each) for each in self.twins])
        if self.twins_met > len(self.twins):
            lines += [f"- and {self.twins_met - len(self.twins):,} pairs more"]
        lines += _chapter("Warnings", list(self.warnings))
        if self.warnings_met > len(self.warnings):
            lines += [f"- and {self.warnings_met - len(self.warnings):,} more"]
        lines += _chapter("Compared", self.comparisons)
        lines += _chapter("Screened out, before anything was paid", self.screened)
        return "\n".join(lines) + "\n"

    @property
    def not_named(self) -> int:
        """How many lines need a person, or another run, that `troubles` has no room for."""
        named = Counter(trouble.ending for trouble in self.troubles)
        return sum(self.endings[ending] - named[ending] for ending in ("failed", "parked", "bad"))


def read_report(path: Path) -> Report:
    """A report as it was written, to be gone on with; an empty one where there is none.

    Raises:
        DamagedRecord: it cannot be read.
    """
    if not path.exists():
        return Report()
    try:
        said = json.loads(path.read_bytes())
        endings = Counter({ending: count for ending, count in said["lines"].items() if ending != "pending"})
        return Report(
            endings=endings,
            reasons=Counter(said["judged_because"]),
            decisions=Counter(said["panels"]),
            troubles=[Trouble(**each) for each in said["needs_a_person"]],
            changed=said["changed"],
            screened=said["screened"],
            twins=[RunIssue(**each) for each in said.get("twins", [])],
            twins_met=said.get("twins_met", 0),
            warnings=dict.fromkeys(said.get("warnings", [])),
            warnings_met=said.get("warnings_met", 0),
            comparisons=said["comparisons"],
            limit=said["limit"],
            stored=said["cost"]["from_ledger"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedRecord(
            f"cannot be read: {error}", file=path, hint="remove it: the report tells of what follows only"
        ) from error


def left_open(review: Review) -> str:
    """What of a review needs a person, in words; empty if nothing does."""
    several = sitting_several_times(review.seating)
    alike: dict[str, list[str]] = {}
    for each in review.failures:
        alike.setdefault(f"{each.kind}: {each.message}", []).append(seat_name(each, several))
    open_ = [f"{', '.join(personas)}: {what}" for what, personas in alike.items()]
    open_ += [f"{seat_name(v, several)} contradicts itself: {v.contest}" for v in open_contests(review)]
    needs = review.status == "no_quorum" or bool(open_contests(review))
    return "; ".join(open_) if needs else ""


def code_of(report: Report, *, stopped: bool, account: bool, interrupted: bool) -> ExitCode:
    """The exit code of a list (DESIGN: contract, commands)."""
    if interrupted:
        return ExitCode.INTERRUPTED
    if account:
        return ExitCode.ACCOUNT
    if stopped:
        return ExitCode.STOPPED
    return ExitCode.NEEDS_A_PERSON if report.needs_a_person else ExitCode.DONE


def _bare(twin: RunIssue) -> str:
    return twin.what.removeprefix("twin: ")


def _keep(kept: list[Any], what: Any) -> None:
    if len(kept) < MOST_NAMED:
        kept.append(what)


def _chapter(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"## {title}", "", *(f"- {_plain(line)}" for line in lines)] if lines else []


def _plain(text: str) -> str:
    """Text of the outside on one line, with nothing that a terminal or Markdown would read as its own."""
    line = legible_text(" ".join(text.split()))
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in line)
