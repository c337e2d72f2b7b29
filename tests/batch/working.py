"""A batch at work without a command line: every part of it can be another."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack, asynccontextmanager, contextmanager

from panel.batch.engines.local import Local
from panel.batch.intake import Intake
from panel.batch.lists import open_list
from panel.batch.memory import Memory, reviewers_in_force
from panel.batch.run import Batch, Rules
from panel.batch.tasks import Listed
from panel.core.workspace import open_workspace
from panel.evidence.launches.pages.reading import PageReader
from panel.kit import read_kit
from panel.session import open_session


def kit_of(folder, *, environ=None, **settings):
    """What a command in this workspace reads; the offline reader sits unless settings say otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "panel.toml").touch()
    return read_kit(open_workspace({"provider": "offline", **settings}, folder=folder, environ=environ or {}))


@asynccontextmanager
async def batch_of(kit, *, at_once=4, on_review=None, run=None, stop=None, lookout=None, **rules):
    """A batch over an open session; `rules` replace those of a plain command."""
    asked = {
        "limit": None, "only_failed": False, "fresh": False, "deadline": None,
        "clock": time.monotonic,
    } | rules  # fmt: skip
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
        memory = Memory(session.client.ledger, reviewers_in_force(kit))
        yield Batch(
            session,
            Local(at_once),
            memory,
            Rules(**asked),
            on_review=on_review or (lambda _: None),
            lookout=lookout,
        )


@contextmanager
def listed(listing, *, fetcher=None, intake=Intake):
    """A list and what makes dossiers of it."""
    with PageReader() as reader:
        yield Listed(listing.lines, intake(fetcher, reader, folder=listing.folder))


def work_through(kit, *paths, stop=None, fetcher=None, intake=Intake, **parts):
    """Work through lists; the batch, which holds the report."""

    async def go():
        event = stop or asyncio.Event()
        async with batch_of(kit, stop=event, **parts) as batch:
            with ExitStack() as stack:
                listings = [await open_list(str(path), kit.workspace, None) for path in paths]
                lists = [
                    stack.enter_context(listed(each, fetcher=fetcher, intake=intake)) for each in listings
                ]
                await batch.work(lists, stop=event)
        return batch

    return asyncio.run(go())
