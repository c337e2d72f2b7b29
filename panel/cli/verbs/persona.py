"""`panel persona …`."""

import typer


def register(app: typer.Typer) -> None:
    """Add."""
    from panel.cli import experiments

    persona = typer.Typer(help="Personas.", no_args_is_help=True)
    experiments.register(persona)
    app.add_typer(persona, name="persona")
