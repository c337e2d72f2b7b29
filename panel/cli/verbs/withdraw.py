"""`panel withdraw TOOL…`: take tools and comparisons from the site."""

from __future__ import annotations

from typing import Annotated

import typer

from panel.cli.ending import ends_well
from panel.cli.options import Place, with_flags
from panel.cli.publishing import Author, Reason, open_desk, print_said
from panel.core.errors import ExitCode


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("withdraw")(with_flags(Place)(ends_well(withdraw)))


def withdraw(
    tools: Annotated[
        list[str], typer.Argument(help="Live tools, by slug; a comparison is <a>-vs-<b>.", metavar="TOOL")
    ],
    *,
    reason: Reason = "",
    author: Author = None,
    json: Annotated[bool, typer.Option("--json", help="Print what became of each as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Take tools from the site, each with the comparisons it is in; records and decisions stay.

    Readers see it after the next panel site build.
    """
    desk = open_desk(flags, reason, author)
    desk.check(tools)
    print_said([desk.withdraw(name) for name in dict.fromkeys(tools)], "withdrawn", json=json)
    return ExitCode.DONE
