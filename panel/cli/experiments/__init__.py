"""`panel persona try|diff|ab|regress|watch`: what an edited persona changed, one file per subcommand."""

from __future__ import annotations

import typer


def register(persona: typer.Typer) -> None:
    """Add the subcommands to `panel persona`."""
    from panel.cli.experiments import ab, diff, regress, trying, watch

    for each in (trying, diff, ab, regress, watch):
        each.register(persona)
