"""`panel runs list|show`: what was run, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, explain, printable
from panel.cli.options import Place, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.core.outcomes import Run
    from panel.core.records import Records


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    runs = typer.Typer(help="Stored runs and the records in them.", no_args_is_help=True)
    runs.command("list")(with_flags(Place)(ends_well(list_runs)))
    runs.command("show")(with_flags(Place)(ends_well(show)))
    app.add_typer(runs, name="runs")


def list_runs(
    *,
    limit: Annotated[int, typer.Option(help="At most this many, newest first.", min=1)] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print the manifests as a JSON array.")] = False,
    flags: Place,
) -> ExitCode:
    """List runs, newest first; one whose manifest is damaged is named."""
    records = _records(flags)
    found: list[Run] = []
    damaged: list[InputError] = []
    for run_id in records.runs_with_manifest()[:limit]:
        try:
            found.append(records.run(run_id))
        except InputError as error:
            damaged.append(error)
    if json:
        from panel.cli.judging import print_json

        print_json([run.as_json() for run in found])
    elif not found and not damaged:
        typer.echo("no runs yet; try: panel review codestral-2-0 --provider offline", err=True)
    else:
        for run in found:
            typer.echo(_summary(run))
    for problem in damaged:
        explain(problem)
    return ExitCode.INPUT if damaged else ExitCode.DONE


def show(
    what: Annotated[str, typer.Argument(help="A run id, a review id (run/slug), or a tool's slug.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Show a run, or the newest review of a tool."""
    from panel.cli.judging import print_json
    from panel.cli.scorecard import console, show_comparison, show_review

    records = _records(flags)
    if what in records.run_ids():
        run = records.run(what)
        if json:
            print_json(run.as_json())
            return ExitCode.DONE
        _show_run(run)
        out = console()
        for review in records.reviews_in(run.id):
            out.rule()
            show_review(review, records.review_path(run.id, review.tool.slug), out)
        for comparison in records.comparisons_in(run.id):
            out.rule()
            show_comparison(comparison, records.comparison_path(run.id, comparison.id.partition("/")[2]), out)
        return ExitCode.DONE
    found = records.review(what) if "/" in what else next(records.reviews(what), None)
    if found is None:
        raise InputError(f"no run and no reviewed tool is called {what!r}", hint="panel runs list")
    if json:
        print_json(found.as_json())
    else:
        show_review(found, records.review_path(found.run, found.tool.slug), console())
    return ExitCode.DONE


def _records(flags: Place) -> Records:
    from panel.core.records import Records
    from panel.core.workspace import open_workspace

    return Records(open_workspace(flags.settings(), folder=flags.workspace).runs_dir)


def _summary(run: Run) -> str:
    made = [*(each.partition("/")[2] for each in (*run.reviews, *run.comparisons))]
    cost = "cost unknown" if run.cost.usd is None else f"${run.cost.usd:.4f}"
    about = ", ".join(made) or ", ".join(run.inputs.get("dossiers", {}))
    return printable(f"{run.id}  {run.command:8}  {run.outcome:14}  {cost:>9}  {about}")


def _show_run(run: Run) -> None:
    typer.echo(_summary(run))
    speaker = run.provider if run.model is None else f"{run.provider}:{run.model}"
    typer.echo(
        f"started {run.created}, finished {run.finished or 'never'}, by {speaker}, version {run.version}"
    )
    for issue in run.issues:
        place = " ".join(filter(None, [issue.tool, issue.persona]))
        typer.echo(printable(f"  {place}: {issue.what}"))
