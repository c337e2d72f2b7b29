"""Answers both ways, and again when asked which of the two counts."""

from __future__ import annotations

from tests.standin.answers import Answer
from tests.standin.models.answering import honest, says, wants_verdict
from tests.standin.seen import Seen

CAUGHT_BY = "contradiction"


def answer(seen: Seen) -> Answer | None:
    """Honest but for its end."""
    if not wants_verdict(seen):
        return None
    return says(seen, f"{honest(seen)} Skip as a business, ship as infrastructure for others.")
