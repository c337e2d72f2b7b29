"""`panel runs cost`: what all stored calls came to, by run, tool, persona, model or day."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, fields

import typer
from rich.table import Table
from rich.text import Text

from panel.calls.ledger.base import CostBy, CostLine, exists, ledger_url
from panel.cli.ending import printable
from panel.cli.judging import print_json
from panel.cli.scorecard import console
from panel.cli.upkeep.opening import amount, dollars, opened
from panel.core.errors import ExitCode
from panel.core.workspace import Workspace

_THOUSAND = 1000


def run(workspace: Workspace, by: CostBy, *, json: bool) -> ExitCode:
    """Sum up the ledger in force and print the sums."""
    lines = asyncio.run(_costs(ledger_url(workspace), by))
    total = _total(lines)
    if json:
        print_json({"by": by, "lines": [asdict(line) for line in lines], "total": asdict(total)})
    elif not lines:
        typer.echo("no calls yet; try: panel review codestral-2-0 --provider offline", err=True)
    else:
        out = console()
        out.print(_table(lines, by))
        out.print(Text(_in_words(total)))
    return ExitCode.DONE


async def _costs(url: str, by: CostBy) -> list[CostLine]:
    if not exists(url):
        return []
    async with opened(url) as ledger:
        return await ledger.costs(by)


def _total(lines: Sequence[CostLine]) -> CostLine:
    names = [each.name for each in fields(CostLine) if each.name != "name"]
    sums = {name: sum(getattr(line, name) for line in lines) for name in names}
    for name in ("usd", "maybe_paid_usd"):
        sums[name] = round(sums[name], 9)  # to a billionth of a dollar, as everywhere
    return CostLine(name="total", **sums)


def _table(lines: Sequence[CostLine], by: CostBy) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(by, overflow="fold")
    table.add_column("calls", justify="right", no_wrap=True)
    table.add_column("cost", justify="right", no_wrap=True)
    unpriced = any(line.unpriced for line in lines)
    if unpriced:
        table.add_column("no price", justify="right", no_wrap=True)
    table.add_column("maybe paid", justify="right", no_wrap=True)
    for name in ("in", "cached", "out"):
        table.add_column(name, justify="right", no_wrap=True)
    for line in lines:
        cells = [printable(line.name) or "?", f"{line.calls:,}", _cost(line)]
        cells += [f"{line.unpriced:,}" if line.unpriced else ""] if unpriced else []
        cells += [
            f"{line.maybe_paid:,} {dollars(line.maybe_paid_usd)}" if line.maybe_paid else "",
            *map(_tokens, (line.input_tokens, line.cached_tokens, line.output_tokens)),
        ]
        table.add_row(*map(Text, cells))
    return table


def _cost(line: CostLine) -> str:
    """The known part of the cost; nothing is known where no call has a price."""
    return "unknown" if line.unpriced and not line.usd else dollars(line.usd)


def _tokens(number: int) -> str:
    if number < _THOUSAND:
        return str(number)
    if number < 100 * _THOUSAND:
        return f"{number / _THOUSAND:.1f}k"
    return f"{number / _THOUSAND**2:,.2f}M"


def _in_words(total: CostLine) -> str:
    parts = [f"total: {amount(total.calls, 'call')}, {dollars(total.usd)}"]
    if total.unpriced:
        parts[0] += f" + {amount(total.unpriced, 'call')} of unknown price"
    if total.maybe_paid:
        set_aside = f"{dollars(total.maybe_paid_usd)} set aside"
        parts.append(f"{amount(total.maybe_paid, 'call')} maybe paid, {set_aside}")
    parts.append(
        f"tokens: {total.input_tokens:,} in, {total.cached_tokens:,} of them from the vendor's cache, "
        f"{total.output_tokens:,} out"
    )
    return "\n".join(parts)
