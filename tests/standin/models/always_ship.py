"""Writes honestly and ships whatever it is shown."""

from __future__ import annotations

from tests.standin.answers import Answer
from tests.standin.models.answering import honest, says, wants_verdict
from tests.standin.seen import Seen

CAUGHT_BY = "no information"


def answer(seen: Seen) -> Answer | None:
    """An honest paragraph for shipping."""
    return says(seen, honest(seen, "ship"), decided="ship") if wants_verdict(seen) else None
