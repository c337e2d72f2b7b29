"""What a panel comes to: counts, prices and costs, and the records of reviews, comparisons and runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from panel.core.choices import ChairChoice
from panel.core.domain import (
    OFFLINE_MODEL,
    Choice,
    Decision,
    DossierRef,
    EntryPrice,
    Failure,
    ReviewStatus,
    Seating,
    Tool,
    Value,
    Verdict,
)


class PriceReason(Value):
    """A pricing fact an entry price was derived from."""

    fact: str
    plan: str
    price: str
    quote: str | None = None


class PriceDecision(Value):
    """An editor's signed entry price, bound to a dossier; `none` takes it back."""

    entry: Literal["free", "freemium", "trial", "paid", "unknown", "none"]
    reason: str
    author: str
    time: str
    dossier: str


class Entry(Value):
    """The entry price, derived by rule from cited pricing facts (`judgement.pricing`).

    Where an editor decided it, `decided` says so and `by_rule` is what the rule had said; the reasons and the
    conflicts stay.
    """

    price: EntryPrice
    label: str
    because: tuple[PriceReason, ...] = ()
    conflicts: tuple[str, ...] = ()
    by_rule: EntryPrice | None = None
    decided: PriceDecision | None = None


class Statement(Value):
    """What one seat says about a fact, in its own words.

    Where a persona sits with several models, `model` says which, and so does `name`.
    """

    persona: str
    model: str | None = None
    name: str
    says: str


class Disagreement(Value):
    """Two sides of one panel on a fact (`judgement.disagreement`); `fact` is one that both cite, if any."""

    about: str
    fact: str | None = None
    affirm: tuple[Statement, ...]
    deny: tuple[Statement, ...]


class Tally(Value):
    """The panel's count. `percent` is None below quorum.

    counted = seats with a verdict that is not contested, or with an editor's decision.
    """

    ship: int
    counted: int
    seated: int
    percent: int | None
    quorum: int


class Community(Value):
    """Readers' votes; below five of them `percent` is None and nothing is told (`judgement.community`)."""

    ship: int = 0
    votes: int = 0
    percent: int | None = None


class Dissent(Value):
    """A counted seat against the majority (on a tie: each skip), with its objection in one line.

    Where a persona sits with several models, `model` says which, and so does `name`.
    """

    persona: str
    model: str | None = None
    name: str
    decision: Decision
    objection: str


class Override(Value):
    """An editor's signed replacement of one seat's decision, bound to a dossier; `none` takes it back.

    `model` is given only where a persona sits several times, once for each model.
    """

    persona: str
    model: str | None = None
    decision: Literal["ship", "skip", "none"]
    reason: str
    author: str
    time: str
    dossier: str

    def is_of(self, seat: Verdict | Failure | Seating) -> bool:
        """Whether it is about that seat."""
        return self.persona == seat.persona and self.model in {None, seat.model}


def total_usd(amounts: Iterable[float | None]) -> float | None:
    """The sum of dollar amounts, exact to a billionth of a dollar; None as soon as one is unknown."""
    known = list(amounts)
    return None if None in known else round(sum(amount for amount in known if amount is not None), 9)


class Cost(Value):
    """New spend of one command: what answers from the ledger cost when they were paid is not in it.

    `calls` were sent by this run, `from_ledger` answered without a call; tokens are those of `calls`.
    `usd` is None as soon as one price is unknown.
    """

    usd: float | None = 0.0
    calls: int = 0
    from_ledger: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0

    def plus(self, other: Cost) -> Cost:
        """The sum of two costs; an unknown price makes the sum unknown."""
        return Cost(
            usd=total_usd([self.usd, other.usd]),
            calls=self.calls + other.calls,
            from_ledger=self.from_ledger + other.from_ledger,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
        )

    def since(self, before: Cost) -> Cost:
        """What was added to `before`; unknown if either is."""
        return Cost(
            usd=None if self.usd is None or before.usd is None else total_usd([self.usd, -before.usd]),
            calls=self.calls - before.calls,
            from_ledger=self.from_ledger - before.from_ledger,
            input_tokens=self.input_tokens - before.input_tokens,
            output_tokens=self.output_tokens - before.output_tokens,
            cached_tokens=self.cached_tokens - before.cached_tokens,
        )


