"""Simulated jurors: reviews of many tools by seats whose rates and correlation are known."""

from __future__ import annotations

import random
from collections.abc import Iterator

from panel.core.domain import Tool
from panel.core.outcomes import Cost, Review
from panel.judgement.statistics import Counts, Scope
from tests.judgement.samples import a_review, verdict

CORE = ("builder", "skeptic", "futurist", "business")


def of(slug: str = "harbor", *decisions: str, **changes) -> Review:
    """A model's review of a tool; a decision may be `contested`, `-` leaves the seat out."""
    votes = tuple(
        verdict(persona, "ship", contested=True) if decision == "contested" else verdict(persona, decision)
        for persona, decision in zip(CORE, decisions, strict=False)
        if decision != "-"
    )
    return a_review(votes, **{"tool": Tool(slug=slug, name=slug), **changes})


def counted(*reviews: Review, scope: Scope | None = None) -> Counts:
    """The counts of these reviews, each of a tool of its own."""
    counts = Counts(scope or Scope())
    for review in reviews:
        counts.add_tool([review])
    return counts


def jurors(tools: int, *, correlation: float, rate: float, seed: int) -> Iterator[Review]:
    """Four jurors who ship with the same rate; two votes on one tool correlate as given.

    Each juror takes over a coin thrown for the tool with the chance sqrt(correlation) and throws its own
    coin otherwise: two have the common one with the chance `correlation`, and are independent else.
    """
    coin = random.Random(seed)
    for number in range(tools):
        common = coin.random() < rate
        own = [coin.random() < rate for _ in CORE]
        votes = [common if coin.random() < correlation**0.5 else each for each in own]
        yield of(f"tool-{number}", *("ship" if vote else "skip" for vote in votes))


def said(decision: str, words: str = "", *, calls: int = 1, stored: int = 0, **changes) -> Review:
    """A review by the builder alone, in such words, with so many calls and answers from the ledger."""
    vote = verdict("builder", decision, paragraph=f"I say {decision}. {words}", **changes)
    return a_review((vote,), cost=Cost(calls=calls, from_ledger=stored))
