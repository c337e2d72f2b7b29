"""What a command over lists is to do, who looks on, and what decides how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from panel.batch.lists import OpenedList
from panel.batch.report import Report
from panel.batch.rounds import Part
from panel.batch.run import Batch, Rules
from panel.calls.client import Client, Mode
from panel.calls.faults import Fault
from panel.core.outcomes import Review


@dataclass(frozen=True)
class Order:
    """What a command over lists is to do.

    Attributes:
        command: The verb, for the manifest.
        lists: One after the other.
        rules: How much, and how long.
        mode: Whether replies may come from the ledger, must, or must not.
        retry_maybe_paid: Whether calls are asked again that may have been paid several times for nothing.
        engine: Where calls are made.
        by_batches: What is done of it through the vendors' batches; None: calls are made live.
        screens: Whether launches are screened before anything is spent on them.
        comparisons: Pairs of near tools that are compared afterwards, at most.
    """

    command: str
    lists: Sequence[OpenedList]
    rules: Rules
    mode: Mode = "use_ledger"
    retry_maybe_paid: bool = False
    engine: str = "local"
    by_batches: Part | None = None
    screens: bool = False
    comparisons: int = 0


class Watcher(Protocol):
    """Whoever looks on."""

    def tell(self, tool: str, persona: str, state: str) -> None:
        """A seat is doing something."""
        ...

    def says(self, text: str) -> None:
        """Something happened that is worth a line."""
        ...

    def at_work(self, report: Report, client: Client) -> AbstractContextManager[None]:
        """Look at a report and at what is spent until the block is left."""
        ...

    def judged(self, review: Review) -> None:
        """A review was written."""
        ...


@dataclass
class Work:
    """What was done, and what of it decides how the command ends."""

    report: Report
    parked: bool = False
    account: bool = False
    pending: int = 0
    waits: bool = False

    def add(self, batch: Batch) -> None:
        """One batch has ended."""
        self.parked = self.parked or batch.stopped
        self.account = self.account or batch.account

    def met(self, fault: Fault | None) -> None:
        """Comparing ended with a fault that stops all others as well, or without one."""
        if fault is not None:
            self.parked = True
            self.account = self.account or fault.account
