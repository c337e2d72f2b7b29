"""Sends calls when they may leave: turn, breaker, money set aside, an intent in the ledger, and then once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from panel.calls.breaker import Breaker
from panel.calls.budget import Budget
from panel.calls.errand import Answer, Errand
from panel.calls.faults import unsent
from panel.calls.finishing import to_the_end
from panel.calls.ledger.base import Claim, Crowded, Granted, Ledger, OverCap, Unanswered
from panel.calls.limits import Limiter, Turn
from panel.calls.sharing import Commons, NoRoom, Place
from panel.core.outcomes import Cost

#: From the fifth intent on a call that may have been paid four times for nothing waits for a person.
MOST_UNANSWERED = 4
_UNSENT = "stopped before it was sent"

#: Sends a call once: told its id in the ledger, and the turn it has.
Send = Callable[[int, Turn], Awaitable[Answer]]


class Elsewhere(Exception):
    """Somebody else has asked the same: nothing is sent from here now.

    Args:
        claim: What the ledger says of it.
    """

    def __init__(self, claim: Claim) -> None:
        super().__init__()
        self.claim = claim


class Dispatcher:
    """Lets calls leave, each when it is its turn and there is money for it.

    Args:
        ledger: Where the intent of every call is noted before it is sent.
        budget: What may be spent.
        limiter: How many calls may be in flight.
        breaker: Keeps calls back from a provider that is down.
        commons: Where other processes work on the same run, what all of them share; else None.
        most_unanswered: So often a call is asked although each time it may have been paid for nothing; None:
            as often as anybody wants it.

    Attributes:
        stopped: Set once nothing leaves any more.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        budget: Budget,
        limiter: Limiter,
        breaker: Breaker,
        commons: Commons | None,
        most_unanswered: int | None,
    ) -> None:
        self._ledger = ledger
        self._budget = budget
        self._limiter = limiter
        self._breaker = breaker
        self._commons = commons
        self._most_unanswered = most_unanswered
        self.stopped = asyncio.Event()

    def stop(self) -> None:
        """Let nothing leave any more: whatever is not sent yet raises Fault `stopped`."""
        self.stopped.set()
        self._limiter.shut_all(unsent("stopped", _UNSENT))

    async def pause(self, seconds: float) -> None:
        """Wait, but not beyond `stop`: the next turn then says that all is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopped.wait(), seconds)

    async def dispatch(self, errand: Errand, send: Send) -> Answer:
        """Send a call once, when it may leave.

        Of the money set aside for it what `errand.cost` then says is spent, and the rest is given back.

        Raises:
            Elsewhere: somebody else has asked the same; turn and money are given back.
            Fault: it was asked too often without a reply, the budget does not reach, or all is over; or what
                `send` raises.
        """
        request = errand.request
        async with self._limiter.turn(request.provider, request.model, tokens=errand.tokens) as turn:
            if self._commons is None:
                return await self._pass(errand, send, turn)
            async with self._commons.line(request.provider, request.model) as first:
                while True:
                    try:
                        return await self._pass(errand, send, turn, first)
                    except NoRoom as no_room:
                        await self.pause(no_room.seconds)

    async def _pass(self, errand: Errand, send: Send, turn: Turn, first: Place | None = None) -> Answer:
        """Pass the breaker, set money aside, send once.

        Raises:
            NoRoom: others take all the room there is; money is given back, the turn is not.
        """
        tool = errand.intent.tool
        async with self._breaker.passage(errand.request.provider, tool=tool, stop=self.stopped):
            if self._commons is None:
                call, reserved = await self._reserve_and_claim(errand, turn)
            else:
                call = await self._claim(errand, turn)  # money is set aside with it
                reserved = self._budget.hold(errand.upper or 0.0)
            if first is not None:
                first.leave()
            errand.cost = Cost()  # until it is on its way
            try:
                return await send(call, turn)
            finally:
                self._budget.settle(reserved, errand.cost.usd)

    async def _reserve_and_claim(self, errand: Errand, turn: Turn) -> tuple[int, float]:
        """The call's id, and the money set aside for it."""
        # Money is held only by calls that have a turn: queued ones would starve each other.
        reserved = await self._budget.reserve_when_free(errand.upper, model=errand.request.model)
        try:
            return await self._claim(errand, turn), reserved
        except BaseException:
            self._budget.settle(reserved, 0.0)
            raise

    async def _claim(self, errand: Errand, turn: Turn) -> int:
        """Note the intent durably; the call's id.

        Raises:
            Elsewhere: the ledger says that somebody else has asked, or has an answer.
            NoRoom: the ledger says that there is none now.
            Fault: it was asked too often without a reply, the budget does not reach, or all is over.
        """
        if self.stopped.is_set():
            raise unsent("stopped", _UNSENT)
        claim = await self._noted(errand)
        if isinstance(claim, Granted):
            return claim.call
        if self._commons is not None and isinstance(claim, OverCap | Crowded):
            raise self._commons.refused(claim, errand.upper)
        turn.give_up()
        if isinstance(claim, Unanswered):
            raise unsent("unanswered", f"{claim}; --retry-maybe-paid asks once more")
        raise Elsewhere(claim)

    async def _noted(self, errand: Errand) -> Claim:
        """What the ledger says to the intent; whoever is cancelled meanwhile leaves none behind."""
        claims: list[Claim] = []
        bounds = None if self._commons is None else self._commons.bounds(errand.tokens)

        async def note() -> None:
            claims.append(
                await self._ledger.claim(
                    errand.request,
                    errand.intent,
                    known=errand.known,
                    most_unanswered=self._most_unanswered,
                    bounds=bounds,
                )
            )

        try:
            await to_the_end(note())
        except asyncio.CancelledError:
            for claim in claims:
                if isinstance(claim, Granted):
                    await to_the_end(
                        self._ledger.abandon(claim.call, status=None, why=_UNSENT, maybe_paid=False)
                    )
            raise
        return claims[0]
