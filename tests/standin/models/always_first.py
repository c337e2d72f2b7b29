"""Judges single tools honestly; asked to choose between two, it takes whichever stands first."""

from __future__ import annotations

from tests.standin.answers import Answer, Instance
from tests.standin.models.answering import honest, says, wants_verdict
from tests.standin.seen import Seen

CAUGHT_BY = "order"


def answer(seen: Seen) -> Answer | None:
    """An honest verdict; of choices the first."""
    return says(seen, honest(seen)) if wants_verdict(seen) else Instance()
