"""Scripts for the stand-in by the name of the seat, and by turn within a seat's conversation."""

from __future__ import annotations

#: A move only this persona is asked for.
ASKED_OF = {
    "builder": "primitive",
    "skeptic": "breaks",
    "futurist": "thesis",
    "product": "onboarding",
    "business": "buyer",
    "creative": "unlocks",
}


def seats(**answers):
    """An answer, or a script of answers, for each seat named; the default for all others."""

    def script(seen):
        for persona, answer in answers.items():
            if ASKED_OF[persona] in seen.moves:
                return answer(seen) if callable(answer) else answer
        return None

    return script
