"""A command's lists through the vendors' batches: the rounds of a run, and what they hold for a live one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from panel.batch.order import Order, Watcher, Work
from panel.batch.pending import Waiting
from panel.batch.rounds import Part, Rounds
from panel.batch.run import Batch, Rules
from panel.batch.tasks import Listed
from panel.calls.dispatcher import MOST_UNANSWERED
from panel.calls.faults import Fault
from panel.calls.vendor_batches.batches import VendorBatches
from panel.calls.vendor_batches.gathering import Gathering
from panel.core.errors import AccountError, PanelError, StoppedEarly
from panel.session import Session


async def work_by_batches(
    part: Part,
    order: Order,
    session: Session,
    lists: Sequence[Listed],
    begin: Callable[[Waiting], Awaitable[Batch]],
    work: Work,
    *,
    watcher: Watcher,
    stop: asyncio.Event,
) -> None:
    """Do one part, or all of it, as far as the deadline lets.

    Args:
        part: Which.
        order: What is to be done.
        session: The run; its client gathers.
        lists: What is taken in.
        begin: Makes the batch that judges in one round.
        work: Told how each round ended, and what waits on.
        watcher: Who looks on.
        stop: Once set nothing more is sent.

    Raises:
        AccountError: a vendor takes no batch of this account.
        StoppedEarly: a vendor takes no batch.
        PanelError: the run cannot go on (disk, ledger).
    """
    kit, client, report = session.kit, session.client, work.report
    assert isinstance(client, Gathering)
    waiting = Waiting(kit.records, session.run.id)
    async with until(order.rules, stop) as over, _vendor_batches(order, session) as batches:
        rounds = Rounds(batches, client, waiting, kit.records, lambda: begin(waiting), watcher.says)
        try:
            async for batch in rounds.carry_out(part, lists, over=over, stop=stop):
                work.add(batch)
        except Fault as fault:
            raise _explained(fault) from fault
    work.pending = len(waiting)
    if work.pending:
        report.endings["pending"] = work.pending
    work.waits = bool(work.pending) and part != "submit"


@asynccontextmanager
async def _vendor_batches(order: Order, session: Session) -> AsyncIterator[VendorBatches]:
    batches = VendorBatches(
        ledger=session.client.ledger,
        connect=session.kit.provider,
        run=session.run.id,
        prices=session.kit.prices,
        budget=session.client.budget,
        most_unanswered=None if order.retry_maybe_paid else MOST_UNANSWERED,
    )
    try:
        yield batches
    finally:
        await batches.close()


async def collect_first(order: Order, session: Session, watcher: Watcher, stop: asyncio.Event) -> None:
    """Take in what vendors' batches hold before calls are made live: what they answered is not paid again."""
    if order.mode == "from_ledger" or not await session.client.ledger.leases():
        return
    async with _vendor_batches(order, session) as batches:
        came = await batches.collect(stop=stop)
    if came.kept:
        watcher.says(f"{came.kept:,} answers came in from vendors' batches")


def _explained(fault: Fault) -> PanelError:
    """Why a vendor takes no batch, as the end of a command."""
    saved = "every tool that was taken in, and every answer"
    if fault.account:
        return AccountError(fault.message, saved=saved, hint="mend it, then run the same command again")
    return StoppedEarly(fault.message, saved=saved, hint="run the same command again")


@asynccontextmanager
async def until(rules: Rules, stop: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that is set with `stop`, and when the deadline is over."""
    over = asyncio.Event()

    async def wait() -> None:
        left = None if rules.deadline is None else max(0.0, rules.deadline - rules.clock())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), left)
        over.set()

    waits = asyncio.ensure_future(wait())
    try:
        yield over
    finally:
        waits.cancel()
