"""Joins two panels chair by chair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from panel.core.domain import Seating, Verdict
from panel.core.outcomes import ScorecardRow

#: The order in which core chairs are shown; others follow as they come.
CORE_ORDER = ("builder", "skeptic", "futurist")
FOURTH = "fourth"


def rows(
    verdicts_a: Sequence[Verdict], verdicts_b: Sequence[Verdict], seating: Iterable[Seating] = ()
) -> tuple[ScorecardRow, ...]:
    """The scorecard: core chairs by persona, then the fourth chair; a seat that failed is None.

    Args:
        verdicts_a: What was said of the first tool.
        verdicts_b: What was said of the second.
        seating: Who was seated on either side; a chair that failed on both has a row only if named.
    """
    seated = [(seat.chair, seat.persona) for seat in seating]
    heard = [(verdict.chair, verdict.persona) for verdict in (*verdicts_a, *verdicts_b)]
    core = dict.fromkeys(persona for chair, persona in (*seated, *heard) if chair == "core")
    shown = []
    for persona in sorted(core, key=_place):
        shown += _paired(persona, _of_core(verdicts_a, persona), _of_core(verdicts_b, persona))
    has_fourth = any(chair == "fourth" for chair, _ in (*seated, *heard))
    return (*shown, *(_fourth(verdicts_a, verdicts_b) if has_fourth else ()))


def _of_core(verdicts: Sequence[Verdict], persona: str) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.chair == "core" and verdict.persona == persona]


def _fourth(verdicts_a: Sequence[Verdict], verdicts_b: Sequence[Verdict]) -> list[ScorecardRow]:
    """The fourth chair; where several sit on a side, the same persona stands beside itself."""
    a = sorted((v for v in verdicts_a if v.chair == "fourth"), key=lambda v: v.persona)
    b = sorted((v for v in verdicts_b if v.chair == "fourth"), key=lambda v: v.persona)
    both = {v.persona for v in a} & {v.persona for v in b}
    shared = _paired(
        FOURTH, [v for v in a if v.persona in both], [v for v in b if v.persona in both], empty=False
    )
    single = _paired(
        FOURTH,
        [v for v in a if v.persona not in both],
        [v for v in b if v.persona not in both],
        empty=not shared,
    )
    return [*shared, *single]


def _paired(
    chair: str, a: Sequence[Verdict], b: Sequence[Verdict], *, empty: bool = True
) -> list[ScorecardRow]:
    # A persona may sit several times, once for each model: its seats are paired in their order.
    pairs = list(zip_longest(a, b)) or ([(None, None)] if empty else [])
    return [ScorecardRow(chair=chair, a=left, b=right) for left, right in pairs]


def _place(persona: str) -> int:
    return CORE_ORDER.index(persona) if persona in CORE_ORDER else len(CORE_ORDER)
