"""`panel runs prune`: what is old and nothing rests on goes; without --yes it is only said what would."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import typer

from panel.calls.ledger.base import Ledger, Pruned, exists, ledger_url
from panel.cli.upkeep.opening import RULES, amount, dollars, opened, say
from panel.core.errors import ExitCode, InputError, LockHeld
from panel.core.pruning import Plan, carry_out, plan
from panel.core.records import Records, timestamp, utc_now
from panel.core.workspace import Workspace
from panel.evidence.dossiers import load_all
from panel.site.opening import open_library

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
#: A run whose manifest is unfinished may be at work that long; later it was killed.
_LONGEST_RUN = timedelta(days=1)
_MOST_RUNS = 20


def read_duration(text: str, flag: str = "--older-than") -> timedelta:
    """A length of time such as `90d`, `12w` or `36h`.

    Raises:
        InputError: it is none, or nothing.
    """
    match = re.fullmatch(r"(\d+)\s*([hdw])", text.strip(), re.ASCII)
    try:
        length = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta()
    except OverflowError:
        length = timedelta()
    if not length:
        raise InputError(f"{text!r} is no length of time; write 90d, 12w or 36h", field=flag)
    return length


def run(workspace: Workspace, older_than: str, *, yes: bool) -> ExitCode:
    """Say what would go, or remove it."""
    length = read_duration(older_than)
    try:
        before = utc_now() - length
    except OverflowError:
        raise InputError(f"{older_than!r} is before the calendar begins", field="--older-than") from None
    planned = _plan(workspace, before)
    if yes:
        _refuse_unfinished(planned)
        carry_out(planned, workspace.runs_dir)
    pruned = asyncio.run(_prune_ledger(workspace, planned, before, dry_run=not yes))
    _print(planned, pruned, before, yes=yes)
    nothing = not (planned.runs or planned.snapshots or pruned.calls)
    if not yes and not nothing:
        typer.echo(f"next:  panel runs prune --older-than {older_than} --yes", err=True)
    return ExitCode.DONE


def _plan(workspace: Workspace, before: datetime) -> Plan:
    loaded, _ = load_all(workspace)  # of a dossier that is broken just now the newest review stays
    current = {each.dossier.tool.slug: each.dossier.id for each in loaded}
    return plan(workspace.runs_dir, RULES, before=before, current=current, live=_live(workspace))


def _live(workspace: Workspace) -> set[str]:
    """The runs of all that the site shows, the history of its tools included."""
    library = open_library(workspace, Records(workspace.runs_dir), keep=False)
    shown = [card.run for tool in library.tools.values() for card in tool.history]
    return {*shown, *(each.card.run for each in library.comparisons.values())}


def _refuse_unfinished(planned: Plan) -> None:
    """A run at work may be about to use what seems to be needed no more."""
    moment = (utc_now() - _LONGEST_RUN).strftime("%Y%m%dT%H%M%S")
    for run_id in planned.unfinished:
        if run_id > moment:
            raise LockHeld(
                f"the run {run_id} has not ended, or was killed less than a day ago; nothing was removed",
                hint="prune when it has ended, or a day after it was killed",
            )


async def _prune_ledger(workspace: Workspace, planned: Plan, before: datetime, *, dry_run: bool) -> Pruned:
    url = ledger_url(workspace)
    if not exists(url):
        return Pruned(0, 0.0)
    moment = before.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    async with opened(url) as ledger:
        keep: Collection[str] = planned.kept_calls
        if workspace.get("ledger_url"):
            keep = planned.kept_calls | await _of_others(ledger, planned)
        return await ledger.prune(before=moment, keep=keep, dry_run=dry_run)


async def _of_others(ledger: Ledger, planned: Plan) -> set[str]:
    """Keys of calls that runs of other folders made: a ledger by address may serve several."""
    ours = planned.kept_runs.union(planned.runs)
    return {row.key async for row in ledger.rows() if row.run not in ours}


def _print(planned: Plan, pruned: Pruned, before: datetime, *, yes: bool) -> None:
    moment = timestamp(before)
    if not (planned.runs or planned.snapshots or pruned.calls):
        typer.echo(f"nothing from before {moment} can go: all of it is current, or needed by what is")
        return
    say("removed " if yes else "would remove ", [f"run {each}" for each in planned.runs], most=_MOST_RUNS)
    parts = [
        amount(len(planned.runs), "run"),
        amount(len(planned.snapshots), "dossier snapshot"),
        amount(pruned.calls, "call"),
    ]
    typer.echo(f"{'removed' if yes else 'would remove'} {', '.join(parts)}, all from before {moment}")
    if pruned.calls:
        leaves = "has left" if yes else "would leave"
        typer.echo(f"what these calls cost, {dollars(pruned.usd)}, {leaves} `panel runs cost`")
