"""What `panel publish` and `panel withdraw` share: who signs, and how what became of it is printed."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import printable

if TYPE_CHECKING:
    from panel.cli.options import Place
    from panel.site.publishing import Desk, Said

#: The flags of an editor's word on what is live.
Reason = Annotated[str, typer.Option(help="Why; it is kept.", metavar="TEXT")]
Author = Annotated[
    str | None, typer.Option(help="Who decides; PANEL_AUTHOR, or the system's user.", metavar="NAME")
]


def open_desk(flags: Place, reason: str, author: str | None) -> Desk:
    """The editor's desk of a workspace; who gives no name signs as PANEL_AUTHOR, or as the system's user."""
    from panel.core.records import Records
    from panel.core.workspace import open_workspace
    from panel.site.publishing import Desk

    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    name = " ".join((author or "").split()) or _signs_as(workspace.environment)
    return Desk(workspace, Records(workspace.runs_dir), name, " ".join(reason.split()))


def print_said(said: Iterable[Said], verb: str, *, json: bool) -> None:
    """A line for each thing, with each reason against it; or one JSON array."""
    from dataclasses import asdict

    every = list(said)
    if json:
        from panel.cli.judging import print_json

        shown: list[Any] = [asdict(each) for each in every]
        print_json(shown)
        return
    for each in every:
        typer.echo(printable(_line(each, verb)))
        for reason in each.against:
            typer.echo(printable(f"  {reason}"))


def _line(said: Said, verb: str) -> str:
    if said.against:
        return f"{said.name}: not {verb}"
    despite = f", despite: {', '.join(said.despite)}" if said.despite else ""
    record = f" ({said.record})" if said.record else ""
    return f"{said.name}: {verb if said.done else f'was {verb} already'}{record}{despite}"


def _signs_as(environment: Mapping[str, str]) -> str:
    if environment.get("PANEL_AUTHOR", "").strip():
        return " ".join(environment["PANEL_AUTHOR"].split())
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
