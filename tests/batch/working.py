"""A batch at work without a command line: every part of it can be another."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

from panel.batch.intake import Intake
from panel.batch.lists import open_list
from panel.batch.memory import Memory, reviewers_in_force
from panel.batch.run import Batch, Rules
from panel.core.workspace import open_workspace
from panel.evidence.launches.pages.reading import PageReader
from panel.session import open_session, read_kit


def kit_of(folder, **settings):
    """What a command in this workspace reads; the offline reader sits unless settings say otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "panel.toml").touch()
    return read_kit(open_workspace({"provider": "offline", **settings}, folder=folder, environ={}))


@asynccontextmanager
async def batch_of(
    kit, *, folder=None, fetcher=None, intake=None, on_review=None, run=None, stop=None, **rules
):
    """A batch over an open session; `rules` replace those of a plain command."""
    asked = {
        "at_once": 4, "limit": None, "only_failed": False, "fresh": False, "deadline": None,
        "clock": time.monotonic,
    } | rules  # fmt: skip
    with PageReader() as reader:
        async with open_session(
            kit,
            "batch",
            [],
            mode="use_ledger",
            resume=run,
            waits=True,
            stop=stop or asyncio.Event(),
            tell=lambda *_: None,
        ) as session:
            intake = (intake or Intake)(fetcher, reader, folder=folder or kit.workspace.root)
            memory = Memory(session.client.ledger, reviewers_in_force(kit))
            yield Batch(session, intake, memory, Rules(**asked), on_review=on_review or (lambda _: None))


def work_through(kit, path, *, stop=None, **parts):
    """Work through a list; its batch, which holds the report."""

    async def go():
        event = stop or asyncio.Event()
        listing = await open_list(str(path), kit.workspace, None)
        async with batch_of(kit, stop=event, folder=listing.folder, **parts) as batch:
            await batch.work(listing.lines, stop=event)
        return batch

    return asyncio.run(go())
