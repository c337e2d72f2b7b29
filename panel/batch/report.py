"""What became of a list: counted as it goes, and told in the end as JSON and as Markdown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from panel.core.errors import ExitCode
from panel.core.outcomes import Cost, Review, Run

#: What a line of a list can end as. `known` was judged before and nothing has changed since.
Ending = Literal["reviewed", "known", "failed", "parked", "bad"]

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
        decisions: Verdicts by panel: ship, skip, tie, no quorum.
        troubles: What is told by name.
        changed: Tools whose majority is another than the last time, in words.
        cost: New spend.
    """

    total: int | None = None
    endings: Counter[Ending] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    in_work: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    troubles: list[Trouble] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)

    @property
    def seen(self) -> int:
        """Lines that have ended, one way or another."""
        return self.endings.total()

    def note(self, ending: Ending, tool: str, what: str = "") -> None:
        """Count one line."""
        self.endings[ending] += 1
        if what and len(self.troubles) < MOST_NAMED:
            self.troubles.append(Trouble(tool, ending, what))

    def note_review(self, review: Review) -> None:
        """Count what a panel said."""
        self.decisions[majority(review)] += 1

    def in_words(self) -> str:
        """How many lines ended how, in a line."""
        ended = ", ".join(f"{count:,} {ending}" for ending, count in self.endings.items())
        return f"{self.seen:,} lines: {ended or 'nothing in it'}"

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
            "needs_a_person": [vars(trouble) for trouble in self.troubles],
            "not_named": self.not_named,
            "cost": self.cost.as_json(),
        }

    def as_markdown(self, run: Run) -> str:
        """The report for a person."""
        lines = [f"# {run.command}: {run.outcome}", "", f"Run {run.id}, begun {run.created}.", ""]
        lines += [f"- {count:,} {ending}" for ending, count in self.endings.items()]
        lines += [f"- {count:,} panels said {what}" for what, count in self.decisions.items()]
        spent = "unknown" if self.cost.usd is None else f"${self.cost.usd:.4f}"
        lines += [f"- spent {spent} on {self.cost.calls:,} calls"]
        if self.changed:
            lines += [
                "",
                "## Changed since the last time",
                "",
                *(f"- {_plain(each)}" for each in self.changed),
            ]
        if self.troubles:
            lines += ["", "## Needs a person", ""]
            lines += [f"- {_plain(t.tool)}: {t.ending}: {_plain(t.what)}" for t in self.troubles]
        if self.not_named:
            lines += [f"- and {self.not_named:,} more"]
        return "\n".join(lines) + "\n"

    @property
    def not_named(self) -> int:
        """How many lines need a person, or another run, that `troubles` has no room for."""
        named = Counter(trouble.ending for trouble in self.troubles)
        return sum(self.endings[ending] - named[ending] for ending in ("failed", "parked", "bad"))


def majority(review: Review) -> str:
    """What a panel said, in a word."""
    if review.panel.percent is None:
        return "no quorum"
    twice = 2 * review.panel.ship
    if twice == review.panel.counted:
        return "a tie"
    return "ship" if twice > review.panel.counted else "skip"


def code_of(report: Report, *, stopped: bool, account: bool, interrupted: bool) -> ExitCode:
    """The exit code of a list (DESIGN: contract, commands)."""
    if interrupted:
        return ExitCode.INTERRUPTED
    if account:
        return ExitCode.ACCOUNT
    if stopped:
        return ExitCode.STOPPED
    return ExitCode.NEEDS_A_PERSON if report.needs_a_person else ExitCode.DONE


def _plain(text: str) -> str:
    """Text of the outside on one line, with nothing that Markdown would read as its own."""
    line = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in line)
