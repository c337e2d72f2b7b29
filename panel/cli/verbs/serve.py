"""`panel serve`: the built site and the readers' votes, over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import with_flags
from panel.cli.running import run_async
from panel.cli.votes_place import VOTES_FILE, VotesPlace
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    import socket

    from panel.core.workspace import Workspace
    from panel.votes.app import Parts
    from panel.votes.stores.base import Store


@dataclass(frozen=True)
class ServeFlags(VotesPlace):
    """The flags of `panel serve`."""

    site: Annotated[
        Path | None,
        typer.Option(
            help="The built site; site/ in the workspace if not given.",
            metavar="DIR",
            rich_help_panel="Where",
        ),
    ] = None


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("serve")(with_flags(ServeFlags)(ends_well(serve)))


def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0: any that is free.", min=0, max=65535)] = 8000,
    url: Annotated[
        str | None,
        typer.Option(
            "--url", help="The site's public address; without it, the request's Host.", metavar="URL"
        ),
    ] = None,
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(help="A proxy whose X-Forwarded-For is believed; may be repeated.", metavar="CIDR"),
    ] = None,
    flags: ServeFlags,
) -> ExitCode:
    """Serve the built site and take readers' votes, until it is stopped.

    Votes never change a verdict. Counts are shown from five votes on.
    """
    try:
        import starlette  # noqa: F401 (whether they are there)
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise InputError(f"serving needs a library: {error}", hint="pip install 'shipskip[web]'") from error
    from panel.core.workspace import open_workspace
    from panel.votes.addresses import networks
    from panel.votes.app import build
    from panel.votes.ballots import origin_of
    from panel.votes.serving import listen
    from panel.votes.serving import serve as answer
    from panel.votes.stores.base import open_store

    if url is not None and origin_of(url) is None:
        raise InputError(f"{url!r} is no address such as https://example.org", field="--url")
    trusted = networks(trust_proxy or [])
    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    site = (flags.site or workspace.root / "site").expanduser().absolute()
    if flags.site is not None and not site.is_dir():
        raise InputError("is no folder", file=site, field="--site", hint="panel site build")
    listener = listen(host, port)

    async def go(stop: asyncio.Event) -> ExitCode:
        store = await open_store(workspace.get("votes_url"), workspace.root / VOTES_FILE)
        try:
            parts = _parts(workspace, site, store, trusted=trusted, url=url)
            _say(f"serving {workspace.shown(site)} at {_address(listener)}")
            _say(f"votes in {store.place}")
            if not site.is_dir():
                _say("there is no site yet: panel site build")
            await answer(build(parts), listener, stop)
        finally:
            await store.close()
        return ExitCode.DONE

    return run_async(go)


def _parts(workspace: Workspace, site: Path, store: Store, **given: Any) -> Parts:
    from panel.core.records import Records
    from panel.site.settings import site_settings
    from panel.votes.app import Parts
    from panel.votes.guard import Rarely
    from panel.votes.identity import Identities, read_secret
    from panel.votes.known_tools import KnownTools
    from panel.votes.limits import Limits
    from panel.votes.site_files import SiteFiles

    return Parts(
        store=store,
        identities=Identities(read_secret(workspace.root, workspace.environment)),
        tools=KnownTools(Records(workspace.runs_dir), site, workspace.root),
        files=SiteFiles(site),
        limits=Limits(),
        says=Rarely(_say),
        site=site_settings(workspace),
        **given,
    )


def _address(listener: socket.socket) -> str:
    """Where we listen, as the socket knows it: with --port 0 nobody else does."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _say(what: str) -> None:
    typer.echo(f"serve: {printable(what)}", err=True)
