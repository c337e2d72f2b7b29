"""Calls through the vendors' batch APIs for one run: submitted now, collected by any later process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from panel.calls.budget import Budget
from panel.calls.dispatcher import MOST_UNANSWERED
from panel.calls.faults import Fault, unsent
from panel.calls.ledger.base import Ledger
from panel.calls.prices import Prices
from panel.calls.providers.base import Provider
from panel.calls.retrying import unless_stopped
from panel.calls.vendor_batches.apis.base import BatchApi, BatchProvider, batches_of
from panel.calls.vendor_batches.collecting import Collected, look
from panel.calls.vendor_batches.halving import Halving, halves
from panel.calls.vendor_batches.money import BatchMoney
from panel.calls.vendor_batches.notes import BatchNote, Notes, keys_in_batches
from panel.calls.vendor_batches.piles import Pile, Piles, Wanted
from panel.calls.vendor_batches.submitting import Context, Submitted, send_pile
from panel.core.errors import AccountError, DamagedRecord, InputError

#: Seconds between two looks at batches that run: they grow from the first to the last.
FIRST_LOOK, LAST_LOOK, GROWTH = 30.0, 300.0, 1.5

_STOPPED = "stopped before it was sent"

Tell = Callable[[BatchNote, str], None]


class VendorBatches:
    """Makes calls through batches, with the ledger that live calls have.

    A call of a batch is claimed like a live one, under a lease that is the batch's own: a live run that wants
    it waits until its reply is collected, by this process or another. After a day and an hour the lease is
    over and a live run would pay again: until then, or before it asks anything, somebody has to collect.

    Args:
        ledger: Where every call is kept; whoever opened it closes it.
        connect: Gives the provider of a name; asked once per name.
        run: The run that pays for what is submitted.
        prices: What calls cost live.
        budget: What may be spent.
        most_unanswered: So often a call is asked although each time it may have been paid for nothing; None:
            as often as anybody wants it.
        batches_of: Gives the batches of a provider.
        clock: Seconds since 1970.
        sleep: How to wait.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        connect: Callable[[str], Provider],
        run: str,
        prices: Prices,
        budget: Budget,
        most_unanswered: int | None = MOST_UNANSWERED,
        batches_of: Callable[[Provider], BatchApi] = batches_of,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._connect = connect
        self._batches_of = batches_of
        self._providers: dict[str, BatchProvider] = {}
        self._notes = Notes(ledger)
        self._halving = Halving()
        money = BatchMoney(prices, budget, run)
        self._context = Context(ledger, self._notes, money, run, most_unanswered, clock, sleep)

    async def submit(
        self,
        wanted: Iterable[Wanted],
        *,
        stop: asyncio.Event | None = None,
        tell: Tell | None = None,
    ) -> Submitted:
        """Send calls in as few batches as the limits allow, each as soon as it is full.

        Args:
            wanted: Calls, of any providers and models.
            stop: Ends it before the next batch, and while the vendor lets one wait.
            tell: Told of every batch that went out.

        Raises:
            InputError: a provider has no batches, or a price is unknown and there is a cap.
            Fault: the vendor does not take a batch, whatever is in it; those that went out before stay out.
            StoppedEarly: the ledger cannot be written.
        """
        submitted, piles = Submitted(), Piles(self._halving.pile_of)
        in_batches = await keys_in_batches(self._context.ledger)
        send = partial(self._send, into=submitted, stop=stop, tell=tell)
        for each in wanted:
            request, provider = each.request, self._provider(each.request.provider)
            self._context.money.upper(provider.vendor, request)
            batches = provider.batches
            line = batches.line(request)
            if each.known is not None and request.key in in_batches:
                submitted.leave(each, "in_flight", "it is in a batch that is not collected yet")
            elif len(line.text) >= batches.limits.bytes:
                submitted.leave(each, "too_large", "it is larger than a whole batch")
            elif (full := piles.add(each, line, batches.limits)) is not None:
                await send(full)
        for pile in piles.rest():
            await send(pile)
        return submitted

    async def collect(
        self, *, wait: bool = False, stop: asyncio.Event | None = None, tell: Tell | None = None
    ) -> Collected:
        """Take in the results of all open batches of the ledger, whichever run or process sent them.

        Args:
            wait: Whether to look again, less and less often, until no batch is open, or one was refused whose
                calls can be sent again; one that cannot be asked about for good is not waited for.
            stop: Ends the wait.
            tell: Told how far each batch is at every look.

        Raises:
            StoppedEarly: the ledger cannot be written.
            DamagedRecord: nor read.
        """
        stop, total, pause = stop or asyncio.Event(), Collected(), FIRST_LOOK
        hopeless: dict[str, str] = {}
        while True:
            round_ = Collected()
            for note in await self.open():
                if stop.is_set() or note.id in hopeless:
                    round_ = _with_open(round_, note, hopeless.get(note.id))
                else:
                    round_ = await self._look(note, round_, hopeless, tell)
            total = total.plus(round_)
            if not wait or stop.is_set() or round_.refused_whole or total.open == len(hopeless):
                return total
            try:
                await unless_stopped(stop, self._context.sleep(pause), "stopped")
            except Fault:
                return total
            pause = min(pause * GROWTH, LAST_LOOK)

    async def open(self) -> list[BatchNote]:
        """The batches that are not over, oldest first.

        Raises:
            DamagedRecord: what is remembered of one cannot be read.
        """
        return await self._notes.open()

    async def close(self) -> None:
        """Let go of connections, those of the providers included; whoever asks them again opens new ones."""
        for provider in self._providers.values():
            await provider.batches.close()
            await provider.calls.close()

    async def _look(
        self, note: BatchNote, before: Collected, hopeless: dict[str, str], tell: Tell | None
    ) -> Collected:
        try:
            came, words = await look(self._context, self._provider(note.provider), note)
        except DamagedRecord:
            raise
        except (AccountError, InputError) as error:  # without its key one vendor does not hold up another
            words = hopeless[note.id] = str(error)
            came = _with_open(Collected(), note, words)
        except Fault as fault:
            words = fault.message
            if not fault.retry and fault.cause != "deadline":
                hopeless[note.id] = words
            came = _with_open(Collected(), note, words)
        if tell is not None:
            tell(note, words)
        came = self._set_apart(came)
        return replace(
            before.plus(came),
            open=before.open + came.open,
            troubles={**before.troubles, **came.troubles},
        )

    async def _send(
        self, pile: Pile, *, into: Submitted, stop: asyncio.Event | None, tell: Tell | None
    ) -> None:
        """Send a pile, or the halves of it that the vendor takes."""
        some = [wanted for wanted, _ in pile.lines.values()]
        provider = self._provider(some[0].request.provider)
        try:
            if stop is not None and stop.is_set():
                raise unsent("stopped", _STOPPED)
            note = await send_pile(_stopping(self._context, stop), provider, pile, into)
        except Fault as fault:
            if fault.cause == "stopped":
                for each in some:
                    if each.request.key not in into.left:
                        into.leave(each, "stopped", fault.message)
                return
            for half in self._halved(pile, fault, into):
                await self._send(half, into=into, stop=stop, tell=tell)
            return
        if note is not None and tell is not None:
            tell(note, f"{note.lines:,} calls sent")

    def _halved(self, pile: Pile, fault: Fault, into: Submitted) -> Sequence[Pile]:
        """What is sent in place of a pile that was refused as a whole; nothing in place of a single call.

        Raises:
            Fault: that one, if it is not about what was in the pile.
        """
        if not self._halving.helps(fault):
            raise fault
        if len(pile.lines) > 1:
            return halves(pile)
        for wanted, _ in pile.lines.values():
            into.leave(wanted, "refused", fault.message)
        return ()

    def _set_apart(self, came: Collected) -> Collected:
        """Have the halves of batches that were refused as a whole go into batches of their own."""
        refused, whole = dict(came.refused), []
        for keys, why in came.refused_whole:
            fault = unsent("request", why)
            if not self._halving.helps(fault):
                continue
            if len(keys) == 1:
                refused[keys[0]] = fault
            else:
                self._halving.halve(keys)
                whole.append((keys, why))
        return replace(came, refused=refused, refused_whole=tuple(whole))

    def _provider(self, name: str) -> BatchProvider:
        if name not in self._providers:
            calls = self._connect(name)
            self._providers[name] = BatchProvider(calls, self._batches_of(calls))
        return self._providers[name]


def _stopping(context: Context, stop: asyncio.Event | None) -> Context:
    """The same, but no wait goes on once `stop` is set."""
    if stop is None:
        return context

    async def sleep(seconds: float) -> None:
        await unless_stopped(stop, context.sleep(seconds), _STOPPED)

    return replace(context, sleep=sleep)


def _with_open(before: Collected, note: BatchNote, trouble: str | None) -> Collected:
    troubles = before.troubles if trouble is None else {**before.troubles, note.id: trouble}
    return replace(before, open=before.open + 1, troubles=troubles)
