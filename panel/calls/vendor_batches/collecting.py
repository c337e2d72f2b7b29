"""A batch on its way back: its results kept, read and settled, whatever is missing given back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from panel.calls.charging import BATCH_HEADER, doubted
from panel.calls.faults import Fault, unsent
from panel.calls.ledger.base import Leased
from panel.calls.ledger.rows import call_of
from panel.calls.vendor_batches.apis.base import BatchProvider, BatchStatus, Result, key_of
from panel.calls.vendor_batches.notes import BatchNote
from panel.calls.vendor_batches.submitting import Context, adopt, give_up
from panel.calls.wire.texts import repeats_prompt
from panel.core.requests import CallRequest, RawReply, Reply

#: Results that are stored at once.
_AT_ONCE = 64
#: How often results are fetched that are not all there, and the seconds in between.
_FETCHES, _BETWEEN = 3, 5.0
#: Seconds after which a batch that the vendor does not list was never made.
GRACE = 900.0


@dataclass(frozen=True)
class Collected:
    """What collecting came to.

    Attributes:
        open: Batches that are not over yet.
        over: Batches whose every call is settled or given back now.
        kept: Replies stored; of two processes that collect at once both may count one.
        unreadable: Those of them that nobody can read; they may have been billed.
        unmade: Calls that the vendor did not make and does not bill; they may be sent again.
        missing: Calls without a result that may have been billed.
        refused: By key, why the vendor does not make a call, where sending it again does not help; among
            those `unmade`.
        refused_whole: The keys of each batch that was refused as a whole because of what is in it, and why.
        troubles: What went wrong with open batches, by their ids.
    """

    open: int = 0
    over: int = 0
    kept: int = 0
    unreadable: int = 0
    unmade: int = 0
    missing: int = 0
    refused: dict[str, Fault] = field(default_factory=dict)
    refused_whole: tuple[tuple[tuple[str, ...], str], ...] = ()
    troubles: dict[str, str] = field(default_factory=dict)

    def plus(self, more: Collected) -> Collected:
        """Both together; how many are open is what the later one says, and so are the troubles."""
        return Collected(
            open=more.open,
            over=self.over + more.over,
            kept=self.kept + more.kept,
            unreadable=self.unreadable + more.unreadable,
            unmade=self.unmade + more.unmade,
            missing=self.missing + more.missing,
            refused=self.refused | more.refused if more.refused else self.refused,
            refused_whole=self.refused_whole + more.refused_whole,
            troubles=more.troubles,
        )


async def look(context: Context, provider: BatchProvider, note: BatchNote) -> tuple[Collected, str]:
    """Do for one open batch what can be done now; what that came to, and how far it is in words.

    Raises:
        Fault: the vendor does not say, or its results cannot be fetched now.
    """
    if note.is_being_sent(context.clock()):
        return Collected(open=1), "is being sent"
    if note.state == "claiming":
        return Collected(over=1, unmade=await give_up(context, note, "it was not sent")), "was never sent"
    if note.vendor_id is None:
        note = await adopt(context, provider, note)
    if note.vendor_id is None:
        return await _nowhere(context, note)
    if not await context.ledger.leased(note.id):
        await context.notes.close(note)
        return Collected(over=1), "is over"
    return await _at_the_vendors(context, provider, note, note.vendor_id)


async def _nowhere(context: Context, note: BatchNote) -> tuple[Collected, str]:
    """A batch that was sent without an answer, and that the vendor does not list."""
    if context.clock() - note.changed <= GRACE:
        return Collected(open=1), "was sent without an answer, and is looked for again"
    why = "the batch was sent without an answer, and the vendor lists none"
    return Collected(over=1, unmade=await give_up(context, note, why)), "never reached the vendor"


async def _at_the_vendors(
    context: Context, provider: BatchProvider, note: BatchNote, vendor_id: str
) -> tuple[Collected, str]:
    try:
        status = await provider.batches.status(vendor_id)
    except Fault as fault:
        kept_until = note.created + provider.batches.limits.kept_seconds
        if fault.status != 404 or context.clock() < kept_until:  # noqa: PLR2004 (HTTP's)
            raise
        gone = await give_up(context, note, "its results were not fetched in time", maybe_paid=True)
        return Collected(over=1, missing=gone), "is gone with its results"
    if status.state == "running":
        return Collected(open=1), f"runs: {status.done:,} of {status.total:,} calls done"
    if status.state == "refused":
        why = f"the vendor refused the batch: {status.why}"
        keys = tuple(call.key for call in await context.ledger.leased(note.id))
        unmade = await give_up(context, note, why)
        at_fault = () if status.for_now else ((keys, why),)
        return Collected(over=1, unmade=unmade, refused_whole=at_fault), f"was refused: {status.why}"
    return await _Intake(context, provider, note, vendor_id).take_in(status)


class _Intake:
    """The results of one batch that ended, put where they belong."""

    def __init__(self, context: Context, provider: BatchProvider, note: BatchNote, vendor_id: str) -> None:
        self._context = context
        self._provider = provider
        self._note = note
        self._vendor_id = vendor_id
        self._ours = 0
        self._open: dict[str, Leased] = {}
        self._sum = Collected()

    async def take_in(self, status: BatchStatus) -> tuple[Collected, str]:
        """Fetch until all that is done is here; then give back the rest.

        Raises:
            Fault: the results cannot be fetched; what was stored before stays stored.
        """
        self._open = {call.key: call for call in await self._context.ledger.leased(self._note.id)}
        for fetch in range(_FETCHES):
            if fetch:
                await self._context.sleep(_BETWEEN)
            seen = await self._fetch()
            if len(seen) >= status.done or not self._open:
                break
        if self._note.found and not self._ours and seen:
            await self._context.notes.disown(self._note)
            return Collected(open=1), "was another's, and is looked for again"
        await self._give_back_the_rest(status)
        await self._context.notes.close(self._note)
        done = replace(self._sum, over=1)
        return done, f"is over: {done.kept:,} replies, {done.unmade + done.missing:,} calls without one"

    async def _fetch(self) -> set[str]:
        """Take in one file of results; the custom ids in it. Lines that nobody can read are left out."""
        seen: set[str] = set()
        try:
            async with aclosing(self._provider.batches.results(self._vendor_id)) as results:  # type: ignore[type-var]  # an async generator
                async for some in _chunks(results):
                    seen.update(custom_id for custom_id, _ in some)
                    await self._store(some)
        except Fault as fault:
            if fault.cause != "envelope":
                raise
        return seen

    async def _store(self, some: list[Result]) -> None:
        """Store results at once; of several for one call the first counts, and strangers do not."""
        calls = [(self._open.pop(key_of(custom_id), None), got) for custom_id, got in some]
        sums = await asyncio.gather(
            *(self._one(call, got) for call, got in calls if call is not None), return_exceptions=True
        )
        for each in sums:
            if isinstance(each, BaseException):
                raise each
            self._ours += 1
            self._sum = self._sum.plus(each)

    async def _one(self, call: Leased, got: RawReply | Fault) -> Collected:
        try:
            return await self._unmade(call, got) if isinstance(got, Fault) else await self._made(call, got)
        except LookupError:
            return Collected()  # another process that collects was faster

    async def _unmade(self, call: Leased, fault: Fault) -> Collected:
        context = self._context
        if call.kept:
            return Collected()  # an earlier line held its reply
        why = fault.message
        if fault.status is not None and repeats_prompt(why, await self._request_of(call)):
            why = f"in a batch: status {fault.status}; its message repeats the prompt"
        await context.ledger.abandon(call.call, status=fault.status, why=why, maybe_paid=fault.maybe_paid)
        if fault.maybe_paid:
            return Collected(missing=1)
        context.money.settled(call, 0.0)
        refused = {} if fault.retry else {call.key: unsent(fault.cause, why, status=fault.status)}
        return Collected(unmade=1, refused=refused)

    async def _made(self, call: Leased, raw: RawReply) -> Collected:
        """Store the reply, then read it, then settle what it cost."""
        context, vendor = self._context, self._provider.vendor
        if not call.kept:
            headers = {**raw.headers, BATCH_HEADER: self._vendor_id}
            await context.ledger.keep(call.call, raw.model_copy(update={"headers": headers}))
        request = await self._request_of(call)
        got: Reply | Fault
        try:
            got = doubted(self._provider.calls.read(request, raw), request)
        except Fault as fault:
            got = fault
        usd = context.money.price(vendor, request, got, call)
        await context.ledger.settle(call.call, usage=got.usage, cost_usd=usd)
        context.money.settled(call, usd)
        return Collected(kept=1, unreadable=int(isinstance(got, Fault)))

    async def _request_of(self, call: Leased) -> CallRequest:
        ledger = self._context.ledger
        async with aclosing(ledger.rows(key=call.key)) as rows:  # type: ignore[type-var]  # an async generator
            async for row in rows:
                if row.id == call.call:
                    return call_of(row, ledger.place).request
        raise LookupError(f"call {call.call} is gone")

    async def _give_back_the_rest(self, status: BatchStatus) -> None:
        """Calls without a result: not made where the batch was cut short, else nobody knows."""
        why = (
            "its batch ended before it was made" if status.cut_short else "its batch brought no result for it"
        )
        for call in self._open.values():
            fault = Fault("server", why, maybe_paid=not status.cut_short)
            self._sum = self._sum.plus(await self._one(call, fault))


async def _chunks(results: AsyncIterator[Result]) -> AsyncIterator[list[Result]]:
    """Results so many at once as are stored at once, the last ones also if an error follows."""
    some: list[Result] = []
    try:
        async for each in results:
            some.append(each)
            if len(some) == _AT_ONCE:
                yield some
                some = []
    except Fault:
        if some:
            yield some
        raise
    if some:
        yield some
