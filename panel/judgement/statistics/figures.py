"""The statistics of a panel, worked out from the counts; too few data give no number but the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from panel.judgement.comparison.scorecard import FOURTH
from panel.judgement.statistics.agreement import alpha
from panel.judgement.statistics.correlation import by_chance, effective_votes, mean_correlation, phi
from panel.judgement.statistics.counts import Counts, SeatId, place
from panel.judgement.statistics.intervals import wilson
from panel.judgement.statistics.orders import OrderSensitivity, order_sensitivity
from panel.judgement.statistics.repeats import Asked, flip_rate

#: Fewer tools, or repeated questions, give no number: the phi of independent seats goes up to 0.6 then.
LEAST = 10

#: Why there is no number: too few data, all votes the same, or more contradiction than the formula knows.
Why = Literal["few", "constant", "contrary"]


@dataclass(frozen=True)
class Rate:
    """How often a chair, or one of its seats, ships.

    Attributes:
        name: As it is shown.
        chair: The chair.
        persona: The seat's persona; None for a whole chair.
        model: The seat's model; None for a whole chair.
        ship: Tools it shipped.
        tools: Tools it judged.
        share: ship / tools.
        low: Lower end of the share's 95 % interval.
        high: Upper end.
        informative: Whether it decides now one way, now the other; None where that cannot be told yet.
    """

    name: str
    chair: str
    persona: str | None
    model: str | None
    ship: int
    tools: int
    share: float
    low: float
    high: float
    informative: bool | None


@dataclass(frozen=True)
class Pair:
    """How two seats vote together.

    Attributes:
        a: The first seat's name.
        b: The second's.
        tools: Tools both judged.
        phi: The correlation of their decisions; None where there is none.
        by_chance: How far from 0 those of independent seats stay in 95 of 100 cases, all pairs of seats that
            judged enough tools together looked at.
        why: Why there is no phi.
    """

    a: str
    b: str
    tools: int
    phi: float | None
    by_chance: float
    why: Why | None


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha over all seats.

    Attributes:
        alpha: None where there is none.
        tools: Tools with at least two votes.
        why: Why there is no alpha.
    """

    alpha: float | None
    tools: int
    why: Why | None


@dataclass(frozen=True)
class Weight:
    """How many independent votes the panel is worth.

    Attributes:
        votes: Votes on a tool, on average, of the seats whose correlation with another is known; tools that
            fewer than two of them voted on left out.
        correlation: The mean correlation of two of them; None where none is known.
        effective: As many independent votes weigh the same; None where there is no such number.
        without: Names of seats that are left out, because no correlation of theirs is known.
        why: Why there is no number.
    """

    votes: float
    correlation: float | None
    effective: float | None
    without: tuple[str, ...]
    why: Why | None


@dataclass(frozen=True)
class Flips:
    """How often a reviewer who is asked the same again decides otherwise.

    Attributes:
        chair: Whose; None for the whole panel.
        questions: Questions asked more than once.
        both_ways: Of these, how many were answered both ways.
        rate: How often two answers to the same question differ; None where there are too few questions.
    """

    chair: str | None
    questions: int
    both_ways: int
    rate: float | None


@dataclass(frozen=True)
class Picks:
    """What the newest comparison of each pair says of its own pick.

    Attributes:
        comparisons: How many there are.
        stable: In how many the pick survives leaving out any one chair.
    """

    comparisons: int
    stable: int


@dataclass(frozen=True)
class Statistics:
    """All of it. `order` is None where no comparison holds a choice that was asked for in both orders."""

    tools: int
    no_quorum: int
    chairs: tuple[Rate, ...]
    seats: tuple[Rate, ...]
    agreement: Agreement
    pairs: tuple[Pair, ...]
    weight: Weight
    flips: tuple[Flips, ...]
    picks: Picks
    order: tuple[OrderSensitivity, ...] | None


def statistics(counts: Counts) -> Statistics:
    """What the counts say."""
    seats = sorted(counts.votes, key=place)
    named = dict(zip(seats, _names(seats, counts), strict=True))
    pairs = sorted(counts.together, key=lambda pair: (place(pair[0]), place(pair[1])))
    return Statistics(
        tools=counts.tools,
        no_quorum=counts.no_quorum,
        chairs=tuple(_chairs(seats, counts)),
        seats=tuple(
            _rate(named[s], s.chair, counts.votes[s], persona=s.persona, model=s.model) for s in seats
        ),
        agreement=_agreement(counts.units),
        pairs=tuple(_pair(named[a], named[b], (a, b), counts) for a, b in pairs),
        weight=_weight(named, counts),
        flips=tuple(_flips(counts.repeats, seats)),
        picks=Picks(comparisons=counts.picks.total(), stable=counts.picks[True]),
        order=tuple(order_sensitivity(counts.orders, LEAST)) or None,
    )


