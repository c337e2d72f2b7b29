"""`panel site build`: the pages readers see, from stored records."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Place, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.core.workspace import Workspace
    from panel.site.build import Changes
    from panel.site.library import Library

#: Paths printed of each kind; --json prints all.
_MOST_SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    site = typer.Typer(help="The site: built from what is published.", no_args_is_help=True)
    site.command("build")(with_flags(Place)(ends_well(build)))
    app.add_typer(site, name="site")


def build(
    *,
    out: Annotated[
        Path | None, typer.Option(help="Where to; site/ in the workspace if not given.", metavar="DIR")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what would change; nothing is written.")
    ] = False,
    allow_offline: Annotated[
        bool,
        typer.Option(
            "--allow-offline",
            help="Also show tools that no model was asked about: a rehearsal, marked as one.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what changed as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Bring the site up to date with what is published: only what changed is written. Asks no model.

    The same records make the same files, byte for byte. Files that are not the site's are left alone.
    """
    from panel.core.published import live_tools
    from panel.core.records import Records
    from panel.core.workspace import open_workspace
    from panel.site import build as building
    from panel.site.opening import open_library

    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    folder = (out or workspace.root / "site").expanduser().absolute()
    _refuse_the_editors_own(folder, workspace)

    def read() -> Library:
        records = Records(workspace.runs_dir)
        return open_library(workspace, records, rehearsals=allow_offline, keep=not check, hold=True)

    if check:
        changes = building.check(library := read(), folder)
    else:
        library, changes = building.read_and_build(read, folder)
    if json:
        from panel.cli.judging import print_json

        print_json({"out": str(folder), **asdict(changes), "damaged": library.held.lines()})
    else:
        _print(changes, library, folder, check=check, quiet=flags.quiet)
    for line in library.held.lines():
        typer.echo(printable(line), err=True)
    for slug in sorted(live_tools(workspace.root) - library.tools.keys() - library.held.tools.keys()):
        typer.echo(
            printable(f"{slug}: published, but nothing of it is fit to be shown: panel publish {slug}"),
            err=True,
        )
    if changes.failed:
        path, why = changes.failed[0]
        raise InputError(
            f"{len(changes.failed)} of the site's files could not be made, the first {path}: {why}",
            saved="all others; of these what stood there stays",
            hint="panel runs verify",
        )
    return ExitCode.NEEDS_A_PERSON if library.held.lines() else ExitCode.DONE


def _refuse_the_editors_own(folder: Path, workspace: Workspace) -> None:
    """What is copied to a server must hold no ledger, no decisions and no dossiers."""
    place, root = folder.resolve(), workspace.root.resolve()
    own = [root / name for name in ("dossiers", "personas", "prompts")]
    records = workspace.runs_dir.resolve()
    if root.is_relative_to(place) or records.is_relative_to(place) or _within(place, [records, *own]):
        raise InputError(
            "holds the editor's own files, which are not to be published", file=folder, field="--out"
        )


def _within(place: Path, folders: list[Path]) -> bool:
    return any(place.is_relative_to(folder) for folder in folders)


def _print(changes: Changes, library: Library, folder: Path, *, check: bool, quiet: bool) -> None:
    from panel.cli.upkeep.opening import amount
    from panel.site.pictures.raster import engine

    for verb, paths in (("new", changes.made), ("changed", changes.changed), ("gone", changes.removed)):
        if quiet:
            break
        for path in paths[:_MOST_SHOWN]:
            typer.echo(printable(f"{verb}: {path}"), err=not check)
        if len(paths) > _MOST_SHOWN:
            typer.echo(f"{verb}: and {len(paths) - _MOST_SHOWN} more", err=not check)
    for tool in library.tools.values():
        if tool.waiting:
            typer.echo(printable(f"{tool.slug}: its newest review is not shown: {tool.waiting[0]}"), err=True)
    numbers = f"{len(changes.made)} new, {len(changes.changed)} changed, {len(changes.removed)} gone"
    live = f"{amount(len(library.tools), 'tool')}, {amount(len(library.comparisons), 'comparison')}"
    typer.echo(f"{live}: {numbers}{', nothing written' if check else ''}, {changes.same} as before")
    if not library.tools and not library.held.tools:
        typer.echo("nothing is published yet: panel publish TOOL", err=True)
    if library.comparisons and engine() is None:
        typer.echo("links to comparisons show no picture: pip install 'shipskip[site]' makes PNGs", err=True)
    if not check:
        typer.echo(printable(f"site: {folder}/index.html"))
