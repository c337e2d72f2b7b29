"""One issue of the digest as a value: what it tells, on which days, and what of it is a rehearsal."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from panel.core.domain import Decision, Value
from panel.core.outcomes import Tally
from panel.core.published import Of
from panel.judgement.aggregate import Outcome


class Objection(Value):
    """A dissenter, and the objection in one line."""

    name: str
    decision: Decision
    says: str


class VerdictNews(Value):
    """A tool's verdict. `despite` are the kinds of reasons that an editor let through.

    `offline` says whether the offline reader spoke for any seat, `silent` whether for all.
    """

    slug: str
    name: str
    tagline: str | None
    category: str | None
    review: str
    outcome: Outcome | None
    panel: Tally
    entry: str
    dissent: tuple[Objection, ...]
    first_look: bool
    despite: tuple[str, ...]
    offline: bool
    silent: bool = False


class ChangeNews(Value):
    """A verdict that is not what readers knew: `was` and `was_panel` are, and why it changed."""

    now: VerdictNews
    was: Outcome | None
    was_panel: Tally
    because: tuple[str, ...]


class ComparisonNews(Value):
    """A comparison: its answer, its first reason, and both tools' counts; `offline` and `silent` as there."""

    pair: str
    record: str
    a: str
    b: str
    panel_a: Tally
    panel_b: Tally
    answer: str
    stable: bool
    because: str | None
    offline: bool
    silent: bool = False


class BetNews(Value):
    """A bet that is due (`state` open), or that an editor has settled; its tool is live."""

    id: str
    tool: str
    tool_name: str
    reviewer: str
    claim: str
    due: str
    state: Literal["open", "right", "wrong", "void"]
    reason: str | None


class Correction(Value):
    """What was taken back, or put right by an editor.

    `name` is the tool's slug or `<a>-vs-<b>`, `title` what a reader calls it, `entry` the price as it is now.
    """

    kind: Literal["withdrawn", "price"]
    of: Of
    name: str
    title: str
    day: str
    reason: str | None
    entry: str | None = None


class Issue(Value):
    """One issue: all that happened from `since` to `day`, both included, and was not told before.

    `url` is the site's public address, None where it has none. `left_out` counts live tools and pairs for
    which not every seat asked a model and that were not let in.
    """

    schema_: Literal["panel.digest/1"] = Field(default="panel.digest/1", alias="schema")
    day: str
    since: str
    title: str
    url: str | None
    corrections_to: str | None
    new: tuple[VerdictNews, ...] = ()
    changed: tuple[ChangeNews, ...] = ()
    best: ComparisonNews | None = None
    compared: tuple[ComparisonNews, ...] = ()
    due: tuple[BetNews, ...] = ()
    settled: tuple[BetNews, ...] = ()
    corrections: tuple[Correction, ...] = ()
    left_out: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.new or self.changed or self.best or self.due or self.settled or self.corrections)

    @property
    def rehearsal(self) -> bool:
        """Whether the offline reader spoke in anything of it."""
        return any(each.offline for each in self._told)

    @property
    def silent(self) -> bool:
        """Whether no model was asked at all for anything in which the offline reader spoke."""
        return all(each.silent for each in self._told if each.offline)

    @property
    def _told(self) -> tuple[VerdictNews | ComparisonNews, ...]:
        return (*self.new, *(change.now for change in self.changed), *self.comparisons)

    @property
    def comparisons(self) -> tuple[ComparisonNews, ...]:
        """All comparisons, the best first."""
        return (*(() if self.best is None else (self.best,)), *self.compared)