def _names(seats: Iterable[SeatId], counts: Counts) -> Iterator[str]:
    """Each seat's name, with its model where the persona sits with several."""
    every = list(seats)
    personas = Counter(seat.persona for seat in every)
    for seat in every:
        name = counts.names[seat.persona]
        yield name if personas[seat.persona] == 1 else f"{name}@{seat.model}"


def _chairs(seats: Iterable[SeatId], counts: Counts) -> Iterator[Rate]:
    by_chair: dict[str, Counter[bool]] = {}
    for seat in seats:
        by_chair.setdefault(seat.chair, Counter()).update(counts.votes[seat])
    for chair, votes in by_chair.items():
        yield _rate("Fourth chair" if chair == FOURTH else counts.names[chair], chair, votes)


def _rate(
    name: str, chair: str, votes: Counter[bool], persona: str | None = None, model: str | None = None
) -> Rate:
    ship, tools = votes[True], votes.total()
    low, high = wilson(ship, tools)
    return Rate(
        name=name,
        chair=chair,
        persona=persona,
        model=model,
        ship=ship,
        tools=tools,
        share=ship / tools,
        low=low,
        high=high,
        informative=informative(ship, tools),
    )


def informative(ship: int, tools: int) -> bool | None:
    """Whether somebody decides now one way, now the other; None where that cannot be told yet.

    Args:
        ship: Tools it shipped.
        tools: Tools it judged.
    """
    if ship not in {0, tools}:
        return True
    return None if tools < LEAST else False


def _agreement(units: Counter[tuple[int, int]]) -> Agreement:
    tools = sum(times for votes, times in units.items() if sum(votes) > 1)
    found = alpha([True] * ship + [False] * skip for ship, skip in units.elements())
    if tools < LEAST:
        return Agreement(alpha=None, tools=tools, why="few")
    return Agreement(alpha=found, tools=tools, why="constant" if found is None else None)


def _pair(a: str, b: str, key: tuple[SeatId, SeatId], counts: Counts) -> Pair:
    tools = counts.together[key].tools
    found, why = _known_phi(key, counts)
    looked_at = sum(together.tools >= LEAST for together in counts.together.values())
    return Pair(a=a, b=b, tools=tools, phi=found, by_chance=by_chance(tools, max(looked_at, 1)), why=why)


def _known_phi(key: tuple[SeatId, SeatId], counts: Counts) -> tuple[float | None, Why | None]:
    together = counts.together[key]
    if together.tools < LEAST:
        return None, "few"
    found = phi(together)
    return found, "constant" if found is None else None


def _weight(named: dict[SeatId, str], counts: Counts) -> Weight:
    known = {key: found for key in counts.together if (found := _known_phi(key, counts)[0]) is not None}
    heard = {seat for pair in known for seat in pair}
    correlation = mean_correlation((found, counts.together[key].tools) for key, found in known.items())
    votes = _votes_on_a_tool(heard, counts.panels)
    effective = None if correlation is None else effective_votes(votes, correlation)
    why: Why | None = None
    if effective is None:
        too_few = all(together.tools < LEAST for together in counts.together.values())
        why = "contrary" if known else "few" if too_few else "constant"
    return Weight(
        votes=votes,
        correlation=correlation,
        effective=effective,
        without=tuple(name for seat, name in named.items() if seat not in heard),
        why=why,
    )


def _votes_on_a_tool(heard: set[SeatId], panels: Counter[frozenset[SeatId]]) -> float:
    """How many of these seats voted on a tool, on average over the tools that two of them voted on."""
    sizes: Counter[int] = Counter()
    for seats, tools in panels.items():
        sizes[len(seats & heard)] += tools
    several = {size: tools for size, tools in sizes.items() if size > 1}
    return sum(size * tools for size, tools in several.items()) / max(sum(several.values()), 1)


def _flips(questions: list[Asked], seats: Iterable[SeatId]) -> Iterator[Flips]:
    """The whole panel's first, then those of each chair that was asked again."""
    yield _flips_of(None, questions)
    chairs = [*dict.fromkeys(seat.chair for seat in seats), *sorted({asked.chair for asked in questions})]
    for chair in dict.fromkeys(chairs):
        if mine := [asked for asked in questions if asked.chair == chair]:
            yield _flips_of(chair, mine)


def _flips_of(chair: str | None, questions: list[Asked]) -> Flips:
    return Flips(
        chair=chair,
        questions=len(questions),
        both_ways=sum(asked.ship > 0 < asked.skip for asked in questions),
        rate=flip_rate(questions) if len(questions) >= LEAST else None,
    )
