"""`panel schema RECORD`: the JSON Schema of a record type, or of a persona's front matter."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from panel.cli.ending import ends_well
from panel.core.errors import ExitCode


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("schema")(ends_well(schema))


def schema(
    record: Annotated[str, typer.Argument(help="review, comparison, run, call, dossier or persona.")],
) -> ExitCode:
    """Print the JSON Schema that every record of a type fits, or every persona's front matter."""
    if record == "persona":
        from panel.reviewers.persona_schema import schema_text

        typer.echo(schema_text(), nl=False)
        return ExitCode.DONE
    from panel.core.records import schema_json

    typer.echo(json.dumps(schema_json(record), indent=2))
    return ExitCode.DONE
