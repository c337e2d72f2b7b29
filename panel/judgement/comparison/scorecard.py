"""Joins two panels chair by chair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from panel.core.domain import Seating, Verdict
from panel.core.naming import reviewer_name
from panel.core.outcomes import ScorecardRow

#: The order in which core chairs are shown; others follow as they come.
CORE_ORDER = ("builder", "skeptic", "futurist")
FOURTH = "fourth"

Seats = Sequence[Verdict | Seating]


def rows(
    verdicts_a: Sequence[Verdict],
    verdicts_b: Sequence[Verdict],
    seating_a: Iterable[Seating] = (),
    seating_b: Iterable[Seating] = (),
) -> tuple[ScorecardRow, ...]:
    """The scorecard: core chairs by persona, then the fourth chair; a seat that failed is None.

    A persona that sits with several models has a row for each: of two tools the seats with the same model
    stand side by side, and what is left over is paired in its order.

    Args:
        verdicts_a: What was said of the first tool.
        verdicts_b: What was said of the second.
        seating_a: Who was seated for the first; a seat that failed on both has a row only if named.
        seating_b: Who was seated for the second.
    """
    # A seat's verdict stands for it; one without is known by the seating alone.
    a, b = _seats(verdicts_a, seating_a), _seats(verdicts_b, seating_b)
    core = dict.fromkeys(seat.persona for seat in (*a, *b) if seat.chair == "core")
    shown = []
    for persona in sorted(core, key=_place):
        shown += _paired(persona, _of_core(a, persona), _of_core(b, persona))
    return (*shown, *_fourth(a, b))


def told_apart(scorecard: Sequence[ScorecardRow]) -> tuple[ScorecardRow, ...]:
    """The same rows for sentences: of a persona that sits with several models the name says which it is."""
    rows_of = Counter(
        persona for row in scorecard for persona in {v.persona for v in (row.a, row.b) if v is not None}
    )
    several = {persona for persona, times in rows_of.items() if times > 1}

    def named(verdict: Verdict | None) -> Verdict | None:
        if verdict is None or verdict.persona not in several:
            return verdict
        return verdict.model_copy(update={"name": reviewer_name(verdict, several)})

    return tuple(row.model_copy(update={"a": named(row.a), "b": named(row.b)}) for row in scorecard)


def _seats(verdicts: Sequence[Verdict], seating: Iterable[Seating]) -> list[Verdict | Seating]:
    heard = {(verdict.persona, verdict.model) for verdict in verdicts}
    return [*verdicts, *(seat for seat in seating if (seat.persona, seat.model) not in heard)]


def _of_core(seats: Seats, persona: str) -> Seats:
    return [seat for seat in seats if seat.chair == "core" and seat.persona == persona]


def _fourth(seats_a: Seats, seats_b: Seats) -> list[ScorecardRow]:
    """The fourth chair; where several sit on a side, the same persona stands beside itself."""
    a = sorted((seat for seat in seats_a if seat.chair == "fourth"), key=lambda seat: seat.persona)
    b = sorted((seat for seat in seats_b if seat.chair == "fourth"), key=lambda seat: seat.persona)
    both = {seat.persona for seat in a} & {seat.persona for seat in b}
    shown = []
    for persona in sorted(both):
        of_a, of_b = ([seat for seat in seats if seat.persona == persona] for seats in (a, b))
        shown += _paired(FOURTH, of_a, of_b)
    alone = ([seat for seat in seats if seat.persona not in both] for seats in (a, b))
    return [*shown, *_paired(FOURTH, *alone)]


def _paired(chair: str, a: Seats, b: Seats) -> list[ScorecardRow]:
    """A row for each model on both sides, then what is left over, in the order of the seats."""
    pairs: list[tuple[Verdict | Seating | None, Verdict | Seating | None]] = []
    left_a, left_b = [], list(b)
    for seat in a:
        same = next((other for other in left_b if _sat_alike(seat, other)), None)
        if same is None:
            left_a.append(seat)
        else:
            left_b.remove(same)
            pairs.append((seat, same))
    pairs += zip_longest(left_a, left_b)
    return [_row(chair, left, right) for left, right in pairs]


def _sat_alike(a: Verdict | Seating, b: Verdict | Seating) -> bool:
    return (a.persona, a.model) == (b.persona, b.model)


def _row(chair: str, a: Verdict | Seating | None, b: Verdict | Seating | None) -> ScorecardRow:
    models = {seat.model for seat in (a, b) if seat is not None}
    return ScorecardRow(
        chair=chair,
        model=models.pop() if len(models) == 1 else None,
        a=a if isinstance(a, Verdict) else None,
        b=b if isinstance(b, Verdict) else None,
    )


def _place(persona: str) -> int:
    return CORE_ORDER.index(persona) if persona in CORE_ORDER else len(CORE_ORDER)
