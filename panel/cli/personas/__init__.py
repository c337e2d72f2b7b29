"""What the persona verbs share: a reviewer's file and seat in words, and lint's remarks on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from panel.cli.ending import printable

if TYPE_CHECKING:
    from panel.core.domain import Persona
    from panel.core.workspace import Workspace
    from panel.workbench.lint import Remark


def shown(path: Path, workspace: Workspace) -> str:
    """A path as somebody likes to read it: from the workspace, or from home where that is shorter."""
    name = workspace.shown(path)
    home = Path.home()
    if Path(name).is_absolute() and path.is_relative_to(home):
        return f"~/{path.relative_to(home)}"
    return name


def sits(persona: Persona) -> str:
    """When a reviewer sits, in words."""
    conditions = persona.sits_when
    if conditions is None:
        return "always"
    wanted = [
        f"{field} {' or '.join(words)}"
        for field, words in (("modality", conditions.modality), ("surface", conditions.surface))
        if words
    ]
    return f"fourth, rank {conditions.rank}: {' and '.join(wanted) or 'any tool'}"


def print_remarks(remarks: Sequence[Remark]) -> None:
    """Print what lint found, each with the place and what to write instead."""
    for remark in remarks:
        place = remark.file if remark.line is None else f"{remark.file}:{remark.line}"
        typer.echo(printable(f"{place}: {remark.severity} ({remark.rule}): {remark.says}"))
        typer.echo(printable(f"  instead: {remark.instead}"))
