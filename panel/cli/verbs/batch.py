"""`panel batch LIST`: every tool of a list before its panel, from where it was left."""

from __future__ import annotations

from typing import Annotated

import typer

from panel.cli.ending import ends_well
from panel.cli.listing import ListFlags, work_on
from panel.cli.options import with_flags
from panel.core.errors import ExitCode


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("batch")(with_flags(ListFlags)(ends_well(batch)))


def batch(
    file: Annotated[
        str,
        typer.Argument(
            help="A JSONL or CSV file, a folder of dossiers, a feed (file or URL), show-hn, github:TOPIC.",
            metavar="LIST",
        ),
    ],
    *,
    flags: ListFlags,
) -> ExitCode:
    """Review every tool of a list that is new or has changed.

    The same command again goes on where it stopped; what is finished costs nothing.
    """
    return work_on(file, flags, command="batch")
