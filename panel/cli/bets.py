"""Bets and track records on a terminal, wide or narrow, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from panel.cli.ending import printable
from panel.cli.judging import print_json
from panel.cli.scorecard import console
from panel.judgement.bets import LEAST_SETTLED, Bet, TrackRecord

_STATES = {"open": "", "right": "bold green", "wrong": "bold red", "void": "dim"}


def as_json(bet: Bet) -> dict[str, Any]:
    """A bet as plain JSON types."""
    day = None if bet.due_date is None else bet.due_date.isoformat()
    return {**asdict(bet), "due_date": day, "placed": bet.placed.isoformat()}


def show_bets(bets: Sequence[Bet], *, json: bool) -> None:
    """Print bets in their order."""
    if json:
        print_json([as_json(bet) for bet in bets])
        return
    table = _table()
    table.add_column("bet", no_wrap=True)
    table.add_column("due", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("claim", overflow="fold", ratio=1)
    for bet in bets:
        day = "no date" if bet.due_date is None else bet.due_date.isoformat()
        unclear = f" (due: {bet.due})" if bet.due_date is None else ""
        said = f"{bet.name} on {bet.tool}: {bet.claim}{unclear}"
        told = Text(printable(said))
        if bet.state != "open":
            told.append("\n" + printable(f"{bet.state}, says {bet.author}: {bet.reason}"), style="dim")
        table.add_row(bet.id, day, Text(bet.state, style=_STATES[bet.state]), told)
    console().print(table)


def show_records(records: Sequence[TrackRecord], *, json: bool) -> None:
    """Print how the reviewers' bets turned out."""
    if json:
        print_json([asdict(record) for record in records])
        return
    table = _table()
    table.add_column("reviewer", overflow="fold")
    for name in ("right", "wrong", "void", "open"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("right of settled, 95 % interval", overflow="fold")
    for each in records:
        counts = (str(count) for count in (each.right, each.wrong, each.void, each.open))
        table.add_row(Text(printable(each.name)), *counts, _share(each))
    console().print(table)


def _share(record: TrackRecord) -> str:
    settled = record.right + record.wrong
    if record.share_right is None:
        return f"too few settled ({settled} of {LEAST_SETTLED})"
    low, high = (round(100 * share) for share in record.share_right)
    return f"{record.right} of {settled}: {low} to {high} %"


def _table() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
