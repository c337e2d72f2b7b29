"""`panel runs copy` and `backup`: calls taken over into another ledger, records into another folder."""

from __future__ import annotations

import asyncio
import os
import secrets
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import typer

from panel.calls.ledger import upkeep
from panel.calls.ledger.base import Ledger, address_of, exists, ledger_url
from panel.calls.ledger.upkeep import Copied
from panel.cli.upkeep.opening import RULES, amount, counting, ledger_name, opened, place_of, say
from panel.core import backup
from panel.core.errors import ExitCode, InputError
from panel.core.files import TEMPORARY
from panel.core.leftovers import remove
from panel.core.settings import without_password
from panel.core.workspace import Workspace

_LEDGER = "ledger.sqlite"


def copy(workspace: Workspace, to: str) -> ExitCode:
    """Copy every call of the ledger in force into the ledger at `to`, an address or a file's path."""
    here = ledger_url(workspace)
    if not exists(here):
        raise InputError("there is no ledger to copy", file=ledger_name(workspace), hint="panel runs list")
    there = to if "://" in to else _address_of_file(to)
    copied, place = asyncio.run(_copied(here, there))
    _say_calls(copied, workspace)
    local = urlsplit(there).scheme == "sqlite"
    address = address_of(Path(place)) if local else there
    typer.echo(f"to work with the copy from now on, set PANEL_LEDGER_URL={without_password(address)}")
    if without_password(address) != address:
        typer.echo("(with the password in place of ***)")
    return ExitCode.NEEDS_A_PERSON if copied.damage else ExitCode.DONE


def _address_of_file(to: str) -> str:
    # An address with a slash missing is no file, and it may hold a password: it is not shown.
    if Path(to).suffix not in {".sqlite", ".db"} or any(mark in to for mark in "@="):
        raise InputError(
            "is neither an address nor a file that ends in .sqlite",
            field="--to",
            hint="write postgresql://user:password@host/name, or folder/ledger.sqlite",
        )
    return address_of(Path(to).expanduser())


async def _copied(here: str, there: str) -> tuple[Copied, str]:
    async with opened(here) as source, opened(there) as target:
        _refuse_same(source, target, field="--to")
        return await _take_over(source, target), target.place


def _refuse_same(source: Ledger, target: Ledger, *, field: str) -> None:
    if os.path.realpath(source.place) == os.path.realpath(target.place):
        raise InputError(
            f"{target.place} is the ledger that is in force", field=field, hint="name another place"
        )


async def _take_over(source: Ledger, target: Ledger) -> Copied:
    with counting("copied") as tell:
        return await upkeep.copy(source, target, tell=tell)


def make_backup(workspace: Workspace, folder: Path) -> ExitCode:
    """Make `folder` a complete runs folder, or bring an earlier backup up to date."""
    runs, url = workspace.runs_dir, ledger_url(workspace)
    if not runs.exists() and not exists(url):
        raise InputError("there is nothing to back up", file=runs, hint="panel doctor")
    earlier = backup.begin(folder, runs)
    kept = backup.copy_records(runs, folder, RULES)
    # The ledger last: then it holds every call that a copied record names.
    copied = asyncio.run(_back_up_ledger(url, folder)) if exists(url) else Copied()
    backup.finish(folder)
    say("not copied: ", [f"{place_of(each, workspace)}: {each.what}" for each in kept.remarks])
    _say_calls(copied, workspace)
    already = f", {amount(kept.there, 'file')} were there" if kept.there else ""
    typer.echo(f"{amount(kept.new, 'record file')} copied{already}")
    if copied.damage or kept.remarks:
        typer.echo(f"{folder} holds all that is whole here, and what it held before")
        typer.echo("next:  panel runs verify  (says what is damaged here)", err=True)
        return ExitCode.NEEDS_A_PERSON
    typer.echo(f"{folder} is {'up to date' if earlier else 'a complete runs folder'}; check it with")
    typer.echo(f"  {_check_command(workspace, folder)}")
    return ExitCode.DONE


async def _back_up_ledger(url: str, folder: Path) -> Copied:
    """Copy the ledger into the folder; a new one is put into its place when it is whole."""
    final = folder / _LEDGER
    stage = folder / f"{TEMPORARY}backup-{secrets.token_hex(4)}"
    path = final if final.exists() else stage / _LEDGER
    try:
        async with opened(url) as source, opened(address_of(path)) as target:
            _refuse_same(source, target, field="FOLDER")
            copied = await _take_over(source, target)
        if path != final:
            path.rename(final)
    finally:
        if stage.exists():
            remove(stage)
    return copied


def _check_command(workspace: Workspace, folder: Path) -> str:
    command = f"panel runs verify --runs-dir {shlex.quote(str(folder))}"
    if workspace.get("ledger_url"):
        return f"PANEL_LEDGER_URL={shlex.quote(address_of(folder / _LEDGER))} {command}"
    return command


def _say_calls(copied: Copied, workspace: Workspace) -> None:
    ledger = ledger_name(workspace)
    say("not copied: ", [f"{ledger}, {each.place}: {each.what}" for each in copied.damage])
    there = "1 was there" if copied.there == 1 else f"{copied.there:,} were there"
    typer.echo(f"{amount(copied.new, 'call')} copied, {there}")
    if copied.going_on:
        typer.echo(
            f"{amount(copied.going_on, 'call')} left out that may still get a reply: "
            "do this again when their run has ended (or a day after it was killed)"
        )
