"""Ships some and skips others, quotes what is there, claims nothing else: no rule may catch it."""

from __future__ import annotations

from tests.standin.answers import Answer
from tests.standin.models.answering import honest, says, wants_verdict
from tests.standin.seen import Seen

CAUGHT_BY = None


def answer(seen: Seen) -> Answer | None:
    """An honest verdict."""
    return says(seen, honest(seen)) if wants_verdict(seen) else None
