"""`panel runs …`: what was run and what came of it, what it cost, and how it is kept safe."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, explain
from panel.cli.options import Place, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.core.outcomes import Run
    from panel.core.records import Records
    from panel.core.workspace import Workspace


class By(StrEnum):
    """What costs can be summed up by."""

    RUN = "run"
    TOOL = "tool"
    PERSONA = "persona"
    MODEL = "model"
    DAY = "day"


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    runs = typer.Typer(
        help="Stored runs: what came of them, what they cost, and keeping them safe.", no_args_is_help=True
    )
    verbs: dict[str, Callable[..., ExitCode]] = {
        "list": list_runs,
        "show": show,
        "cost": cost,
        "verify": verify,
        "backup": backup,
        "copy": copy,
        "prune": prune,
    }
    for name, verb in verbs.items():
        runs.command(name)(with_flags(Place)(ends_well(verb)))
    app.add_typer(runs, name="runs")


def list_runs(
    *,
    limit: Annotated[int, typer.Option(help="At most this many, newest first.", min=1)] = 20,
    stale: Annotated[
        bool,
        typer.Option("--stale", help="Instead: reviews and comparisons whose dossier has changed since."),
    ] = False,
    mark: Annotated[
        bool, typer.Option("--mark", help="With --stale: say so on their pages, which are written anew.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the manifests as a JSON array.")] = False,
    flags: Place,
) -> ExitCode:
    """List runs, newest first; one whose manifest is damaged is named, as are tools whose dossier changed."""
    if stale or mark:
        from panel.cli.upkeep import refreshing

        if not stale:
            raise InputError("goes with --stale", field="--mark")
        return refreshing.run(_workspace(flags), mark=mark, json=json)
    workspace = _workspace(flags)
    found, damaged = _newest_runs(_records_in(workspace), limit)
    if json:
        from panel.cli.judging import print_json

        print_json([run.as_json() for run in found])
    elif not found and not damaged:
        typer.echo("no runs yet; try: panel review codestral-2-0 --provider offline", err=True)
    else:
        from panel.cli.stored import print_runs

        print_runs(found, workspace)
    for problem in damaged:
        explain(problem)
    return ExitCode.INPUT if damaged else ExitCode.DONE


def _newest_runs(records: Records, limit: int) -> tuple[list[Run], list[InputError]]:
    """The newest runs, and why the manifests of some cannot be read."""
    found: list[Run] = []
    damaged: list[InputError] = []
    for run_id in records.runs_with_manifest()[:limit]:
        try:
            found.append(records.run(run_id))
        except InputError as error:
            damaged.append(error)
    return found, damaged


def show(
    what: Annotated[str, typer.Argument(help="A run id, a review id (run/slug), or a tool's slug.")],
    *,
    history: Annotated[
        bool, typer.Option("--history", help="All reviews of a tool, oldest first, and what changed.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Show a run, or the newest review of a tool, and say whether its dossier has changed since."""
    from panel.cli.stored import print_history, print_review, print_run

    workspace = _workspace(flags)
    records = _records_in(workspace)
    if history:
        print_history(what, records, json=json)
    elif what in records.run_ids():
        print_run(records.run(what), records, workspace, json=json)
    else:
        found = records.review(what) if "/" in what else next(records.reviews(what), None)
        if found is None:
            raise InputError(f"no run and no reviewed tool is called {what!r}", hint="panel runs list")
        print_review(found, records, workspace, json=json)
    return ExitCode.DONE


def cost(
    *,
    by: Annotated[By, typer.Option("--by", help="What to sum up by.")] = By.RUN,
    json: Annotated[bool, typer.Option("--json", help="Print exact numbers as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Say what all stored calls cost, those included that may have been paid for nothing."""
    from panel.cli.upkeep import costing

    return costing.run(_workspace(flags), by.value, json=json)


def verify(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Check every stored call and record, repair what can be repaired, name what is damaged.

    Exit code 1 means that something is damaged.
    """
    from panel.cli.upkeep import verifying

    return verifying.run(_workspace(flags), json=json)


def backup(
    folder: Annotated[Path, typer.Argument(help="An empty or new folder, or an earlier backup.")],
    *,
    flags: Place,
) -> ExitCode:
    """Copy the ledger and all records into a folder, which then serves as --runs-dir.

    An earlier backup is brought up to date. Other runs may go on meanwhile.
    """
    from panel.cli.upkeep import copying

    return copying.make_backup(_workspace(flags), folder.expanduser())


def copy(
    *,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="URL", help="sqlite:///file, postgresql://host/name, or the path of a file."
        ),
    ],
    flags: Place,
) -> ExitCode:
    """Copy every call into another ledger; what is there already stays as it is."""
    from panel.cli.upkeep import copying

    return copying.copy(_workspace(flags), to)


def prune(
    *,
    older_than: Annotated[str, typer.Option("--older-than", metavar="AGE", help="90d, 12w or 36h.")],
    yes: Annotated[bool, typer.Option("--yes", help="Remove it; without this it is only said.")] = False,
    flags: Place,
) -> ExitCode:
    """Remove old runs, dossier snapshots and calls that nothing current rests on.

    Every tool's current review, the newest comparison of every pair and all that the site shows stay, with
    what they need.
    """
    from panel.cli.upkeep import pruning

    return pruning.run(_workspace(flags), older_than, yes=yes)


def _workspace(flags: Place) -> Workspace:
    from panel.core.workspace import open_workspace

    return open_workspace(flags.settings(), folder=flags.workspace)


def _records_in(workspace: Workspace) -> Records:
    from panel.core.records import Records

    return Records(workspace.runs_dir)
