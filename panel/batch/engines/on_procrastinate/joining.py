"""A session on a run that another process has begun: its calls go into the ledger, no record is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from panel import __version__
from panel.calls.budget import Budget
from panel.calls.client import Client, Mode
from panel.calls.ledger.base import ledger_url, open_ledger
from panel.core.outcomes import Run
from panel.core.records import timestamp, utc_now
from panel.session import Kit, Session, client_for


@asynccontextmanager
async def join_run(
    kit: Kit, run: str, *, mode: Mode, retry_maybe_paid: bool, stop: asyncio.Event
) -> AsyncIterator[Session]:
    """Make calls for a run; cap and ceilings hold over all processes that do.

    Args:
        kit: What was read, with the settings of the run.
        run: The one that pays.
        mode: As the run has it.
        retry_maybe_paid: As the run has it.
        stop: Once set nothing more is sent.

    Raises:
        InputError: the ledger cannot be reached.
    """
    ledger = await open_ledger(ledger_url(kit.workspace))
    budget = Budget(kit.workspace.get("max_usd"), await ledger.spent(run))
    client = client_for(
        kit, run, ledger, budget, mode=mode, retry_maybe_paid=retry_maybe_paid, waits=True, shared=True
    )
    manifest = Run(
        id=run,
        command="worker",
        version=__version__,
        created=timestamp(utc_now()),
        provider=kit.choice.vendor.name,
        model=kit.choice.model,
        models=kit.choice.labels,
        inputs={},
    )
    watcher = asyncio.create_task(_stop_client(stop, client))
    try:
        yield Session(kit, manifest, client, _nobody, mode=mode, retry_maybe_paid=retry_maybe_paid)
    finally:
        watcher.cancel()
        await client.close()
        await ledger.close()


async def _stop_client(stop: asyncio.Event, client: Client) -> None:
    await stop.wait()
    client.stop()


def _nobody(_tool: str, _persona: str, _state: str) -> None:
    """Nobody looks on."""
