"""The voice report on a terminal, wide or narrow, and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from panel.cli.ending import printable
from panel.workbench.voice import Report, Voice
from panel.workbench.voice.telling import percent, sentences


def as_json(report: Report) -> dict[str, Any]:
    """All figures as plain JSON types, the findings in words last."""
    return {**asdict(report), "findings": sentences(report)}


def show(report: Report, out: Console) -> None:
    """Print who spoke, each question's coverage, time, and what it all means."""
    if report.offline:
        out.print(Text("No model was asked: these are the offline reader's paragraphs.", style="yellow"))
        out.print()
    out.print(_summary(report))
    out.print()
    out.print(_moves(report))
    if any(voice.periods for voice in report.voices):
        out.print()
        out.print(_time(report))
    out.print()
    for sentence in sentences(report):
        out.print(Text(printable(sentence)))


def _summary(report: Report) -> Table:
    table = _table()
    table.add_column("reviewer", overflow="fold")
    for name in ("paragraphs", "tools", "words", "ships", "repeats", "tics"):
        table.add_column(name, justify="right", overflow="fold")
    for voice in report.voices:
        table.add_row(
            Text(printable(voice.name)),
            str(voice.paragraphs),
            str(voice.tools),
            f"{voice.words:.0f}",
            f"{voice.ship} of {voice.votes}",
            "one tool" if voice.repeated is None else percent(voice.repeated.mean),
            "too few" if voice.tics is None else str(len(voice.tics)),
        )
    return table


def _moves(report: Report) -> Table:
    table = _table()
    table.add_column("question", overflow="fold")
    for name in ("answered", "heard", "for", "against"):
        table.add_column(name, justify="right", overflow="fold")
    for voice in report.voices:
        table.add_row(Text(printable(voice.name), style="bold"))
        for move in voice.moves:
            name = move.move if move.asked is not False else f"{move.move} (no longer asked)"
            counts = (f"{move.answered} of {move.of}", move.heard, move.leans_for, move.leans_against)
            table.add_row(Text(printable(f"  {name}")), *map(str, counts))
    return table


def _time(report: Report) -> Table:
    table = _table()
    table.add_column("over time, from", overflow="fold")
    for name in ("paragraphs", "words", "commas", "dashes", "ships"):
        table.add_column(name, justify="right", overflow="fold")
    for voice in report.voices:
        if voice.periods:
            table.add_row(Text(printable(voice.name), style="bold"))
            _periods(voice, table)
    return table


def _periods(voice: Voice, table: Table) -> None:
    for period in voice.periods:
        edited = ", edited" if period.edited else ""
        table.add_row(
            Text(printable(f"  {period.first[:10]}{edited}")),
            str(period.paragraphs),
            f"{period.means['words']:.0f}",
            f"{period.means['commas']:.1f}",
            f"{period.means['dashes']:.1f}",
            f"{period.ship} of {period.votes}",
        )


def _table() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
