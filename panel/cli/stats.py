"""The statistics of the panel on a terminal, wide or narrow, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from panel.cli.ending import printable
from panel.judgement.statistics import Counts, Statistics, sentences, statistics
from panel.judgement.statistics.figures import Flips, Pair, Rate

_WHY = {"few": "too few", "constant": "undefined"}


def as_json(counts: Counts) -> dict[str, Any]:
    """All figures as plain JSON types, what was counted first and the findings in words last."""
    found = statistics(counts)
    scope = asdict(counts.scope)
    return {
        "scope": scope,
        "left_out": dict(counts.left_out),
        **asdict(found),
        "findings": sentences(found),
    }


def show(counts: Counts, out: Console) -> None:
    """Print what was counted, the tables, and what they mean."""
    found = statistics(counts)
    for line in _heading(found, counts):
        out.print(Text(printable(line)))
    out.print()
    out.print(_rates(found))
    if found.pairs:
        out.print()
        out.print(_pairs(found.pairs))
    out.print()
    for sentence in sentences(found):
        out.print(Text(printable(sentence)))


def nothing(counts: Counts) -> str:
    """Why there is nothing to show, and what there is instead."""
    if not counts.left_out and not counts.no_quorum:
        return "no reviews yet; try: panel review codestral-2-0"
    reasons = [*_left_out(counts)]
    if counts.no_quorum:
        reasons.append(f"{_many(counts.no_quorum, 'tool')} without a review with quorum")
    return f"no review counts: {'; '.join(reasons)}"


def _heading(found: Statistics, counts: Counts) -> Iterator[str]:
    speaker = "no model was asked: the offline reader's" if counts.scope.offline else "models'"
    yield f"{_many(found.tools, 'tool')}, each by its newest review with quorum ({speaker})"
    yield from (f"Left out: {line}" for line in _left_out(counts))
    if counts.no_quorum:
        yield f"Left out: {_many(counts.no_quorum, 'tool')} without a review with quorum"


def _left_out(counts: Counts) -> Iterator[str]:
    words = {
        "offline": "of the offline reader (panel stats --offline)",
        "model": "of models (panel stats without --offline)",
        "earlier": f"from before {counts.scope.since}",
        "category": f"of tools not in the category {counts.scope.category}",
    }
    for reason, said in words.items():
        if times := counts.left_out[reason]:  # type: ignore[index]
            yield f"{_many(times, 'review')} {said}"


def _rates(found: Statistics) -> Table:
    table = _table()
    table.add_column("chair", overflow="fold")
    for name in ("ship", "of", "share", "95 % interval", "asked again", "both answers"):
        table.add_column(name, justify="right", overflow="fold")
    flips = {each.chair: each for each in found.flips}
    for chair in found.chairs:
        table.add_row(*_rate(chair), *_flips(flips.get(chair.chair)))
        mine = [seat for seat in found.seats if seat.chair == chair.chair]
        if len(mine) > 1 or mine[0].name != chair.name:
            for seat in mine:
                table.add_row(*_rate(seat, indent="  "), "", "", style="dim")
    return table


def _rate(rate: Rate, indent: str = "") -> tuple[Text, ...]:
    low, high = (round(100 * end) for end in (rate.low, rate.high))
    cells = (str(rate.ship), str(rate.tools), f"{100 * rate.share:.0f} %", f"{low} to {high} %")
    return Text(indent + printable(rate.name)), *map(Text, cells)


def _flips(flips: Flips | None) -> tuple[str, str]:
    return ("0", "") if flips is None else (str(flips.questions), str(flips.both_ways))


def _pairs(pairs: tuple[Pair, ...]) -> Table:
    table = _table()
    table.add_column("seats", overflow="fold")
    for name in ("tools", "correlation", "by chance"):
        table.add_column(name, justify="right", no_wrap=True)
    for pair in pairs:
        phi = _WHY[pair.why or "few"] if pair.phi is None else f"{pair.phi:.2f}"
        chance = "" if pair.phi is None else f"±{pair.by_chance:.2f}"
        beyond = pair.phi is not None and abs(pair.phi) > pair.by_chance
        table.add_row(
            Text(printable(f"{pair.a}, {pair.b}")),
            str(pair.tools),
            Text(phi, style="bold" if beyond else "" if pair.phi is not None else "dim"),
            chance,
        )
    return table


def _table() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")


def _many(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
