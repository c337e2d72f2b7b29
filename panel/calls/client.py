"""One call, paid once: money set aside, intent noted, sent, the raw reply on disk, and only then read."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Literal

from panel.calls.breaker import Breaker
from panel.calls.budget import Budget
from panel.calls.charging import came_by_batch, charge, cost_of_call, doubted
from panel.calls.dispatcher import MOST_UNANSWERED, Dispatcher, Elsewhere
from panel.calls.errand import Answer, CallState, Errand
from panel.calls.faults import Fault, unsent
from panel.calls.finishing import to_the_end
from panel.calls.ledger.base import Answered, InFlight, Intent, Ledger
from panel.calls.ledger.rows import StoredReply
from panel.calls.limits import Limiter, Turn
from panel.calls.prices import Prices
from panel.calls.providers.base import Provider
from panel.calls.retrying import Patience, RetryPolicy
from panel.calls.sharing import Commons
from panel.calls.warming import Warming, prefix_to_write
from panel.core.errors import PanelError
from panel.core.outcomes import Cost
from panel.core.requests import CallRequest, RawReply, Reply

_IN_A_BATCH = "it is in a vendor's batch; panel batch --collect takes in what is ready"
#: Seconds between two looks at what became of the same call elsewhere; they grow from the first to the last.
_FIRST_LOOK, _LAST_LOOK = 0.05, 1.0

#: `fresh` uses only what this run has asked itself, `from_ledger` asks nothing.
Mode = Literal["use_ledger", "fresh", "from_ledger"]


class Client:
    """Looks calls up in the ledger and makes those that are missing, for one run.

    Args:
        ledger: Where every call is kept; whoever opened it closes it.
        connect: Gives the provider of a name; asked once per name, and only when it is needed.
        run: The run that pays.
        prices: What calls cost.
        budget: What may be spent.
        limiter: How many calls may be in flight.
        policy: When a call is asked again.
        breaker: Keeps calls back from a provider that is down.
        mode: Which stored answers count, and whether calls are made at all.
        most_unanswered: So often a call is asked although each time it may have been paid for nothing; None:
            as often as anybody wants it.
        shared: Whether other processes work on the same run: then the ledger alone judges whether there is
            money for a call and, besides the limiter, whether there is room, over all processes together.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        connect: Callable[[str], Provider],
        run: str,
        prices: Prices,
        budget: Budget,
        limiter: Limiter,
        policy: RetryPolicy,
        breaker: Breaker | None = None,
        mode: Mode = "use_ledger",
        most_unanswered: int | None = MOST_UNANSWERED,
        shared: bool = False,
    ) -> None:
        self.ledger = ledger
        self._connect = connect
        self.run = run
        self._prices = prices
        self.budget = budget
        self._policy = policy
        self._breaker = breaker or Breaker()
        self._warming = Warming()
        self._mode = mode
        self._dispatcher = Dispatcher(
            ledger=ledger,
            budget=budget,
            limiter=limiter,
            breaker=self._breaker,
            commons=Commons(budget, limiter.ceilings) if shared else None,
            most_unanswered=most_unanswered,
        )
        self._providers: dict[str, Provider] = {}
        self._costs: dict[str, Cost] = {}
        self._cost_before = Cost()

    @property
    def cost(self) -> Cost:
        """New spend so far. `calls` are the requests that left; `from_ledger` is the caller's to count."""
        total = self._cost_before
        for cost in self._costs.values():
            total = total.plus(cost)
        return total

    def cost_of(self, tool: str) -> Cost:
        """New spend so far on one tool, calls that brought no reply included."""
        return self._costs.get(tool, Cost())

    def is_over(self, tool: str) -> None:
        """Nothing more is asked about a tool: its cost is only kept in the sum, so that memory stays flat."""
        self._cost_before = self._cost_before.plus(self._costs.pop(tool, Cost()))

    async def refresh_spent(self) -> None:
        """Bring `budget.spent_usd` up to date with what all processes of this run have spent."""
        self.budget.counted(await self.ledger.spent(self.run))

    def stop(self) -> None:
        """Send nothing more. What is in flight goes on; whatever is not sent yet raises Fault `stopped`."""
        self._dispatcher.stop()

    @property
    def down(self) -> list[str]:
        """The providers that do not answer, and are not asked but now and then."""
        return self._breaker.down

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more is sent."""
        return self._dispatcher.stopped.is_set()

    def afresh(self) -> Client:
        """The same client in mode `fresh`; both share all they have, and one of them is to be closed."""
        if self._mode == "from_ledger":
            return self
        made = copy.copy(self)
        made._mode = "fresh"  # noqa: SLF001 (a copy of itself)
        return made

    async def close(self) -> None:
        """Let go of the providers' connections."""
        for provider in self._providers.values():
            await provider.close()

    # ------------------------------------------------------------ what is there

    async def stored(self, request: CallRequest) -> list[Answer | Fault]:
        """What the ledger holds for this request, newest first; a Fault stands for a reply nobody can read.

        In mode `fresh` only what this run has asked.
        """
        replies = await self.ledger.replies(request.key)
        if self._mode == "fresh":
            replies = [reply for reply in replies if reply.run == self.run]
        return [await self._read_again(request, reply) for reply in replies]

    async def _read_again(self, request: CallRequest, stored: StoredReply) -> Answer | Fault:
        provider = self._provider(request.provider)
        got: Reply | Fault
        try:
            got = doubted(provider.read(request, stored.raw), request)
        except Fault as fault:
            got = fault
        cost = stored.cost_usd
        if not stored.settled and got.usage is not None:
            # The process that kept it died before it could settle.
            batch = came_by_batch(stored.raw)
            upper = self._prices.upper_bound(provider.vendor, request, batch=batch)
            cost = charge(self._prices, provider.vendor, request, got, upper=upper, batch=batch)
            await self.ledger.settle(stored.id, usage=got.usage, cost_usd=cost)
        if isinstance(got, Fault):
            got.attempts, got.run = 0, stored.run
            return got
        return Answer(request.key, stored.run, got, cost, from_ledger=True, attempts=0)

    # ------------------------------------------------------------ what is missing

    async def send(
        self,
        request: CallRequest,
        *,
        tool: str,
        persona: str,
        known: int | None = None,
        on_state: Callable[[CallState], None] | None = None,
    ) -> Answer:
        """Ask the model and pay, unless somebody else has just asked the same: then their answer is used.

        Args:
            request: What to ask.
            tool: The tool it is about, for the ledger.
            persona: The persona it speaks for, for the ledger.
            known: How many stored replies were looked at already and do not answer it; None: those of others
                do not matter, nor whether anybody is just asking the same.
            on_state: Told what the call is doing.

        Raises:
            Fault: no readable reply; `attempts` says how many requests were sent.
            InputError: the price is unknown and there is a cap; nothing was sent.
            AccountError: the provider cannot be connected; nothing was sent.
            StoppedEarly: the ledger cannot be written; nothing more is sent from now on.
        """
        if self._mode == "from_ledger":
            raise unsent("not_in_ledger", "the ledger holds no answer, and --from-ledger makes no call")
        provider = self._provider(request.provider)
        upper = self._prices.upper_bound(provider.vendor, request)
        self.budget.require_price(upper, model=request.model)
        intent = Intent(self.run, tool, persona, upper)
        errand = Errand(
            request, provider, intent, on_state or _nobody, None if self._mode == "fresh" else known
        )
        try:
            async with self._warming.turn(prefix_to_write(request, provider.vendor, self._prices)):
                return await self._policy.run(
                    partial(self._attempt, errand),
                    stop=self._dispatcher.stopped,
                    on_wait=lambda: errand.tell("waiting"),
                )
        except Fault as fault:
            fault.attempts = errand.sent
            raise
        except PanelError:
            self.stop()  # a reply that cannot be stored must not be paid for
            raise

    async def _attempt(self, errand: Errand, patience: Patience) -> Answer:
        look = _FIRST_LOOK
        while True:
            errand.tell("queued")
            try:
                return await self._dispatcher.dispatch(errand, partial(self._send_once, errand, patience))
            except Elsewhere as elsewhere:
                if isinstance(elsewhere.claim, Answered):
                    return await self._theirs(errand)
                if isinstance(elsewhere.claim, InFlight) and elsewhere.claim.leased:
                    raise unsent("pending", _IN_A_BATCH) from None
            await self._dispatcher.pause(look)
            look = min(2 * look, _LAST_LOOK)

    async def _send_once(self, errand: Errand, patience: Patience, call: int, turn: Turn) -> Answer:
        try:
            raw = await self._ask(errand, call, patience)
            turn.learn(raw.headers)
            return await to_the_end(self._take_in(errand, call, raw))
        finally:
            tool = errand.intent.tool
            self._costs[tool] = self.cost_of(tool).plus(errand.cost)

    async def _theirs(self, errand: Errand) -> Answer:
        """The answer that somebody else has paid for.

        Raises:
            Fault: nobody can read it.
        """
        replies = await self.ledger.replies(errand.request.key)
        errand.known = len(replies)
        got = await self._read_again(errand.request, replies[0])
        if isinstance(got, Fault):
            raise got
        return got

    async def _ask(self, errand: Errand, call: int, patience: Patience) -> RawReply:
        errand.sent += 1
        errand.cost = Cost(usd=errand.upper, calls=1)  # until better is known: it may have been paid
        errand.tell("thinking")
        try:
            with patience.running():
                return await errand.provider.send(errand.request, deadline=patience.left)
        except Fault as fault:
            await to_the_end(self._note(errand, call, fault))
            self._policy.refuse_long_wait(fault)
            raise
        except BaseException as error:
            why = f"interrupted in flight ({type(error).__name__})"
            await to_the_end(self.ledger.abandon(call, status=None, why=why, maybe_paid=True))
            raise

    async def _note(self, errand: Errand, call: int, fault: Fault) -> None:
        """Close a call that brought no reply, or only a piece of one that may have been billed."""
        if not fault.maybe_paid:
            errand.cost = Cost(calls=1)
        if fault.maybe_paid and fault.raw is not None:
            await self._keep(errand, call, fault.raw)
            await self.ledger.settle(call, usage=None, cost_usd=errand.upper)
        else:
            await self.ledger.abandon(
                call, status=fault.status, why=fault.message, maybe_paid=fault.maybe_paid
            )

    async def _take_in(self, errand: Errand, call: int, raw: RawReply) -> Answer:
        """Store the reply, then read it, then settle what it cost."""
        request, provider = errand.request, errand.provider
        await self._keep(errand, call, raw)
        try:
            reply = doubted(provider.read(request, raw), request)
        except Fault as fault:
            await self._settle(errand, call, fault)
            self._policy.refuse_long_wait(fault)
            raise
        usd = await self._settle(errand, call, reply)
        return Answer(request.key, self.run, reply, usd, from_ledger=False, attempts=errand.sent)

    async def _keep(self, errand: Errand, call: int, raw: RawReply) -> None:
        await self.ledger.keep(call, raw)
        if errand.known is not None:
            errand.known += 1

    async def _settle(self, errand: Errand, call: int, got: Reply | Fault) -> float | None:
        """Charge what the reply says it used; one without a readable answer may say so too."""
        usd = charge(self._prices, errand.provider.vendor, errand.request, got, upper=errand.upper)
        errand.cost = cost_of_call(got, usd)
        await self.ledger.settle(call, usage=got.usage, cost_usd=usd)
        return usd

    def _provider(self, name: str) -> Provider:
        if name not in self._providers:
            self._providers[name] = self._connect(name)
        return self._providers[name]


def _nobody(_state: CallState) -> None:
    """Nobody wants to know."""
