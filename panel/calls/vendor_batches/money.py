"""What calls of a batch cost: half, set aside when they are claimed, corrected when their result comes.

A batch's money counts as spent from its claim on: it may be a day until it comes back, and calls that wait
for money in flight must not wait for that. A process that collects has it in its budget all the same, because
that begins with what the ledger says is spent.
"""

from __future__ import annotations

from panel.calls.budget import Budget
from panel.calls.charging import charge
from panel.calls.faults import Fault
from panel.calls.ledger.base import Leased
from panel.calls.prices import Prices
from panel.calls.vendors import Vendor
from panel.core.requests import CallRequest, Reply


class BatchMoney:
    """A run's money for batches.

    Args:
        prices: What calls cost.
        budget: What may be spent.
        run: The run that pays; results of other runs' batches do not touch its budget.
    """

    def __init__(self, prices: Prices, budget: Budget, run: str) -> None:
        self._prices = prices
        self._budget = budget
        self._run = run

    def upper(self, vendor: Vendor, request: CallRequest) -> float | None:
        """The most that a call of a batch can cost; None where the price is unknown.

        Raises:
            InputError: there is a cap, and the price is unknown.
        """
        half = self._prices.upper_bound(vendor, request, batch=True)
        self._budget.require_price(half, model=request.model)
        return half

    def spend(self, upper: float | None, *, model: str) -> float:
        """Count an upper bound as spent; how much that is.

        Raises:
            Fault: with cause `budget`, if it does not fit.
        """
        amount = self._budget.reserve(upper, model=model)
        self._budget.settle(amount, None)
        return amount

    def give_back(self, amount: float) -> None:
        """Take back what was not spent after all."""
        self._budget.spent_usd -= amount

    def price(self, vendor: Vendor, request: CallRequest, got: Reply | Fault, call: Leased) -> float | None:
        """What a result cost."""
        return charge(self._prices, vendor, request, got, upper=call.reserved_usd, batch=True)

    def settled(self, call: Leased, usd: float | None) -> None:
        """Correct the budget by what a call came to."""
        if call.run == self._run and call.reserved_usd is not None and usd is not None:
            self.give_back(call.reserved_usd - usd)
