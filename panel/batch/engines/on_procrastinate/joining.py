"""A session on a run that another process has begun: its calls go into the ledger, no record is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import tenacity

from panel import __version__
from panel.calls.budget import Budget
from panel.calls.client import Mode
from panel.calls.ledger.base import Ledger, ledger_url, open_ledger
from panel.calls.ledger.postgres import PATIENCE_SECONDS
from panel.core.errors import InputError
from panel.core.outcomes import Run
from panel.core.records import timestamp, utc_now
from panel.kit import Kit
from panel.session import Session, client_for, stop_client


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
        StoppedEarly: it went away.
    """
    async with AsyncExitStack() as closing:
        ledger = await _open(ledger_url(kit.workspace))
        closing.push_async_callback(ledger.close)
        budget = Budget(kit.workspace.get("max_usd"), await ledger.spent(run))
        client = client_for(
            kit, run, ledger, budget, mode=mode, retry_maybe_paid=retry_maybe_paid, waits=True, shared=True
        )
        closing.push_async_callback(client.close)
        watcher = asyncio.create_task(stop_client(stop, client))
        closing.callback(watcher.cancel)
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
        yield Session(kit, manifest, client, _nobody, mode=mode, retry_maybe_paid=retry_maybe_paid)


async def _open(url: str) -> Ledger:
    """The ledger; a server that is restarted just now is waited for: it was there when the worker began."""
    retrying = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(InputError),
        stop=tenacity.stop_after_delay(PATIENCE_SECONDS),
        wait=tenacity.wait_random_exponential(multiplier=0.1, max=2.0),
        reraise=True,
    )
    return await retrying(open_ledger, url)


def _nobody(_tool: str, _persona: str, _state: str) -> None:
    """Nobody looks on."""
