"""What is stored, on a terminal or as JSON: runs in a list, one run with its records, a review, a history."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from panel.cli import history
from panel.cli.current import newest_review
from panel.cli.ending import printable
from panel.cli.judging import print_json
from panel.cli.odds import beside, beside_comparison
from panel.cli.scorecard import console, show_comparison, show_review
from panel.cli.upkeep.refreshing import changed_since
from panel.core.errors import InputError
from panel.core.outcomes import Review, Run, Side
from panel.core.records import Records
from panel.core.workspace import Workspace
from panel.judgement.history import history as told
from panel.judgement.publishing import is_unsupported
from panel.judgement.staleness import stale
from panel.session import is_at_work
from panel.staleness import dossiers_now


def print_runs(runs: Sequence[Run], workspace: Workspace) -> None:
    """Print a line for each run, and of which of its tools the dossier has changed since."""
    changed = changed_since(runs, workspace)
    for run in runs:
        typer.echo(_summary(run))
        if changed.get(run.id):
            typer.echo(printable(f"  stale: the dossier changed since: {', '.join(changed[run.id])}"))


def print_run(run: Run, records: Records, workspace: Workspace, *, json: bool) -> None:
    """Print a run's manifest; on a terminal also each record that it made."""
    if json:
        print_json(run.as_json())
        return
    _print_manifest(run)
    out = console()
    reviews = records.reviews_in(run.id)
    at_odds = beside(reviews, records, workspace.root)
    for review in reviews:
        out.rule()
        path = records.review_path(run.id, review.tool.slug)
        show_review(review, path, out, at_odds.get(review.id, ()))
        _tell_if_stale([review], records, workspace, to_stderr=False)
    for comparison in records.comparisons_in(run.id):
        out.rule()
        path = records.comparison_path(run.id, comparison.id.partition("/")[2])
        show_comparison(comparison, path, out, beside_comparison(comparison, records, workspace.root))
        _tell_if_stale([comparison.a, comparison.b], records, workspace, to_stderr=False)


def print_review(review: Review, records: Records, workspace: Workspace, *, json: bool) -> None:
    """Print a review, and whether its dossier has changed since."""
    if json:
        print_json(review.as_json())
    else:
        at_odds = beside([review], records, workspace.root)
        path = records.review_path(review.run, review.tool.slug)
        show_review(review, path, console(), at_odds.get(review.id, ()))
    _tell_if_stale([review], records, workspace, to_stderr=json)


def print_history(slug: str, records: Records, *, json: bool) -> None:
    """Print all reviews of a tool, oldest first, and what changed from one to the next.

    Raises:
        InputError: it has none.
    """
    newest_review(slug, records)
    chapters = list(told(reversed(list(records.reviews(slug)))))
    if json:
        print_json(history.as_json(chapters))
    else:
        history.show(chapters, console())


def _tell_if_stale(
    of: Sequence[Review | Side], records: Records, workspace: Workspace, *, to_stderr: bool
) -> None:
    for each in of:
        slug = each.tool.slug
        try:
            why = stale(each, dossiers_now([slug], workspace, records))
        except InputError as error:
            typer.echo(f"whether {slug} is stale is not known: {printable(error.message)}", err=True)
            continue
        if why is not None:
            typer.echo(printable(f"{why[:1].upper()}{why[1:]}; panel review {slug}"), err=to_stderr)


def _summary(run: Run) -> str:
    made = [*(each.partition("/")[2] for each in (*run.reviews, *run.comparisons))]
    cost = "cost unknown" if run.cost.usd is None else f"${run.cost.usd:.4f}"
    about = run.about or ", ".join(made) or ", ".join(run.inputs.get("dossiers", {}))
    outcome = run.outcome if run.outcome != "running" or is_at_work(run) else "killed"
    return printable(f"{run.id}  {run.command:8}  {outcome:14}  {cost:>9}  {about}")


def _print_manifest(run: Run) -> None:
    typer.echo(_summary(run))
    speaker = run.provider if run.model is None else f"{run.provider}:{run.model}"
    speaker = ", ".join(run.models) or speaker
    typer.echo(
        f"started {run.created}, finished {run.finished or 'never'}, by {speaker}, version {run.version}"
    )
    for issue in run.issues:
        seat = None if is_unsupported(issue) else issue.seat  # of whom it is stands in the sentence
        place = " ".join(filter(None, [issue.tool, seat]))
        typer.echo(printable(f"  {place}: {issue.what}"))