class Review(Value):
    """One tool before one panel: the record `panel.review/1`.

    `one_family` is the family of models that all seats share; None where they are of several, or no models.
    """

    schema_: Literal["panel.review/1"] = Field(default="panel.review/1", alias="schema")
    id: str
    run: str
    created: str
    status: ReviewStatus
    tool: Tool
    dossier: DossierRef
    entry: Entry
    panel: Tally
    community: Community = Community()
    dissent: tuple[Dissent, ...] = ()
    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...] = ()
    seating: tuple[Seating, ...]
    one_family: str | None = None
    overrides: tuple[Override, ...] = ()
    price_decisions: tuple[PriceDecision, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    cost: Cost

    @property
    def offline(self) -> bool:
        """Whether no model was asked: every seat was the offline reader."""
        return all(seat.model == OFFLINE_MODEL for seat in self.seating)


class Side(Value):
    """One tool's half of a comparison.

    `panel` counts the four seats shown, `own_panel` is the tool's own count where it differs; `overrides` are
    those in force when it was made, one for a seat at most.
    """

    review: str
    run: str
    created: str
    tool: Tool
    dossier: DossierRef
    entry: Entry
    panel: Tally
    own_panel: Tally | None = None
    community: Community
    dissent: tuple[Dissent, ...] = ()
    seating: tuple[Seating, ...] = ()
    failures: tuple[Failure, ...] = ()
    overrides: tuple[Override, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    def override_of(self, seat: Verdict | Failure | Seating) -> Override | None:
        """The editor's decision that counts instead of a seat's own."""
        return next((each for each in self.overrides if each.is_of(seat)), None)


class ScorecardRow(Value):
    """One chair, both tools; a seat that failed is None.

    A persona that sits with several models has a row for each. `model` is the one of both seats; None where
    they differ, and in records of before.
    """

    chair: str
    model: str | None = None
    a: Verdict | None
    b: Verdict | None

    def failures_on(self, side: Side) -> list[Failure]:
        """The failures of a side that this row's empty seat may be, the likeliest first."""
        opposite = self.a or self.b
        named = {self.chair, opposite.persona if opposite else self.chair}
        mine = [each for each in side.failures if {each.persona, each.chair} & named]
        # Of the fourth chair the persona heard on the other side, of several models the row's own.
        return sorted(mine, key=lambda each: (each.persona not in named, each.model != self.model))


class LikeForLike(Value):
    """Whether both sides were judged alike; the notes say what differs."""

    ok: bool
    notes: tuple[str, ...] = ()


class Pick(Value):
    """The answer to "which one?", by a rule of `judgement.comparison`.

    `how` says from what: the stored findings, or what the chairs chose head-to-head; those are `choices`.
    """

    choice: Choice
    stable: bool
    because: tuple[str, ...] = ()
    a_if: tuple[str, ...] = ()
    b_if: tuple[str, ...] = ()
    how: Literal["findings", "head_to_head"] = "findings"
    choices: tuple[ChairChoice, ...] = ()


class Comparison(Value):
    """Two reviews side by side, and the pick: the record `panel.comparison/1`.

    `one_family` is the family of models that all seats of both sides share; `withheld` says why no page was
    written (`--strict`), and is empty where pages were.
    """

    schema_: Literal["panel.comparison/1"] = Field(default="panel.comparison/1", alias="schema")
    id: str
    run: str
    created: str
    a: Side
    b: Side
    like_for_like: LikeForLike
    scorecard: tuple[ScorecardRow, ...]
    one_family: str | None = None
    pick: Pick
    withheld: tuple[str, ...] = ()
    cost: Cost

    @property
    def offline(self) -> bool:
        """Whether any seat shown was the offline reader."""
        seated = [seat.model for side in (self.a, self.b) for seat in side.seating]
        return OFFLINE_MODEL in {*seated, *(chair.model for chair in self.pick.choices)}


class RunIssue(Value):
    """One thing of a run that needs a person, or that went wrong.

    `model` is given only where a persona sits several times.
    """

    tool: str | None = None
    persona: str | None = None
    model: str | None = None
    what: str

    @property
    def seat(self) -> str | None:
        """What the seat is called: its persona, and its model where that is given."""
        return f"{self.persona}@{self.model}" if self.model else self.persona


class Run(Value):
    """One command's manifest: the record `panel.run/1`.

    `inputs` maps what was read to its hash; `about` says in a line what a list came to; `process` is who
    works, or worked, on it: its machine, id and start. `models` are all in force, each with its provider;
    `provider` and `model` are the first.
    """

    schema_: Literal["panel.run/1"] = Field(default="panel.run/1", alias="schema")
    id: str
    command: str
    version: str
    created: str
    finished: str | None = None
    outcome: Literal["running", "done", "needs_a_person", "failed", "stopped", "interrupted"] = "running"
    exit_code: int | None = None
    provider: str
    model: str | None = None
    models: tuple[str, ...] = ()
    inputs: dict[str, dict[str, str]] = Field(default_factory=dict)
    reviews: tuple[str, ...] = ()
    comparisons: tuple[str, ...] = ()
    issues: tuple[RunIssue, ...] = ()
    about: str | None = None
    process: dict[str, str | int | None] | None = None
    cost: Cost = Cost()
