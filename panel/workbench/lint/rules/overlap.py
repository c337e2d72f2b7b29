"""A question that another reviewer, or this one, asks already in nearly the same words."""

from __future__ import annotations

from collections.abc import Iterator

from panel.core.domain import Persona
from panel.workbench.content import content
from panel.workbench.lint.draft import Draft
from panel.workbench.lint.remarks import Remark

RULE = "overlap"
#: Two questions are nearly the same when they share this much of their content words (Dice's coefficient:
#: twice the common words by all words).
SAME = 0.6
#: Fewer common words than this say nothing.
_LEAST = 3


def check(draft: Draft) -> Iterator[Remark]:
    """Warn of each question that is nearly one asked before or by somebody else."""
    for n, move in enumerate(draft.persona.moves):
        earlier = draft.persona.model_copy(update={"moves": draft.persona.moves[:n]})
        found = _nearest(move.ask, (earlier, *draft.others))
        if found is None:
            continue
        whose, key = found
        who = "this reviewer" if whose is earlier else f"{whose.name} ({whose.file})"
        yield draft.remark(
            RULE,
            ("moves", n, "ask"),
            f"the question `{move.key}` is nearly the question `{key}` of {who}: the answers will be alike",
            "ask what nobody else on the panel asks, or leave this question out",
        )


def likeness(one: str, other: str) -> float:
    """How much of their content words two questions share, from 0 to 1; 0 below three common words."""
    a, b = content(one), content(other)
    common = len(a & b)
    return 2 * common / (len(a) + len(b)) if common >= _LEAST else 0.0


def _nearest(question: str, personas: tuple[Persona, ...]) -> tuple[Persona, str] | None:
    asked = [
        (likeness(question, move.ask), persona, move.key) for persona in personas for move in persona.moves
    ]
    best = max(asked, key=lambda each: each[0], default=None)
    return None if best is None or best[0] < SAME else best[1:]
