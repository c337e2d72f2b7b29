"""A batch on its way out: noted, its calls claimed, noted again, sent, its id noted."""

from __future__ import annotations

import asyncio
import contextlib
import math
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from panel.calls.faults import Fault
from panel.calls.ledger.base import Answered, Granted, InFlight, Intent, Lease, Ledger, Unanswered
from panel.calls.retrying import RetryPolicy
from panel.calls.vendor_batches.apis.base import BatchProvider, Line, Sought
from panel.calls.vendor_batches.money import BatchMoney
from panel.calls.vendor_batches.notes import WINDOW, BatchNote, Notes, sending
from panel.calls.vendor_batches.piles import Pile, Wanted

#: Calls that are claimed at once.
_AT_ONCE = 128
#: How often a batch is sent that the vendor turns away for the moment, and the first wait in seconds.
_TRIES, _FIRST_WAIT, _LONGEST_WAIT = 4, 5.0, 120.0
#: How long a vendor may ask to wait: as long as for a live call, but no single call's deadline counts.
_PATIENCE = RetryPolicy(deadline=math.inf)
#: Seconds after which whoever claims many calls says that it is still there.
_SIGN_OF_LIFE = 300.0
#: Seconds that the vendor's clock may be behind ours.
CLOCK_SKEW = 600.0
#: Seconds for which calls of a batch are nobody else's: its window, and an hour to be sent and collected.
LEASE_SECONDS = WINDOW + 3_600.0

LeftBecause = Literal["answered", "in_flight", "unanswered", "budget", "too_large", "refused", "stopped"]


@dataclass(frozen=True)
class Left:
    """A call that is in no batch.

    Attributes:
        tool: The tool it is about.
        persona: The persona it speaks for.
        because: Why, for programs.
        why: Why, in words.
    """

    tool: str
    persona: str
    because: LeftBecause
    why: str


@dataclass
class Submitted:
    """What became of the calls that were wanted.

    Attributes:
        batches: Those that went out, and those of which nobody knows yet whether they did.
        left: The calls that are in none of them, by key.
        most_usd: Dollars set aside for all that went out, as far as prices are known.
    """

    batches: list[BatchNote] = field(default_factory=list)
    left: dict[str, Left] = field(default_factory=dict)
    most_usd: float = 0.0

    @property
    def calls(self) -> int:
        """How many calls went out."""
        return sum(note.lines for note in self.batches)

    def leave(self, wanted: Wanted, because: LeftBecause, why: str) -> None:
        """Note that a call is in no batch."""
        self.left[wanted.request.key] = Left(wanted.tool, wanted.persona, because, why)


@dataclass(frozen=True)
class Context:
    """What sending and collecting share.

    Attributes:
        ledger: Where every call is kept.
        notes: Those of its batches.
        money: Of this run.
        run: Its id.
        most_unanswered: So often a call is asked although each time it may have been paid for nothing.
        clock: Seconds since 1970.
        sleep: How to wait.
    """

    ledger: Ledger
    notes: Notes
    money: BatchMoney
    run: str
    most_unanswered: int | None
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def write(self, note: BatchNote, **changes: object) -> BatchNote:
        """Remember a note with these changes; the note as it is now."""
        changed = note.model_copy(update={**changes, "changed": self.clock()})
        await self.notes.write(changed)
        return changed


async def send_pile(
    context: Context, provider: BatchProvider, pile: Pile, into: Submitted
) -> BatchNote | None:
    """Claim the calls of a pile and hand those that were granted over to the vendor.

    Args:
        context: Ledger, notes and money.
        provider: Whose batch it becomes.
        pile: What is wanted.
        into: Is told what became of each call.

    Returns:
        Its note, in the state `sent` or `unsure`; None if no call was granted.

    Raises:
        Fault: the vendor does not take it; nothing was paid, and its calls are free for anybody.
    """
    note = _first_note(context, provider, pile)
    with sending(note):
        await context.notes.write(note)
        note, lines, usd = await _claim_all(context, provider, pile, note, into)
        if not lines:
            await context.notes.close(note)
            return None
        note = await _send(context, provider, lines, note)
    into.batches.append(note)
    into.most_usd += usd
    return note


async def _send(context: Context, provider: BatchProvider, lines: list[Line], note: BatchNote) -> BatchNote:
    """Hand lines over; the batch's note, in the state `sent` or `unsure`."""
    note = await context.write(note, state="creating", lines=len(lines))
    try:
        vendor_id = await _created(context, provider, lines, note)
    except Fault as fault:
        if fault.maybe_paid:
            note = await context.write(note, state="unsure")
            with contextlib.suppress(Fault):  # it is looked for again when results are collected
                note = await adopt(context, provider, note)
            return note
        await give_up(context, note, f"the batch was not taken: {fault.message}")
        raise
    return await context.write(note, state="sent", vendor_id=vendor_id)


