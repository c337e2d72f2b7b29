"""`panel runs verify`: every hash derived again, and all that is damaged named by its place."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from panel.calls.ledger.base import exists, ledger_url
from panel.calls.ledger.rows import Damage
from panel.calls.ledger.upkeep import MaybePaid, Verified, verify
from panel.cli.judging import print_json
from panel.cli.upkeep.opening import (
    RULES,
    amount,
    counting,
    dollars,
    ledger_name,
    opened,
    place_of,
    say,
)
from panel.core.backup import unfinished
from panel.core.errors import DamagedRecord, ExitCode
from panel.core.leftovers import clear_leftovers
from panel.core.record_files import Remark
from panel.core.upkeep import Checked, check
from panel.core.workspace import Workspace

#: Seats listed with calls that may have been paid.
_MOST_SEATS = 20
_MAYBE_PAID_MEANS = """\
  This means: the request may have reached the vendor, who may bill it, but no answer to it is stored;
  it stays counted as spent, and running the same command as before (panel runs show RUN) asks once more."""


@dataclass
class Report:
    """All that was found: places with what is wrong or was done there.

    Attributes:
        checked: How many there were of each kind.
        damage: What needs a person.
        repaired: What is mended already.
        notes: What is neither.
        maybe_paid: Calls without a reply, by seat.
    """

    checked: dict[str, int] = field(default_factory=dict)
    damage: list[tuple[str, str]] = field(default_factory=list)
    repaired: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    maybe_paid: list[MaybePaid] = field(default_factory=list)

    @property
    def code(self) -> ExitCode:
        """1 when something is damaged."""
        return ExitCode.NEEDS_A_PERSON if self.damage else ExitCode.DONE

    @property
    def empty(self) -> bool:
        """Whether there was nothing to look at."""
        return not (any(self.checked.values()) or self.damage or self.repaired or self.notes)


def run(workspace: Workspace, *, json: bool) -> ExitCode:
    """Check the ledger in force and all records, print what was found, and say how it ended."""
    report = asyncio.run(_examine(workspace))
    if json:
        print_json(_as_json(report))
    elif report.empty:
        typer.echo(f"nothing to verify: no ledger and no runs in {workspace.shown(workspace.runs_dir)}")
    else:
        _print(report)
    return report.code


async def _examine(workspace: Workspace) -> Report:
    root, report = workspace.runs_dir, Report()
    found = check(root, RULES)
    remarks = [*found.remarks, *clear_leftovers(root), *unfinished(root)]
    url, shown = ledger_url(workspace), ledger_name(workspace)
    if exists(url):
        await _examine_ledger(url, shown, found.named, report, workspace)
    elif found.named:
        records = f"although records name {amount(len(found.named), 'call')} of it"
        report.damage.append((shown, f"the ledger is missing, {records}"))
    report.checked.update(_counts(found))
    for remark in remarks:
        _of_kind(report, remark).append((place_of(remark, workspace), remark.what))
    return report


async def _examine_ledger(
    url: str, shown: str, named: Mapping[str, Path], report: Report, workspace: Workspace
) -> None:
    try:
        async with opened(url) as ledger:
            with counting("checked") as tell:
                verified = await verify(ledger, named=named, tell=tell)
    except DamagedRecord as error:
        report.damage.append((shown, _bare(error)))
        return
    report.checked["calls"] = verified.calls
    report.maybe_paid = verified.maybe_paid
    for damage in verified.damage:
        kept = report.repaired if damage.repaired else report.damage
        kept.append((_place_in(shown, damage), damage.what))
    report.damage += _missing(verified, named, workspace)


def _missing(verified: Verified, named: Mapping[str, Path], workspace: Workspace) -> list[tuple[str, str]]:
    """Replies that records rest on and the ledger does not hold; a record pruned meanwhile needs none."""
    places = sorted((named[key], key) for key in verified.missing if named[key].exists())
    return [
        (workspace.shown(path), f"rests on a reply that is not in the ledger: {key}") for path, key in places
    ]


def _place_in(shown: str, damage: Damage) -> str:
    inside = damage.place.startswith(("table ", "index", "file"))
    return f"{shown}, {damage.place}" if inside else shown


def _bare(error: DamagedRecord) -> str:
    """What is wrong, without the file, and what to do about it."""
    what = error.message.removeprefix(f"{error.file}: ")
    return f"{what}; {error.hint}" if error.hint else what


def _counts(found: Checked) -> dict[str, int]:
    return {f"{kind}s": number for kind, number in found.counts.items()}


def _of_kind(report: Report, remark: Remark) -> list[tuple[str, str]]:
    return {"damage": report.damage, "repaired": report.repaired, "note": report.notes}[remark.kind]


# ---------------------------------------------------------------- shown


def _as_json(report: Report) -> dict[str, Any]:
    def listed(lines: list[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"place": place, "what": what} for place, what in lines]

    return {
        "clean": not report.damage,
        "checked": report.checked,
        "damage": listed(report.damage),
        "repaired": listed(report.repaired),
        "notes": listed(report.notes),
        "maybe_paid": [vars(seat) for seat in report.maybe_paid],
    }


def _print(report: Report) -> None:
    checked = [amount(n, kind.removesuffix("s"), kind) for kind, n in report.checked.items() if n]
    typer.echo(f"checked {', '.join(checked) or 'nothing: there is no record that can be read'}")
    for label, lines in (
        ("damaged:  ", report.damage),
        ("repaired: ", report.repaired),
        ("note:     ", report.notes),
    ):
        say(label, [f"{place}: {what}" for place, what in lines])
    _print_maybe_paid(report.maybe_paid)
    if report.damage:
        typer.echo(f"{amount(len(report.damage), 'damaged place')} found; nothing was changed there")
        typer.echo("next:  bring back what is named above from a backup, or move it away", err=True)
    else:
        typer.echo("no damage found")


def _print_maybe_paid(seats: list[MaybePaid]) -> None:
    lines = [
        f"{amount(seat.calls, 'call')} maybe paid, {dollars(seat.usd)} set aside: "
        f"{seat.run} {seat.tool} {seat.persona}"
        for seat in seats
    ]
    say("", lines, most=_MOST_SEATS)
    if seats:
        typer.echo(_MAYBE_PAID_MEANS)
