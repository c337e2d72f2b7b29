"""`panel votes …`: readers' votes out of the store, into it, and looked through for what stands out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import with_flags
from panel.cli.votes_place import VOTES_FILE, VotesPlace
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.votes.stores.base import Store
    from panel.votes.vote import Vote

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    votes = typer.Typer(help="Readers' votes: export, import and audit them.", no_args_is_help=True)
    verbs: dict[str, Callable[..., ExitCode]] = {
        "export": export,
        "import": import_votes,
        "audit": audit,
    }
    for name, verb in verbs.items():
        votes.command(name)(with_flags(VotesPlace)(ends_well(verb)))
    app.add_typer(votes, name="votes")


def export(*, flags: VotesPlace) -> ExitCode:
    """Print every vote as a line of JSON, the earliest first; no address and no cookie is in it."""

    async def go(store: Store) -> int:
        from panel.votes.vote import to_line

        number = 0
        async for vote in store.rows():
            typer.echo(to_line(vote))
            number += 1
        return number

    number = _with_store(flags, go, read_only=True)
    typer.echo(f"votes: {number}", err=True)
    return ExitCode.DONE


def import_votes(
    file: Annotated[Path, typer.Argument(help="An export; - is standard input.", metavar="FILE")],
    *,
    flags: VotesPlace,
) -> ExitCode:
    """Take in an export, all of it or, if a line is wrong, nothing.

    Of two votes of one voter on one tool the later one stays, so doing it twice changes nothing.
    """
    votes = _read(file)

    async def go(store: Store) -> int:
        return await store.add(votes)

    changed = _with_store(flags, go, read_only=False)
    typer.echo(f"votes read: {len(votes)}; new or later than what was here: {changed}")
    return ExitCode.DONE


def audit(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the remarks as a JSON array.")] = False,
    flags: VotesPlace,
) -> ExitCode:
    """Say which votes stand out: bursts, most of a tool's from one network, a voter on many tools at once.

    Nothing is changed. A remark is no proof: a link in a newsletter makes a burst, too.
    """
    from panel.cli.judging import print_json
    from panel.votes.auditing import audit as look

    async def go(store: Store) -> list[Vote]:
        return [vote async for vote in store.rows()]

    votes = _with_store(flags, go, read_only=True)
    remarks = look(votes)
    if json:
        print_json([remark.as_json() for remark in remarks])
        return ExitCode.DONE
    for remark in remarks:
        typer.echo(printable(remark.says))
    tools = len({vote.tool for vote in votes})
    typer.echo(f"votes: {len(votes)}; tools: {tools}; what stands out: {len(remarks) or 'nothing'}", err=True)
    return ExitCode.DONE


def _with_store(flags: VotesPlace, work: Callable[[Store], Awaitable[T]], *, read_only: bool) -> T:
    from panel.core.workspace import open_workspace
    from panel.votes.stores.base import open_store

    workspace = open_workspace(flags.settings(), folder=flags.workspace)

    async def go() -> T:
        url, default = workspace.get("votes_url"), workspace.root / VOTES_FILE
        store = await open_store(url, default, read_only=read_only)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(go())


def _read(file: Path) -> list[Vote]:
    from panel.votes.vote import from_lines

    try:
        if str(file) == "-":
            return from_lines(sys.stdin.buffer.read().split(b"\n"), "standard input")
        return from_lines(file.expanduser().read_bytes().split(b"\n"), str(file))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=file) from error
