"""`panel persona list`: every reviewer, where its file lies and what it shadows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import ends_well, explain, printable
from panel.cli.options import Place, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.core.workspace import Workspace
    from panel.workbench.whereabouts import Located


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("list")(with_flags(Place)(ends_well(list_personas)))


def list_personas(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """List the reviewers in force, core chairs first: when each sits, its file, and what that shadows.

    A file of the workspace comes before a shipped one of the same name. A file that is no persona is named,
    exit code 2.
    """
    from panel.cli.judging import print_json
    from panel.core.workspace import open_workspace
    from panel.workbench.whereabouts import located

    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    files = sorted(located(workspace).values(), key=_order)
    if json:
        print_json([_as_json(each) for each in files])
    else:
        _print(files, workspace)
    broken = [each.persona for each in files if isinstance(each.persona, InputError)]
    for problem in broken:
        explain(problem)
    return ExitCode.INPUT if broken else ExitCode.DONE


def _order(each: Located) -> tuple[int, int, str]:
    if isinstance(each.persona, InputError):
        return 2, 0, each.slug
    conditions = each.persona.sits_when
    return (0, 0, each.slug) if conditions is None else (1, conditions.rank, each.slug)


def _print(files: list[Located], workspace: Workspace) -> None:
    from rich.table import Table
    from rich.text import Text

    from panel.cli.personas import shown, sits
    from panel.cli.scorecard import console
    from panel.core.workspace import shipped

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("persona", no_wrap=True)
    table.add_column("sits", overflow="fold")
    table.add_column("file", overflow="fold")
    for each in files:
        broken = isinstance(each.persona, InputError)
        when = "never: no persona, see below" if isinstance(each.persona, InputError) else sits(each.persona)
        file = Text("shipped" if each.origin == "shipped" else printable(shown(each.path, workspace)))
        if each.shadows is not None:
            file.append(", shadows the shipped one", style="dim")
        table.add_row(
            Text(printable(each.slug), style="bold red" if broken else "bold"),
            Text(printable(when)),
            file,
        )
    console().print(table)
    typer.echo(printable(f"shipped files lie in {shown(shipped('personas'), workspace)}"), err=True)


def _as_json(each: Located) -> dict[str, Any]:
    persona = each.persona
    facts = (
        {"error": persona.message}
        if isinstance(persona, InputError)
        else {
            "name": persona.name,
            "chair": persona.chair,
            "sits_when": persona.sits_when and persona.sits_when.as_json(),
            "moves": [move.key for move in persona.moves],
            "sha": persona.sha,
        }
    )
    return {
        "persona": each.slug,
        "origin": each.origin,
        "file": str(each.path),
        "shadows": each.shadows and str(each.shadows),
        **facts,
    }
