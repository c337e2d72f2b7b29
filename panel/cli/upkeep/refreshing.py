"""`panel runs list --stale`: what rests on dossiers that changed, and its pages up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from panel.cli.ending import printable
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.core.outcomes import Run
    from panel.core.workspace import Workspace


def run(workspace: Workspace, *, mark: bool, json: bool) -> ExitCode:
    """Print what is stale and what brings a new one; with `mark` write it on the pages."""
    from panel.cli.judging import print_json
    from panel.core.records import Records
    from panel.staleness import find_stale, mark_pages

    records = Records(workspace.runs_dir)
    found = list(find_stale(workspace, records))
    if json:
        print_json([asdict(each) for each in found])
    for each in () if json else found:
        typer.echo(printable(each.record))
        for sentence in each.why:
            typer.echo(printable(f"  {sentence}"))
        typer.echo(printable(f"  next: {each.again}"))
    if not found and not json:
        typer.echo("nothing is stale: no dossier has changed since its newest review", err=True)
    if mark:
        for comparison in mark_pages(workspace, records):
            typer.echo(printable(f"written anew: the pages of {comparison}"), err=True)
    return ExitCode.DONE


def mark(workspace: Workspace, slugs: Sequence[str]) -> None:
    """After tools were reviewed: mark the pages of their newest comparisons; what cannot be read is said."""
    from panel.core.records import Records
    from panel.staleness import mark_pages

    try:
        marked = mark_pages(workspace, Records(workspace.runs_dir), set(slugs).__contains__)
    except InputError as error:
        typer.echo(f"pages were not marked: {printable(error.message)}; panel runs verify", err=True)
        return
    for comparison in marked:
        typer.echo(printable(f"written anew, as the dossiers are now: the pages of {comparison}"), err=True)


def changed_since(runs: Sequence[Run], workspace: Workspace) -> dict[str, list[str]]:
    """By run, the tools of which the workspace now has another dossier; one nobody can read is passed over.

    Only what the manifests say is looked at, so that a list of runs stays quick.
    """
    now: dict[str, str | None] = {}
    found: dict[str, list[str]] = {}
    for each in runs:
        for slug, then in each.inputs.get("dossiers", {}).items():
            if slug not in now:
                now[slug] = _id_now(slug, workspace)
            if now[slug] not in {None, then}:
                found.setdefault(each.id, []).append(slug)
    return found


def _id_now(slug: str, workspace: Workspace) -> str | None:
    from panel.staleness import dossier_now

    try:
        mine = dossier_now(slug, workspace)
    except InputError:
        return None
    return None if mine is None else mine[0].id
