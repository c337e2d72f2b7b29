"""`panel persona show NAME`: one reviewer as it is in force, or as a model is shown it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Place, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from rich.table import Table

    from panel.core.domain import Persona
    from panel.core.workspace import Workspace
    from panel.workbench.whereabouts import Located


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("show")(with_flags(Place)(ends_well(show)))


def show(
    name: Annotated[str, typer.Argument(help="A reviewer's name: panel persona list.")],
    *,
    prompt: Annotated[
        bool, typer.Option("--prompt", help="Print what a model is shown of it, word for word.")
    ] = False,
    file: Annotated[bool, typer.Option("--file", help="Print the file, word for word.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the persona as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Show a reviewer: its file, what that shadows, its questions and its voice."""
    from panel.cli.judging import print_json
    from panel.core.workspace import open_workspace
    from panel.reviewers.prompting import Prompts
    from panel.workbench.whereabouts import located

    if prompt + file + json > 1:
        raise InputError("--prompt, --file and --json print different things: choose one")
    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    files = located(workspace)
    if name not in files:
        raise InputError(f"no persona {name!r}; there are: {', '.join(files)}", field="NAME")
    found = files[name]
    if file:
        from panel.core.frontmatter import read_text
        from panel.reviewers.personas import MAX_BYTES

        for line in read_text(found.path, limit=MAX_BYTES).splitlines():
            typer.echo(printable(line))
        return ExitCode.DONE
    if isinstance(found.persona, InputError):
        raise found.persona
    if prompt:
        for line in Prompts(workspace).task(found.persona).splitlines():
            typer.echo(printable(line))
    elif json:
        shadows = found.shadows and str(found.shadows)
        origin = {"origin": found.origin, "file": str(found.path), "shadows": shadows}
        print_json({**found.persona.as_json(), **origin, "differs_in": list(found.differs_in())})
    else:
        _print(found, found.persona, len(Prompts(workspace).unbounded_task(found.persona)), workspace)
    return ExitCode.DONE


def _print(found: Located, persona: Persona, rendered: int, workspace: Workspace) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from panel.cli.scorecard import console

    out = console()
    out.print(Text(printable(persona.name), style="bold"))
    out.print(Text(printable(persona.motto), style="italic"))
    out.print()
    out.print(_facts(found, persona, rendered, workspace))
    out.print()
    out.print(_questions(persona))
    for paragraph in persona.body.split("\n\n"):
        out.print(Padding(Text(printable(" ".join(paragraph.split()))), (1, 0, 0, 0)))


def _facts(found: Located, persona: Persona, rendered: int, workspace: Workspace) -> Table:
    from rich.table import Table
    from rich.text import Text

    from panel.cli.personas import shown, sits
    from panel.reviewers.prompting import MAX_TASK

    facts = {"file": f"{shown(found.path, workspace)} ({found.origin})"}
    if found.shadows is not None:
        fields = ", ".join(found.differs_in())
        differs = f"differs in {fields}" if fields else "word for word the same to a model"
        facts["shadows"] = f"{shown(found.shadows, workspace)}; {differs}"
    facts |= {
        "sits": sits(persona),
        "paragraph": f"{persona.words[0]} to {persona.words[1]} words",
        "to a model": f"{rendered:,} of {MAX_TASK:,} characters",
        "signals": f"{len(persona.signals.for_)} for, {len(persona.signals.against)} against",
    }
    if persona.avoid:
        facts["avoids"] = "; ".join(persona.avoid)
    if persona.model:
        facts["model"] = persona.model
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for label, said in facts.items():
        table.add_row(label, Text(printable(said)))
    return table


def _questions(persona: Persona) -> Table:
    from rich.table import Table
    from rich.text import Text

    sources = {"dossier": " [from the dossier]", "outside": " [from the field]", "either": ""}
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for move in persona.moves:
        table.add_row(move.key, Text(printable(move.ask)).append(sources[move.evidence], style="dim"))
    return table
