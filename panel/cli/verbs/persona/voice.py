"""`panel persona voice`: how the reviewers sound over all stored records, without asking a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, explain
from panel.cli.options import Place, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Collection

    from panel.workbench.voice import Said


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("voice")(with_flags(Place)(ends_well(voice)))


def voice(
    names: Annotated[
        list[str] | None, typer.Argument(help="Reviewers by name; all if none.", metavar="[NAME]...")
    ] = None,
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="The offline reader's paragraphs instead of models'.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write it as one page, too, with charts.", metavar="FILE")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Say how reviewers sound: questions heard, pet phrases, copied reasoning, length and votes over time.

    It is counted over all stored reviews; no model is asked.
    """
    from panel.cli.judging import print_json
    from panel.cli.personas.voice import as_json, show
    from panel.cli.scorecard import console
    from panel.cli.sifting import from_records
    from panel.core.files import write_atomic
    from panel.core.records import Records
    from panel.core.workspace import open_workspace
    from panel.workbench.voice import each_once, of_comparison, of_review, report
    from panel.workbench.voice.page import page
    from panel.workbench.whereabouts import in_force, located

    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    said, problems = from_records(Records(workspace.runs_dir), of_review, of_comparison)
    for problem in problems:
        explain(problem)
    personas = in_force(located(workspace).values())
    _refuse_unknown(names or [], {*personas, *(each.persona for each in said)})
    found = report(each_once(said, offline=offline), personas, offline=offline, only=names or ())
    if json:
        print_json(as_json(found))
    elif not found.voices:
        typer.echo(_nothing(said, offline=offline), err=True)
    else:
        show(found, console())
    if html is not None and found.voices:
        path = html.expanduser().absolute()
        write_atomic(path, page(found).encode("utf-8", errors="replace"), inside=path.parent)
        typer.echo(f"wrote {html}", err=True)
    return ExitCode.INPUT if problems else ExitCode.DONE


def _refuse_unknown(names: list[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"no reviewer {name!r}; there are: {', '.join(sorted(known))}", field="NAME")


def _nothing(said: list[Said], *, offline: bool) -> str:
    if any(each.offline != offline for each in said):
        other = "without --offline: models'" if offline else "--offline: the offline reader's"
        return f"none of these reviewers has said anything; there is more {other}"
    return "no reviews yet; try: panel review codestral-2-0"
