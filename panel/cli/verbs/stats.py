"""`panel stats`: what the panel's votes are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, explain
from panel.cli.options import Place, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from panel.core.outcomes import Comparison, Review
    from panel.core.records import Records
    from panel.judgement.statistics import Counts


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("stats")(with_flags(Place)(ends_well(stats)))


def stats(
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="Count the offline reader's reviews instead of models'.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="Only reviews no older than that: 30d, 12w or 36h.", metavar="AGE")
    ] = None,
    category: Annotated[str | None, typer.Option(help="Only tools of that category.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Say how often each chair ships, whether the seats agree, and how many independent votes they are worth.

    Every tool counts once, by its newest review with quorum. Contested verdicts do not count, nor do editors'
    decisions: it is the reviewers who are looked at.
    """
    from panel.cli.judging import print_json
    from panel.cli.scorecard import console
    from panel.cli.stats import as_json, nothing, show
    from panel.core.records import Records
    from panel.core.workspace import open_workspace
    from panel.judgement.statistics import Counts, Scope

    counts = Counts(Scope(offline=offline, since=_moment(since), category=category))
    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    problems = _count(Records(workspace.runs_dir), counts)
    for problem in problems:
        explain(problem)
    if json:
        print_json(as_json(counts))
    elif counts.tools == 0:
        typer.echo(nothing(counts), err=True)
    else:
        show(counts, console())
    return ExitCode.INPUT if problems else ExitCode.DONE


def _moment(age: str | None) -> str | None:
    if age is None:
        return None
    from panel.cli.upkeep.pruning import read_duration
    from panel.core.records import timestamp, utc_now

    try:
        return timestamp(utc_now() - read_duration(age, "--since"))
    except OverflowError:
        raise InputError(f"{age!r} is before the calendar begins", field="--since") from None


def _count(records: Records, counts: Counts) -> list[InputError]:
    """Count all records, one tool's after another's, and return those that cannot be read."""
    problems: list[InputError] = []
    tools: dict[str, list[str]] = {}
    pairs: dict[str, list[str]] = {}
    for run in reversed(records.run_ids()):
        for slug in records.slugs_in(run):
            tools.setdefault(slug, []).append(run)
        for pair in records.pairs_in(run):
            pairs.setdefault(pair, []).append(run)
    for slug, runs in tools.items():
        counts.add_tool(_reviews(slug, runs, records, problems))
    for pair, runs in pairs.items():
        counts.add_pair(_comparisons(pair, runs, records, problems))
    return problems


def _reviews(slug: str, runs: list[str], records: Records, problems: list[InputError]) -> Iterator[Review]:
    for run in runs:
        try:
            yield records.review(f"{run}/{slug}")
        except InputError as error:
            problems.append(error)


def _comparisons(
    pair: str, runs: list[str], records: Records, problems: list[InputError]
) -> Iterator[Comparison]:
    for run in runs:
        try:
            yield records.comparison(f"{run}/{pair}")
        except InputError as error:
            problems.append(error)
