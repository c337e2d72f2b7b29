"""Finds against a tool and ships it, or the reverse, and stands by that."""

from __future__ import annotations

from tests.standin.answers import Answer, Verdict
from tests.standin.models.answering import decision, honest, wants_verdict
from tests.standin.seen import Seen

CAUGHT_BY = "contradiction"


def answer(seen: Seen) -> Answer | None:
    """Every finding leans the other way than the decision."""
    if not wants_verdict(seen):
        return None
    decided = decision(seen)
    against = decided == "ship"
    findings = [
        {
            "move": move,
            "says": f"On {move.replace('_', ' ')} the dossier {'fails' if against else 'convinces'}.",
            "leans": "against" if against else "for",
            "weight": "major",
            "evidence": [],
        }
        for move in seen.moves
    ]
    return Verdict(decided, findings=findings, paragraph=honest(seen))
