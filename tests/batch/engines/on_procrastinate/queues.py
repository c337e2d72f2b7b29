"""A queue with a coordinator over it and no worker: what workers do is done by hand."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

from panel.batch.engines.on_procrastinate.coordinator import coordinator_of
from panel.batch.engines.on_procrastinate.queue import open_queue
from panel.core.domain import Dossier, Source, Tool
from panel.core.hashing import digest
from panel.session import open_session
from tests.batch.working import kit_of

#: Seconds a server that went away is waited for.
PATIENCE = 1.0


def dossier_of(slug):
    text = f"{slug} is an editor for small teams. It costs $5."
    return Dossier(
        id=digest(slug), tool=Tool(slug=slug, name=slug.title()), sources=(Source(id="body", text=text),)
    )


@asynccontextmanager
async def coordinating(folder, url, *, run=None, said=None, takeover=30.0, patience=PATIENCE, **settings):
    """A coordinator on an open session, which is given with it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "panel.toml").write_text(f"[procrastinate]\ntakeover_seconds = {takeover}\n")
    kit = kit_of(folder, ledger_url=url, **settings)
    said = [] if said is None else said
    async with (
        open_session(
            kit, "batch", [], mode="use_ledger", resume=run, waits=True, shared=True,
            stop=asyncio.Event(), tell=lambda *_: None,
        ) as session,
        coordinator_of(kit, session, said.append, patience=patience) as coordinator,
    ):  # fmt: skip
        yield coordinator, session


def ask(coordinator, session, slug):
    """A task that has a tool asked about."""
    dossier = dossier_of(slug)
    return asyncio.create_task(coordinator.ask(dossier, session.kit.panel_for(dossier.tool)))


@asynccontextmanager
async def by_hand(url):
    """The queue, to be worked on by hand."""
    async with open_queue(url, lambda _: None) as queue:
        yield queue


async def jobs(queue):
    """What is in it, oldest first."""
    return sorted(await queue.app.job_manager.list_jobs_async(), key=lambda job: job.id)


async def until(condition, seconds=30.0):
    """Wait until what an asynchronous function says is true; what it said."""
    end = time.monotonic() + seconds
    while not (found := await condition()):
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.02)
    return found
