"""The history of a tool on a terminal: its reviews, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from panel.cli.ending import printable
from panel.core.domain import ENTRY_LABELS
from panel.core.outcomes import Override, PriceDecision, Tally
from panel.judgement.history import Chapter, SeatThen

_DECIDED = {"ship": "bold green", "skip": "bold red"}


def as_json(chapters: Sequence[Chapter]) -> list[dict[str, Any]]:
    """The history as plain JSON types."""
    return [
        {
            **asdict(chapter),
            "changed": None if chapter.changed is None else [str(each) for each in chapter.changed],
            "panel": chapter.panel.as_json(),
            "overrides": [each.as_json() for each in chapter.overrides],
            "price_decisions": [each.as_json() for each in chapter.price_decisions],
            "seats": [{**asdict(seat), "override": _as_json(seat.override)} for seat in chapter.seats],
        }
        for chapter in chapters
    ]


def show(chapters: Sequence[Chapter], out: Console) -> None:
    """Print the history as a table, and below it every word of an editor on a seat or on the price."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("review", no_wrap=True, min_width=25)
    table.add_column("panel", no_wrap=True)
    table.add_column("seats", overflow="fold")
    table.add_column("changed", overflow="fold", ratio=1)
    for chapter in chapters:
        day = f"{chapter.created[:10]} {chapter.created[11:16]}".strip()
        who = Text("\n".join(map(printable, (day, chapter.run))))
        personas = [seat.persona for seat in chapter.seats]
        seats = Text("\n").join([_seat(s, several=personas.count(s.persona) > 1) for s in chapter.seats])
        table.add_row(who, _count(chapter.panel), seats, Text(printable(_changed(chapter))))
    out.print(table)
    for each in dict.fromkeys(each for chapter in chapters for each in chapter.overrides):
        out.print(Text.assemble(("Override: ", "dim"), printable(_said(each))))
    for price in dict.fromkeys(each for chapter in chapters for each in chapter.price_decisions):
        out.print(Text.assemble(("Entry: ", "dim"), printable(_priced(price))))


def _changed(chapter: Chapter) -> str:
    if chapter.changed is None:
        return f"the first, by {', '.join(chapter.models)}"
    return ", ".join(map(str, chapter.changed)) or "nothing"


def _count(panel: Tally) -> Text:
    share = "none" if panel.percent is None else f"{panel.percent} %"
    return Text(f"{share}\n{panel.ship} of {panel.counted}")


def _seat(seat: SeatThen, *, several: bool) -> Text:
    said = Text(printable(f"{seat.persona}@{seat.model} " if several else f"{seat.persona} "))
    if seat.decision is None:
        said.append(f"no verdict ({seat.failure})", style="yellow")
    else:
        said.append(seat.decision, style=_DECIDED[seat.decision])
    if seat.contested:
        said.append(" contested", style="yellow")
    if seat.override is not None:
        said.append(f" → {seat.override.decision}", style=_DECIDED.get(seat.override.decision, ""))
    return said


def _said(override: Override) -> str:
    what = "takes it back" if override.decision == "none" else override.decision
    seat = f"{override.persona}@{override.model}" if override.model else override.persona
    who = f"{seat}, editor {override.author} on {override.time[:10]}"
    return f"{who}: {what}, because {override.reason}"


def _priced(price: PriceDecision) -> str:
    what = "takes it back" if price.entry == "none" else ENTRY_LABELS[price.entry]
    return f"editor {price.author} on {price.time[:10]}: {what}, because {price.reason}"


def _as_json(override: Override | None) -> dict[str, Any] | None:
    return None if override is None else override.as_json()
