"""`panel nightly`: what is new at last night's sources, judged and compared, once for each UTC date."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.listing import ListFlags, OnTerminal, explain, naming, preview
from panel.cli.options import resuming, with_flags
from panel.cli.running import collect_rarely, run_async
from panel.core.errors import ExitCode, PanelError, worst

if TYPE_CHECKING:
    from panel.batch.nights import Night
    from panel.batch.run import Rules
    from panel.core.workspace import Workspace
    from panel.kit import Kit


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("nightly")(with_flags(ListFlags)(ends_well(nightly)))


def nightly(*, flags: ListFlags) -> ExitCode:
    """Review what is new at the sources that panel.toml names for the night, and compare it.

    One run for each UTC date: started again it goes on, or says that the night is done.
    """
    from panel.batch.nights import night_of
    from panel.core.workspace import open_workspace

    rules = flags.rules()
    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    night = night_of(workspace)
    collect_rarely()
    code = ExitCode.INPUT
    try:
        code = _carry_out(night, rules, flags)
    except PanelError as error:
        code = error.exit_code
        raise
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
        raise
    finally:
        if code is not ExitCode.DONE and not flags.dry_run:
            _ping(night.ping, workspace)
    return code


def _carry_out(night: Night, rules: Rules, flags: ListFlags) -> ExitCode:
    from panel.cli.judging import open_kit

    kit = open_kit(flags)

    async def go(stop: asyncio.Event) -> ExitCode:
        from panel.batch.lists import fetcher_for
        from panel.batch.nights import carry_out_night, date_of, opened
        from panel.core.records import utc_now

        async with fetcher_for(kit.workspace) as fetcher:
            if flags.dry_run:
                lists = await opened(night, kit.workspace, fetcher)
                known_by = f"nightly {date_of(utc_now())}"
                return await preview(lists, kit, rules, flags, known_by=known_by, screens=True)
            with naming(resuming("nightly", [], flags)):
                ended = await carry_out_night(
                    night,
                    date_of(utc_now()),
                    rules,
                    kit,
                    fetcher,
                    mode=flags.mode,
                    retry_maybe_paid=flags.retry_maybe_paid,
                    watcher=OnTerminal(flags, kit.workspace.get("max_usd")),
                    stop=stop,
                )
        if isinstance(ended, str):
            _say_done(ended, kit, flags)
            return ExitCode.DONE
        explain(ended, kit, flags, resuming("nightly", [], flags))
        return ended.code

    code = run_async(go, of_many=True)
    return code if flags.dry_run else worst([code, _rebuild_site(kit, flags)])


def _rebuild_site(kit: Kit, flags: ListFlags) -> ExitCode:
    """Bring the site up to date, if there is one; trouble with that is named, and the night stays done."""
    from panel.site.build import is_site, read_and_build
    from panel.site.opening import open_library

    out = kit.workspace.root / "site"
    if not is_site(out):
        return ExitCode.DONE
    try:
        library, changes = read_and_build(lambda: open_library(kit.workspace, kit.records, hold=True), out)
    except PanelError as error:
        typer.echo(printable(f"site: not rebuilt: {error.message}; next: panel site build"), err=True)
        return error.exit_code
    damaged = library.held.lines()
    for line in damaged:
        typer.echo(printable(f"site: {line}"), err=True)
    for path, why in changes.failed:
        typer.echo(printable(f"site: {path} was not made: {why}; next: panel site build"), err=True)
    if not flags.json:
        numbers = f"{len(changes.made)} new, {len(changes.changed)} changed, {len(changes.removed)} gone"
        typer.echo(f"site: {numbers}")
    code = ExitCode.NEEDS_A_PERSON if damaged else ExitCode.DONE
    return ExitCode.INPUT if changes.failed else code


def _say_done(run: str, kit: Kit, flags: ListFlags) -> None:
    if not flags.json:
        folder = kit.workspace.shown(kit.records.root / run)
        typer.echo(f"tonight is done (UTC); report: {folder}/report.md")


def _ping(address: str | None, workspace: Workspace) -> None:
    """Let the address know that there is trouble; trouble with that is only said."""
    from panel.batch.nights import ping

    if address is None:
        return
    try:
        asyncio.run(ping(address, workspace))
    except PanelError as error:
        typer.echo(printable(f"nightly.ping: {error.message}"), err=True)
