"""Adorns an honest paragraph with a price and a share from nowhere."""

from __future__ import annotations

from tests.standin.answers import Answer
from tests.standin.models.answering import honest, says, wants_verdict
from tests.standin.seen import Seen

CAUGHT_BY = "claims"


def answer(seen: Seen) -> Answer | None:
    """Honest but for its figures."""
    if not wants_verdict(seen):
        return None
    return says(seen, f"{honest(seen)} At $49 per month it answers 93.7% of questions correctly.")
