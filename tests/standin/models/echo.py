"""Gives the dossier's own words back as its opinion."""

from __future__ import annotations

from tests.standin.answers import Answer
from tests.standin.models.answering import says, wants_verdict
from tests.standin.seen import Seen
from tests.standin.verdicts import sentences

CAUGHT_BY = "copied"


def answer(seen: Seen) -> Answer | None:
    """Sentences of the dossier, each seat beginning with another."""
    if not wants_verdict(seen):
        return None
    found = sentences(seen.dossier)
    start = len(seen.moves[0]) % max(len(found) - 1, 1) if seen.moves else 0
    return says(seen, " ".join(found[start:] + found[:start])[:700])
