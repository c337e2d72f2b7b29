"""`panel persona lint`: what is to be changed in a persona, said before a model is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well
from panel.cli.options import Place, with_flags
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.core.workspace import Workspace
    from panel.workbench.lint import Remark


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("lint")(with_flags(Place)(ends_well(lint)))


def lint(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="Reviewers by name, or files; all reviewers in force if none.", metavar="[NAME|FILE]..."
        ),
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Say what is to be changed in a persona, where, and what to write instead; no model is asked.

    Errors keep a file from being used: exit code 2. Warnings do not: exit code 0. docs/personas.md explains
    every rule.
    """
    from panel.cli.judging import print_json
    from panel.cli.personas import print_remarks
    from panel.core.workspace import open_workspace
    from panel.workbench.lint.files import lint_files, persona_files

    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    files = persona_files(workspace)
    paths = list(_paths(what, files)) if what else list(files.values())
    found = lint_files(paths, workspace)
    if json:
        print_json([_as_json(path, remarks, workspace) for path, remarks in found.items()])
    else:
        print_remarks([remark for remarks in found.values() for remark in remarks])
        typer.echo(_summary(found), err=True)
    wrong = any(remark.severity == "error" for remarks in found.values() for remark in remarks)
    return ExitCode.INPUT if wrong else ExitCode.DONE


def _paths(what: list[str], files: dict[str, Path]) -> Iterator[Path]:
    """The files that names and paths stand for.

    Raises:
        InputError: one is neither a persona nor a file.
    """
    for each in what:
        path = Path(each).expanduser()
        if each in files:
            yield files[each]
        elif path.exists():
            yield path.absolute()
        else:
            raise InputError(
                f"no persona and no file is called {each!r}; personas are: {', '.join(files)}",
                field="NAME|FILE",
            )


def _as_json(path: Path, remarks: tuple[Remark, ...], workspace: Workspace) -> dict[str, object]:
    told = [asdict(remark) for remark in remarks]
    return {"persona": path.stem, "file": workspace.shown(path), "remarks": told}


def _summary(found: dict[Path, tuple[Remark, ...]]) -> str:
    remarks = [remark for each in found.values() for remark in each]
    errors = sum(remark.severity == "error" for remark in remarks)
    clean = sum(not each for each in found.values())
    said = (
        f"{_many(len(found), 'persona')}: {_many(errors, 'error')}, {_many(len(remarks) - errors, 'warning')}"
    )
    return f"{said}; {clean} clean" if remarks else f"{_many(len(found), 'persona')}, nothing to change"


def _many(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
