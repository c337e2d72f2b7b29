"""`panel worker`: one more process that makes the calls of `panel batch … --engine procrastinate`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.listing import naming
from panel.cli.options import Place, resuming, with_flags
from panel.cli.running import run_async
from panel.core.errors import ExitCode


@dataclass(frozen=True)
class WorkerFlags(Place):
    """The flags of `panel worker`; what is asked, and under which cap, the run decides that hands it out."""

    tools: Annotated[int, typer.Option(help="Tools in hand at once.", metavar="N", min=1)] = 4


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("worker")(with_flags(WorkerFlags)(ends_well(worker)))


def worker(*, flags: WorkerFlags) -> ExitCode:
    """Make calls for every run that hands out tools with `--engine procrastinate`, until it is stopped.

    Needs PANEL_LEDGER_URL, and the provider's key. Writes no records.
    """
    from panel.batch.engines.procrastinate import check
    from panel.core.workspace import open_workspace
    from panel.kit import read_kit

    kit = read_kit(open_workspace(flags.settings(), folder=flags.workspace))
    check(kit.workspace)

    async def go(stop: asyncio.Event) -> ExitCode:
        from panel.batch.engines.on_procrastinate.worker import work

        with naming(resuming("worker", [], flags)):
            return await work(kit, at_once=flags.tools, stop=stop, says=_say)

    return run_async(go)


def _say(what: str) -> None:
    typer.echo(f"worker: {printable(what)}", err=True)
