"""One call, paid once: money set aside, intent noted, sent, the raw reply on disk, and only then read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeVar

from panel.calls.budget import Budget
from panel.calls.faults import Cause, Fault
from panel.calls.ledger.base import Intent, Ledger, StoredReply
from panel.calls.limits import Limiter
from panel.calls.prices import Prices
from panel.calls.providers.base import Provider
from panel.calls.retrying import Patience, RetryPolicy
from panel.core.errors import PanelError
from panel.core.outcomes import Cost
from panel.core.requests import CallRequest, RawReply, Reply

T = TypeVar("T")

_UNSENT = "stopped before it was sent"

#: `fresh` uses only what this run has asked itself, `from_ledger` asks nothing.
Mode = Literal["use_ledger", "fresh", "from_ledger"]

#: What a call is doing: waiting for its turn, at the model, waiting before it is asked again.
CallState = Literal["queued", "thinking", "waiting"]


@dataclass(frozen=True)
class Answer:
    """One reply, read.

    Attributes:
        key: The request's key.
        run: The run that paid for it.
        reply: Its text, ending and usage.
        cost_usd: What this reply cost when it was paid; None where the price is unknown.
        from_ledger: Whether it was there already.
        attempts: Requests sent for it just now; 0 from the ledger.
    """

    key: str
    run: str
    reply: Reply
    cost_usd: float | None
    from_ledger: bool
    attempts: int


@dataclass
class _Errand:
    """A call on its way, through all its attempts. `cost` is what the attempt that runs comes to."""

    request: CallRequest
    provider: Provider
    intent: Intent
    tell: Callable[[CallState], None]
    sent: int = 0
    cost: Cost = field(default_factory=Cost)

    @property
    def upper(self) -> float | None:
        """The most that one attempt can cost, in USD."""
        return self.intent.reserved_usd


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
        mode: Which stored answers count, and whether calls are made at all.
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
        mode: Mode = "use_ledger",
    ) -> None:
        self._ledger = ledger
        self._connect = connect
        self.run = run
        self._prices = prices
        self._budget = budget
        self._limiter = limiter
        self._policy = policy
        self._mode = mode
        self._stopped = asyncio.Event()
        self._providers: dict[str, Provider] = {}
        self._costs: dict[str, Cost] = {}

    @property
    def cost(self) -> Cost:
        """New spend so far. `calls` are the requests that left; `from_ledger` is the caller's to count."""
        total = Cost()
        for cost in self._costs.values():
            total = total.plus(cost)
        return total

    def cost_of(self, tool: str) -> Cost:
        """New spend so far on one tool, calls that brought no reply included."""
        return self._costs.get(tool, Cost())

    def stop(self) -> None:
        """Send nothing more. What is in flight goes on; whatever is not sent yet raises Fault `stopped`."""
        self._stopped.set()
        self._limiter.shut_all(_unsent("stopped", _UNSENT))

    async def close(self) -> None:
        """Let go of the providers' connections."""
        for provider in self._providers.values():
            await provider.close()

    # ------------------------------------------------------------ what is there

    async def stored(self, request: CallRequest) -> list[Answer | Fault]:
        """What the ledger holds for this request, newest first; a Fault stands for a reply nobody can read.

        In mode `fresh` only what this run has asked.
        """
        replies = await self._ledger.replies(request.key)
        if self._mode == "fresh":
            replies = [reply for reply in replies if reply.run == self.run]
        return [await self._read_again(request, reply) for reply in replies]

    async def _read_again(self, request: CallRequest, stored: StoredReply) -> Answer | Fault:
        provider = self._provider(request.provider)
        try:
            reply = provider.read(request, stored.raw)
        except Fault as fault:
            fault.attempts, fault.run = 0, stored.run
            return fault
        cost = stored.cost_usd
        if stored.usage is None and reply.usage is not None:
            # The process that kept it died before it could settle.
            cost = self._price(provider, request, reply)
            await self._ledger.settle(stored.id, usage=reply.usage, cost_usd=cost)
        return Answer(request.key, stored.run, reply, cost, from_ledger=True, attempts=0)

    # ------------------------------------------------------------ what is missing

    async def send(
        self,
        request: CallRequest,
        *,
        tool: str,
        persona: str,
        on_state: Callable[[CallState], None] | None = None,
    ) -> Answer:
        """Ask the model and pay, whatever the ledger holds.

        Args:
            request: What to ask.
            tool: The tool it is about, for the ledger.
            persona: The persona it speaks for, for the ledger.
            on_state: Told what the call is doing.

        Raises:
            Fault: no readable reply; `attempts` says how many requests were sent.
            InputError: the price is unknown and there is a cap; nothing was sent.
            AccountError: the provider cannot be connected; nothing was sent.
            StoppedEarly: the ledger cannot be written; nothing more is sent from now on.
        """
        if self._mode == "from_ledger":
            raise _unsent("not_in_ledger", "the ledger holds no answer, and --from-ledger makes no call")
        provider = self._provider(request.provider)
        upper = self._prices.upper_bound(provider.vendor, request)
        self._budget.require_price(upper, model=request.model)
        errand = _Errand(request, provider, Intent(self.run, tool, persona, upper), on_state or _nobody)
        try:
            return await self._policy.run(
                partial(self._attempt, errand),
                stop=self._stopped,
                on_wait=lambda: errand.tell("waiting"),
            )
        except Fault as fault:
            fault.attempts = errand.sent
            raise
        except PanelError:
            self.stop()  # a reply that cannot be stored must not be paid for
            raise

    async def _attempt(self, errand: _Errand, patience: Patience) -> Answer:
        request = errand.request
        errand.tell("queued")
        async with self._limiter.turn(request.provider, request.model):
            # Money is held only by calls that have a turn: queued ones would starve each other.
            reserved = await self._budget.reserve_when_free(errand.upper, model=request.model)
            errand.cost = Cost()
            try:
                if self._stopped.is_set():
                    raise _unsent("stopped", _UNSENT)
                call = await self._intend(errand)
                raw = await self._ask(errand, call, patience)
                return await _to_the_end(self._take_in(errand, call, raw))
            finally:
                self._budget.settle(reserved, errand.cost.usd)
                tool = errand.intent.tool
                self._costs[tool] = self.cost_of(tool).plus(errand.cost)

    async def _intend(self, errand: _Errand) -> int:
        noted: list[int] = []

        async def note() -> None:
            noted.append(await self._ledger.intend(errand.request, errand.intent))

        try:
            await _to_the_end(note())
        except asyncio.CancelledError:
            for call in noted:
                await _to_the_end(self._ledger.abandon(call, status=None, why=_UNSENT, maybe_paid=False))
            raise
        return noted[0]

    async def _ask(self, errand: _Errand, call: int, patience: Patience) -> RawReply:
        errand.sent += 1
        errand.cost = Cost(usd=errand.upper, calls=1)  # until better is known: it may have been paid
        errand.tell("thinking")
        try:
            with patience.running():
                return await errand.provider.send(errand.request, deadline=patience.left)
        except Fault as fault:
            await _to_the_end(self._note(errand, call, fault))
            self._policy.refuse_long_wait(fault)
            raise
        except BaseException as error:
            why = f"interrupted in flight ({type(error).__name__})"
            await _to_the_end(self._ledger.abandon(call, status=None, why=why, maybe_paid=True))
            raise

    async def _note(self, errand: _Errand, call: int, fault: Fault) -> None:
        """Close a call that brought no reply, or only a piece of one that may have been billed."""
        if not fault.maybe_paid:
            errand.cost = Cost(calls=1)
        if fault.maybe_paid and fault.raw is not None:
            await self._ledger.keep(call, fault.raw)
            await self._ledger.settle(call, usage=None, cost_usd=errand.upper)
        else:
            await self._ledger.abandon(
                call, status=fault.status, why=fault.message, maybe_paid=fault.maybe_paid
            )

    async def _take_in(self, errand: _Errand, call: int, raw: RawReply) -> Answer:
        """Store the reply, then read it, then settle what it cost."""
        request, provider = errand.request, errand.provider
        await self._ledger.keep(call, raw)
        try:
            reply = provider.read(request, raw)
        except Fault as fault:
            await self._settle(errand, call, fault)
            self._policy.refuse_long_wait(fault)
            raise
        usd = await self._settle(errand, call, reply)
        return Answer(request.key, self.run, reply, usd, from_ledger=False, attempts=errand.sent)

    async def _settle(self, errand: _Errand, call: int, got: Reply | Fault) -> float | None:
        """Charge what the reply says it used; one without a readable answer may say so too."""
        usd = self._price(errand.provider, errand.request, got)
        errand.cost = _cost_of(got, usd)
        await self._ledger.settle(call, usage=got.usage, cost_usd=usd)
        return usd

    # ------------------------------------------------------------ what it costs

    def _price(self, provider: Provider, request: CallRequest, got: Reply | Fault) -> float | None:
        """By the model that answered; the upper bound where its price or the usage is not to be trusted."""
        usd = None
        if got.usage is not None and not got.usage.doubt:
            usd = self._prices.cost(provider.vendor, got.served_model or request.model, got.usage)
        return self._prices.upper_bound(provider.vendor, request) if usd is None else usd

    def _provider(self, name: str) -> Provider:
        if name not in self._providers:
            self._providers[name] = self._connect(name)
        return self._providers[name]


def _cost_of(got: Reply | Fault, usd: float | None) -> Cost:
    if got.usage is None or got.usage.doubt:
        return Cost(usd=usd, calls=1)
    return Cost(
        usd=usd,
        calls=1,
        input_tokens=got.usage.input_tokens,
        output_tokens=got.usage.output_tokens,
        cached_tokens=got.usage.cached_tokens,
    )


def _unsent(cause: Cause, message: str) -> Fault:
    fault = Fault(cause, message)
    fault.attempts = 0
    return fault


def _nobody(_state: CallState) -> None:
    """Nobody wants to know."""


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Finish `work` however often this task is cancelled meanwhile; the cancellation goes on afterwards."""
    task, cancelled = asyncio.ensure_future(work), None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    task.exception()  # the cancellation goes first, whatever became of the work
    raise cancelled