async def adopt(context: Context, provider: BatchProvider, note: BatchNote) -> BatchNote:
    """Look for a batch at the vendor whose create was not answered; its note, `sent` if it is there.

    Raises:
        Fault: the vendor does not say what it has, so that nobody knows whether it is there.
    """
    sought = Sought(label=note.id, lines=note.lines, since=note.created - CLOCK_SKEW)
    found = await provider.batches.find(sought)
    ours = [each for each in found if each not in note.not_ours]
    free = await context.notes.unclaimed(note.provider, ours)
    if not free:
        return note
    return await context.write(note, state="sent", vendor_id=free[0], found=True)


async def give_up(context: Context, note: BatchNote, why: str, *, maybe_paid: bool = False) -> int:
    """Give back all calls of a batch that brings no results, and close it; how many they were."""
    calls = await context.ledger.leased(note.id)
    for call in calls:
        if call.kept:
            await context.ledger.settle(call.call, usage=None, cost_usd=call.reserved_usd)
        else:
            await context.ledger.abandon(call.call, status=None, why=why, maybe_paid=maybe_paid)
            if not maybe_paid:
                context.money.settled(call, 0.0)
    await context.notes.close(note)
    return len(calls)


def _first_note(context: Context, provider: BatchProvider, pile: Pile) -> BatchNote:
    wanted, _ = next(iter(pile.lines.values()))
    now = context.clock()
    return BatchNote(
        id=f"panel-{secrets.token_hex(16)}",
        provider=provider.vendor.name,
        model=wanted.request.model,
        run=context.run,
        state="claiming",
        created=now,
        changed=now,
    ).by_this_process()


async def _claim_all(
    context: Context, provider: BatchProvider, pile: Pile, note: BatchNote, into: Submitted
) -> tuple[BatchNote, list[Line], float]:
    """Claim calls under the batch's lease; its note, and of those granted the lines and the dollars held.

    The note is written anew now and then: another machine gives up a batch that is silent for too long.
    """
    lease = Lease(note.id, LEASE_SECONDS)
    wanted = list(pile.lines.values())
    granted: list[Line] = []
    usd = 0.0
    for start in range(0, len(wanted), _AT_ONCE):
        if context.clock() - note.changed > _SIGN_OF_LIFE:
            note = await context.write(note)
        some = wanted[start : start + _AT_ONCE]
        claims = await asyncio.gather(*(_claim(context, provider, each, lease, into) for each, _ in some))
        granted += [line for (_, line), held in zip(some, claims, strict=True) if held is not None]
        usd += sum(held or 0.0 for held in claims)
    return note, granted, usd


async def _claim(
    context: Context, provider: BatchProvider, wanted: Wanted, lease: Lease, into: Submitted
) -> float | None:
    """Claim one call; the dollars set aside for it, None where it is not granted."""
    request, money = wanted.request, context.money
    upper = money.upper(provider.vendor, request)
    try:
        held = money.spend(upper, model=request.model)
    except Fault as fault:
        into.leave(wanted, "budget", fault.message)
        return None
    claim = await context.ledger.claim(
        request,
        Intent(context.run, wanted.tool, wanted.persona, upper),
        known=wanted.known,
        most_unanswered=context.most_unanswered,
        lease=lease,
    )
    if isinstance(claim, Granted):
        return held
    money.give_back(held)
    if isinstance(claim, Answered):
        into.leave(wanted, "answered", "the ledger holds an answer that was not looked at")
    elif isinstance(claim, InFlight):
        into.leave(wanted, "in_flight", "it is in flight, live or in another batch")
    else:
        assert isinstance(claim, Unanswered)  # the rest is said only of calls with bounds
        into.leave(wanted, "unanswered", str(claim))
    return None


async def _created(context: Context, provider: BatchProvider, lines: list[Line], note: BatchNote) -> str:
    """Hand the batch over; while the vendor turns it away for the moment, again.

    Raises:
        Fault: it is not taken, or nobody knows; `long_wait` if the vendor asks for a wait that is too long.
    """
    wait = _FIRST_WAIT
    for _ in range(_TRIES - 1):
        try:
            return await provider.batches.create(lines, label=note.id)
        except Fault as fault:
            if fault.maybe_paid or not fault.retry:
                raise
            _PATIENCE.refuse_long_wait(fault)
            # For whoever finds the note, should this process end while it waits: the vendor has nothing.
            await context.write(note, state="claiming")
            await context.sleep(min(fault.retry_after or wait, _LONGEST_WAIT))
        # A sign of life as well: another machine gives a batch up that is sent for too long.
        await context.write(note, state="creating")
        wait *= 2
    return await provider.batches.create(lines, label=note.id)
