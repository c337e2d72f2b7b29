"""The editor's word on an entry price: which decision is in force, and the entry that follows from it."""

from __future__ import annotations

from collections.abc import Sequence

from panel.core.domain import ENTRY_LABELS
from panel.core.outcomes import Entry, PriceDecision, Review
from panel.judgement.overriding import missing


def price_in_force(decisions: Sequence[PriceDecision]) -> PriceDecision | None:
    """The newest decision; None where there is none, or the newest takes it back.

    Args:
        decisions: All of one tool and one dossier, oldest first.
    """
    newest = decisions[-1] if decisions else None
    return None if newest is None or newest.entry == "none" else newest


def priced(review: Review, decided: Sequence[PriceDecision]) -> Review:
    """The review with the entry price that editors decided, or by rule again where they took it back.

    A decision about another dossier has lapsed and is left out. One that only the review knows stays, and
    comes before all others.

    Args:
        review: As it is, earlier decisions included.
        decided: All that is known of this tool, oldest first.
    """
    bound = [each for each in decided if each.dossier == review.dossier.id]
    every = (*missing(review.price_decisions, bound), *bound)
    if every == review.price_decisions:
        return review
    entry = decided_entry(review.entry, price_in_force(every))
    return review.model_copy(update={"price_decisions": every, "entry": entry})


def decided_entry(entry: Entry, decision: PriceDecision | None) -> Entry:
    """The entry under a decision, or under none; what the rule said, its reasons and conflicts stay."""
    by_rule = entry.by_rule or entry.price
    if decision is None or decision.entry == "none":
        return entry.model_copy(
            update={"price": by_rule, "label": ENTRY_LABELS[by_rule], "by_rule": None, "decided": None}
        )
    return entry.model_copy(
        update={
            "price": decision.entry,
            "label": ENTRY_LABELS[decision.entry],
            "by_rule": by_rule,
            "decided": decision,
        }
    )


def open_conflicts(entry: Entry) -> tuple[str, ...]:
    """The conflicts between price sources that no editor has decided."""
    return () if entry.decided is not None else entry.conflicts
