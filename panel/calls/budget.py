"""A hard cap in dollars: money is set aside before a call leaves and settled when its cost is known."""

from __future__ import annotations

import asyncio

from panel.calls.faults import Fault, unsent
from panel.core.errors import InputError

#: How a refusal begins.
OUT_OF_MONEY = "the budget of"


class Budget:
    """What may be spent, what is spent, and what is set aside for calls in flight.

    One event loop shares it. No method waits between checking and adding, so that settled and held money
    together never pass the cap, whatever the order of the calls.

    Args:
        cap_usd: The most that may be spent; None for no cap.
        spent_usd: What counts as spent at the beginning: what the run has already cost when it is resumed.
        earlier_usd: What of that other runs have spent.
    """

    def __init__(self, cap_usd: float | None, spent_usd: float = 0.0, *, earlier_usd: float = 0.0) -> None:
        self.cap_usd = cap_usd
        self.earlier_usd = earlier_usd
        self.spent_usd = spent_usd
        self._held = 0.0
        self._in_flight = 0
        self._settled = asyncio.Event()

    @property
    def left(self) -> float | None:
        """Dollars that are neither spent nor set aside; None without a cap."""
        return None if self.cap_usd is None else self.cap_usd - self.spent_usd - self._held

    @property
    def in_flight(self) -> int:
        """How many reservations are not settled yet."""
        return self._in_flight

    def require_price(self, upper: float | None, *, model: str) -> float:
        """The upper bound in USD, 0 where the price is unknown and nothing is capped.

        Raises:
            InputError: there is a cap, and the price of `model` is unknown.
        """
        if upper is None and self.cap_usd is not None:
            raise InputError(
                f"no price is known for the model {model}, so --max-usd cannot be kept",
                field="model",
                hint="give its price with --price-in USD --price-out USD (per million tokens), "
                "or leave --max-usd away",
            )
        return upper or 0.0

    def reserve(self, upper: float | None, *, model: str) -> float:
        """Set `upper` dollars aside for a call and return how much that is.

        Raises:
            InputError: as `require_price`.
            Fault: with cause `budget`, when it does not fit; nothing is set aside then.
        """
        amount = self.require_price(upper, model=model)
        if self.cap_usd is not None and self.spent_usd + self._held + amount > self.cap_usd:
            raise self.does_not_reach(amount)
        return self.hold(amount)

    def does_not_reach(self, amount: float) -> Fault:
        """What to raise for a call of `amount` dollars that does not fit."""
        return unsent(
            "budget",
            f"{OUT_OF_MONEY} ${self.cap_usd or 0.0:.4f} does not reach: ${self.spent_usd:.4f} spent, "
            f"${max(0.0, self.left or 0.0):.4f} left, the next call may cost up to ${amount:.4f}",
        )

    def hold(self, amount: float) -> float:
        """Set `amount` dollars aside, whether or not they fit: where the ledger judges that."""
        self._held += amount
        self._in_flight += 1
        return amount

    async def reserve_when_free(self, upper: float | None, *, model: str) -> float:
        """Like `reserve`, but while calls are in flight wait for what they give back.

        Upper bounds lie far above real costs: without waiting, a panel of four would fail on money that three
        of its calls return a second later.

        Raises:
            InputError: as `require_price`.
            Fault: with cause `budget`, when it does not fit and nothing can come back.
        """
        while True:
            try:
                return self.reserve(upper, model=model)
            except Fault:
                can_fit = self.cap_usd is None or self.spent_usd + (upper or 0.0) <= self.cap_usd
                if not self._in_flight or not can_fit:
                    raise
            await self._settled.wait()

    def counted(self, run_usd: float) -> None:
        """Take over what the ledger counts for the run, calls in flight included, from all processes."""
        self.spent_usd = max(0.0, self.earlier_usd + run_usd - self._held)

    def settle(self, reserved: float, actual: float | None) -> None:
        """Turn a reservation into what was spent; all of it, where that is unknown."""
        self._in_flight -= 1
        self._held = self._held - reserved if self._in_flight else 0.0  # no rounding error outlives its calls
        self.spent_usd += reserved if actual is None else actual
        self._settled.set()
        self._settled = asyncio.Event()
