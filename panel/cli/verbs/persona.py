"""`panel persona …`."""

import typer

from panel.cli.experiments import ab, diff, regress, trying, watch


def register(app: typer.Typer) -> None:
    """Add."""
    persona = typer.Typer(help="Personas.", no_args_is_help=True)
    for each in (trying, diff, ab, regress, watch):
        each.register(persona)
    app.add_typer(persona, name="persona")
