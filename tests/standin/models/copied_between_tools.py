"""Has one paragraph for each seat, and says it of every tool."""

from __future__ import annotations

from tests.standin.answers import Answer
from tests.standin.models.answering import says, wants_verdict
from tests.standin.seen import Seen

CAUGHT_BY = "copied between tools"


def answer(seen: Seen) -> Answer | None:
    """A paragraph that depends on the seat alone."""
    if not wants_verdict(seen):
        return None
    moves = " and ".join(move.replace("_", " ") for move in seen.moves)
    return says(
        seen,
        f"Seen from {moves}, this leaves a careful reader with the usual mixture: a clear idea, a plain "
        "description of the work it takes over, and little that somebody outside the company has confirmed.",
    )
