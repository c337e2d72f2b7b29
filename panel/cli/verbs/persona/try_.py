"""`panel persona try`: one reviewer about a tool, beside what its committed version said last."""

from __future__ import annotations

from typing import Annotated

import typer

from panel.cli.ending import ends_well
from panel.cli.options import Common, with_flags
from panel.cli.personas.experiment import PERSONA, Tools
from panel.core.errors import ExitCode, InputError


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("try")(with_flags(Common)(ends_well(try_)))


def try_(
    persona: Annotated[str, PERSONA],
    *,
    tool: Tools = None,
    flags: Common,
) -> ExitCode:
    """Ask one reviewer about a tool: verdict, findings, what the dossier supports, and what it cost.

    Beside it stands the newest verdict that its committed version gave. No review is written.
    """
    from panel.cli.personas.trying import tried

    if not tool:
        raise InputError("say which tool", field="--tool", hint=f"panel persona try {persona} --tool SLUG")
    return tried(persona, tool, flags).code
