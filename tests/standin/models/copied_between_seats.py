"""Says the same of a tool in every seat, whoever it is asked to be."""

from __future__ import annotations

from tests.standin.answers import Answer
from tests.standin.models.answering import says, wants_verdict
from tests.standin.seen import Seen
from tests.standin.verdicts import sentences

CAUGHT_BY = "copied"


def answer(seen: Seen) -> Answer | None:
    """A paragraph that depends on the dossier alone."""
    if not wants_verdict(seen):
        return None
    quoted = max(sentences(seen.dossier), key=len, default="nothing")
    return says(
        seen,
        f"What is shown here rests on one sentence, “{quoted}” Everything else is the makers' own view "
        "of their work, and a careful reader will want to see it confirmed by somebody they do not pay.",
    )
