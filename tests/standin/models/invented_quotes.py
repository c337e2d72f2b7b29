"""Rests its findings on quotations that stand nowhere."""

from __future__ import annotations

from tests.standin.answers import Answer, Verdict
from tests.standin.models.answering import decision, honest, wants_verdict
from tests.standin.seen import Seen

CAUGHT_BY = "quotations"


def answer(seen: Seen) -> Answer | None:
    """Honest but for its evidence."""
    if not wants_verdict(seen):
        return None
    decided = decision(seen)
    findings = [
        {
            "move": move,
            "says": f"On {move.replace('_', ' ')} the makers are unusually clear.",
            "leans": "for" if decided == "ship" else "against",
            "weight": "major",
            "evidence": [{"quote": "Independent laboratories confirmed every one of these results."}],
        }
        for move in seen.moves
    ]
    return Verdict(decided, findings=findings, paragraph=honest(seen))
