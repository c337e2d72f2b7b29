"""The tools a command names: dossiers read from files and standard input, pages fetched."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from panel.cli.ending import printable
from panel.core.errors import InputError, all_of

if TYPE_CHECKING:
    from panel.core.domain import Dossier
    from panel.core.workspace import Workspace
    from panel.evidence.dossiers import Loaded


def load_dossiers(references: Sequence[str], workspace: Workspace) -> list[Dossier]:
    """All tools a command names, read, or fetched; what their editors should know is said on stderr.

    Raises:
        ManyInputErrors: every dossier that cannot be read or fetched, or two of one slug.
    """
    loaded, errors = load_each(references, workspace)
    for one in loaded:
        for warning in one.warnings:
            typer.echo(f"warning: {printable(warning)}", err=True)
        for note in one.dossier.notes:
            typer.echo(f"note: {one.dossier.tool.slug}: {printable(note)}", err=True)
    if errors:
        raise all_of(errors)
    return [one.dossier for one in loaded]


def load_each(references: Sequence[str], workspace: Workspace) -> tuple[list[Loaded], list[InputError]]:
    """The tools that can be read or fetched, and what is wrong with the others, two of one slug included."""
    from panel.evidence.dossiers import load

    pages = _fetched([each for each in dict.fromkeys(references) if _is_address(each)], workspace)
    loaded: list[Loaded] = []
    errors: list[InputError] = []
    for reference in references:
        try:
            fetched = pages.get(reference)
            if isinstance(fetched, InputError):
                raise fetched
            one = fetched or load(reference, workspace, stdin=_standard_input)
        except InputError as error:
            errors += error.errors
        else:
            loaded.append(one)
    slugs = [one.dossier.tool.slug for one in loaded]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    errors += [InputError(f"{slug} is named twice", field="TOOL") for slug in twice]
    return loaded, errors


def _is_address(reference: str) -> bool:
    return reference.lower().startswith(("http://", "https://"))


def _fetched(addresses: Sequence[str], workspace: Workspace) -> dict[str, Loaded | InputError]:
    """What there is at each address, or why it cannot be had; each is fetched anew by every command."""
    if not addresses:
        return {}
    from panel.batch.lists import fetcher_for
    from panel.evidence.launches.pages.reading import PageReader
    from panel.evidence.web import load_address

    token = workspace.environment.get("GITHUB_TOKEN") or None

    async def every() -> list[Loaded | InputError]:
        async def one(address: str) -> Loaded | InputError:
            try:
                return await load_address(address, fetcher, reader, github_token=token)
            except InputError as error:
                return error

        with PageReader() as reader:
            async with fetcher_for(workspace) as fetcher:
                return await asyncio.gather(*map(one, addresses))

    return dict(zip(addresses, asyncio.run(every()), strict=True))


def _standard_input() -> str:
    """What is piped in, as strictly as a file: `sys.stdin` itself lets broken bytes pass in some locales.

    Raises:
        InputError: it is not UTF-8.
    """
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("standard input is not UTF-8", field="TOOL") from None
