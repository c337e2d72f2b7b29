"""Whether two tools were judged alike: chairs, personas, prompts, models, age and length of the texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from panel.core.domain import OFFLINE_MODEL, Seating, Verdict
from panel.core.naming import labels
from panel.core.outcomes import LikeForLike, ScorecardRow, Side
from panel.judgement.aggregate import headline
from panel.judgement.comparison.scorecard import FOURTH, told_apart

#: Reviews or sources further apart than a quarter of a year may tell of different states of the field.
MOST_DAYS_APART = 90
#: One dossier this many times longer than the other gives its tool more to be judged by.
MOST_TIMES_LONGER = 4


def like_for_like(
    a: Side,
    b: Side,
    scorecard: Sequence[ScorecardRow],
    lengths: tuple[int, int] | None = None,
    unmended: Sequence[str] = (),
) -> LikeForLike:
    """What differs between how two tools were judged, a sentence each.

    Not alike: the same tool twice, no quorum on a side, another persona, persona version, prompt or model in
    a chair, or a seat that only one side has. Empty and contested seats, samples, age and length are noted
    only: they weaken a comparison, they do not undo it.

    Args:
        a: The first side.
        b: The second.
        scorecard: Their chairs side by side.
        lengths: How many characters the two dossiers have, where that is known.
        unmended: What was to be made alike and could not be, in sentences.
    """
    scorecard = told_apart(scorecard)
    chairs = [*_chairs(scorecard), *_only_here(a, b, scorecard)]
    unlike = [*_same_tool(a, b), *_no_quorum(a, b), *chairs]
    notes = [
        *unlike,
        *unmended,
        *_gaps(a, b, scorecard),
        *_samples(a, b, scorecard),
        *_ages(a, b),
        *_lengths(a, b, lengths),
    ]
    return LikeForLike(ok=not unlike, notes=tuple(dict.fromkeys(notes)))


def _same_tool(a: Side, b: Side) -> list[str]:
    if a.tool.slug == b.tool.slug or a.dossier.id == b.dossier.id:
        return [f"Both sides are the same: {a.tool.name}."]
    return []


def _no_quorum(a: Side, b: Side) -> list[str]:
    return [
        f"{label} has no quorum ({headline(side.panel)})."
        for label, side in zip(labels(a, b), (a, b), strict=True)
        if side.panel.percent is None
    ]


def _chairs(scorecard: Sequence[ScorecardRow]) -> list[str]:
    notes = []
    for row in scorecard:
        if row.a is None or row.b is None:
            continue
        if row.a.persona != row.b.persona:
            notes.append(
                f"The {row.chair} chair is not the same: {row.a.name} on one side, {row.b.name} on the other."
            )
        else:
            notes += _versions(row.a, row.b)
        notes += _models(row.a, row.b)
    return notes


def _only_here(a: Side, b: Side, scorecard: Sequence[ScorecardRow]) -> list[str]:
    """Seats that a side has beyond those of the other: a persona with one model more."""
    notes = []
    for row in scorecard:
        for label, there, said in zip(reversed(labels(a, b)), (b, a), (row.a, row.b), strict=True):
            if said is not None and _is_missing(there, row, scorecard):
                notes.append(f"{said.name} sat on one side only, not for {label}.")
    return notes


def _is_missing(side: Side, row: ScorecardRow, scorecard: Sequence[ScorecardRow]) -> bool:
    """Whether the side never had this row's seat; one that failed stands in the seating."""
    seats = [seat for seat in side.seating if _chair_of(seat) == row.chair]
    if (row.a is not None and row.b is not None) or any(seat.model == row.model for seat in seats):
        return False
    return bool(side.seating) and len(seats) < sum(each.chair == row.chair for each in scorecard)


def _chair_of(seat: Seating) -> str:
    return FOURTH if seat.chair == FOURTH else seat.persona


def _samples(a: Side, b: Side, scorecard: Sequence[ScorecardRow]) -> list[str]:
    """How often the same seats were asked, where that is not the same."""
    notes = []
    for row in scorecard:
        if row.a is None or row.b is None:
            continue
        asked = [1 if each.samples is None else each.samples.asked for each in (row.a, row.b)]
        if asked[0] != asked[1]:
            on_a, on_b = (f"{_times(n)} on {label}" for n, label in zip(asked, labels(a, b), strict=True))
            notes.append(f"The same seat was asked {on_a}, {on_b}.")
    return notes


def _times(times: int) -> str:
    return "once" if times == 1 else f"{times} times"


def _versions(a: Verdict, b: Verdict) -> list[str]:
    notes = []
    if a.persona_sha != b.persona_sha:
        notes.append(f"{a.name} was changed between the two reviews: the persona file is not the same.")
    if a.prompt_sha != b.prompt_sha:
        notes.append("The prompts were changed between the two reviews.")
    return notes


def _models(a: Verdict, b: Verdict) -> list[str]:
    if a.model == b.model:
        return []
    if OFFLINE_MODEL in {a.model, b.model}:
        model = b.model if a.model == OFFLINE_MODEL else a.model
        return [f"{a.name} is the offline reader on one side, {model} on the other."]
    return [f"{a.name} spoke through {a.model} on one side, through {b.model} on the other."]


def _gaps(a: Side, b: Side, scorecard: Sequence[ScorecardRow]) -> list[str]:
    notes = []
    for row in scorecard:
        for label, side, verdict in zip(labels(a, b), (a, b), (row.a, row.b), strict=True):
            if verdict is None and not _is_missing(side, row, scorecard):
                chair = f"The {row.chair} chair{_with_model(row, scorecard)}"
                notes.append(f"{chair} gave no verdict on {label}.")
            elif verdict is None:
                continue
            elif side.override_of(verdict):
                notes.append(f"An editor decided for {verdict.name} on {label}.")
            elif verdict.contested:
                notes.append(f"{verdict.name}'s verdict on {label} is contested and does not count.")
    return notes


def _with_model(row: ScorecardRow, scorecard: Sequence[ScorecardRow]) -> str:
    several = sum(each.chair == row.chair for each in scorecard) > 1
    return f" ({row.model})" if several and row.model else ""


def _ages(a: Side, b: Side) -> list[str]:
    notes = []
    for what, left, right in (
        ("The reviews were written", [a.created], [b.created]),
        ("The newest sources were retrieved", _retrieved(a), _retrieved(b)),
    ):
        newest = _newest(left), _newest(right)
        if newest[0] is None or newest[1] is None:
            continue
        days = abs((newest[0] - newest[1]).days)
        if days > MOST_DAYS_APART:
            notes.append(f"{what} {days} days apart.")
    return notes


def _retrieved(side: Side) -> list[str]:
    return [source.retrieved for source in side.dossier.sources if source.retrieved]


def _newest(moments: Iterable[str]) -> datetime | None:
    read = [found for text in moments if (found := moment(text)) is not None]
    return max(read, default=None)


def moment(text: str) -> datetime | None:
    """The time a text says, in UTC where it names no zone; None if it says none."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _lengths(a: Side, b: Side, lengths: tuple[int, int] | None) -> list[str]:
    if lengths is None or max(lengths) <= MOST_TIMES_LONGER * min(lengths):
        return []
    longer, shorter = labels(a, b) if lengths[0] > lengths[1] else reversed(labels(a, b))
    counts = f"{max(lengths):,} characters against {min(lengths):,}"
    return [f"The dossier on {longer} is far longer than that on {shorter}: {counts}."]
