"""`panel persona watch`: on every save the persona is checked and tried again, under a cap."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, explain
from panel.cli.options import Common, with_flags
from panel.cli.personas.experiment import PERSONA, Tools
from panel.core.errors import ExitCode, InputError, PanelError

if TYPE_CHECKING:
    from panel.kit import Kit
    from panel.workbench.versions import Version

#: US dollars one session of watching may cost where no cap is given.
CAP = 0.25
#: Seconds between two looks at the file.
_LOOK_EVERY = 0.4
#: After these another save would not help.
_ENDING = {ExitCode.STOPPED, ExitCode.ACCOUNT, ExitCode.INTERRUPTED}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("watch")(with_flags(Common)(ends_well(watch)))


def watch(
    persona: Annotated[str, PERSONA],
    *,
    tool: Tools = None,
    times: Annotated[
        int | None, typer.Option(help="Stop after so many saves; else on Ctrl-C.", metavar="N", min=1)
    ] = None,
    flags: Common,
) -> ExitCode:
    """Try a reviewer now and again on every save, until Ctrl-C or until the cap is spent.

    All tries together cost at most --max-usd; without one, 0.25 dollars.
    """
    from panel.cli.personas.experiment import open_kit
    from panel.workbench.versions import current

    if not tool:
        raise InputError("say which tool", field="--tool", hint=f"panel persona watch {persona} --tool SLUG")
    if flags.json:
        raise InputError("watch prints for a person; panel persona try prints JSON", field="--json")
    kit = open_kit(flags)
    now = current(persona, kit)
    cap = kit.workspace.get("max_usd")
    path, left = now.path, CAP if cap is None else float(cap)
    _require_price(now, tool, kit, left)
    code = ExitCode.DONE
    try:
        for number, _ in enumerate(_saves(path), start=1):
            code, spent = _once(persona, path, tool, replace(flags, max_usd=left))
            left -= spent
            if left <= 0 or code in _ENDING:
                return code or ExitCode.STOPPED
            if number == times:
                return code
            typer.echo(f"watching {kit.workspace.shown(path)}; ${left:.2f} left; Ctrl-C ends it", err=True)
    except KeyboardInterrupt:
        typer.echo("no longer watched; every call that was answered is in the ledger", err=True)
    return code


def _require_price(version: Version, tool: list[str], kit: Kit, cap: float) -> None:
    """Refuse a model whose price is not known: no cap could be kept.

    Raises:
        InputError: it is not known.
    """
    from panel.cli.personas.experiment import dossiers_for

    seat = version.seat(kit.speaker)
    if kit.most_for(dossiers_for(kit, tool[:1])[0], [seat]) is None:
        raise InputError(
            f"watching keeps to ${cap:.2f}, and no price is known for the model {seat.model}",
            field="--max-usd",
            hint="name it: --price-in USD --price-out USD; 0 and 0 for a model of your own",
        )


def _once(persona: str, path: Path, tool: list[str], flags: Common) -> tuple[ExitCode, float]:
    """Read the file again, say what lint finds, and try it; how that ended, and what it cost in dollars.

    A file that is no persona is explained, and costs nothing.
    """
    from panel.cli.personas import print_remarks
    from panel.cli.personas.trying import tried
    from panel.core.workspace import open_workspace
    from panel.workbench.lint.files import lint_files

    try:
        workspace = open_workspace(flags.settings(), folder=flags.workspace)
        remarks = lint_files([path], workspace)[path]
        print_remarks(remarks)
        if any(remark.severity == "error" for remark in remarks):
            return ExitCode.INPUT, 0.0
        ended = tried(persona, tool, flags, command="persona watch")
    except PanelError as error:
        explain(error)
        return error.exit_code, 0.0
    cost = ended.cost
    return ended.code, (cost.usd or 0.0) if cost else 0.0


def _saves(path: Path) -> Iterator[None]:
    """Once now, and again whenever the file has changed; a file that is gone for a moment is waited for."""
    seen: tuple[int, int] | None = None
    while True:
        try:
            found = path.stat()
        except OSError:
            time.sleep(_LOOK_EVERY)
            continue
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != seen:
            seen = stamp
            yield
        else:
            time.sleep(_LOOK_EVERY)
