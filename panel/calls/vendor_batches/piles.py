"""Calls sorted into batches: the same provider, model and endpoint, and no more than the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from panel.calls.vendor_batches.apis.base import BatchLimits, Line
from panel.core.requests import CallRequest


@dataclass(frozen=True)
class Wanted:
    """A call that somebody wants.

    Attributes:
        request: What to ask.
        tool: The tool it is about, for the ledger.
        persona: The persona it speaks for, for the ledger.
        known: How many stored replies were looked at already and do not answer it; None: those of others do
            not matter.
    """

    request: CallRequest
    tool: str
    persona: str
    known: int | None = 0


@dataclass
class Pile:
    """Calls for one batch; a key is in it once."""

    lines: dict[str, tuple[Wanted, Line]] = field(default_factory=dict)
    bytes: int = 0

    def takes(self, line: Line, limits: BatchLimits) -> bool:
        """Whether one more line fits."""
        return len(self.lines) < limits.lines and self.bytes + len(line.text) + 1 <= limits.bytes

    def add(self, wanted: Wanted, line: Line) -> None:
        """Put a call on it, once."""
        if wanted.request.key not in self.lines:
            self.lines[wanted.request.key] = (wanted, line)
            self.bytes += len(line.text) + 1


class Piles:
    """Sorts calls into piles as they come; memory holds one pile for each provider, model and endpoint.

    Args:
        number: By a call's key, a number that is another for calls that must not be in one batch.
    """

    def __init__(self, number: Callable[[str], int]) -> None:
        self._number = number
        self._piles: dict[tuple[str, str, int], Pile] = {}

    def add(self, wanted: Wanted, line: Line, limits: BatchLimits) -> Pile | None:
        """Put a call on its pile; the pile that was full before it, if one was."""
        kind = (wanted.request.provider, line.together, self._number(wanted.request.key))
        pile = self._piles.setdefault(kind, Pile())
        full = None if pile.takes(line, limits) else pile
        if full is not None:
            pile = self._piles[kind] = Pile()
        pile.add(wanted, line)
        return full

    def rest(self) -> Iterator[Pile]:
        """The piles that did not get full."""
        yield from (pile for pile in self._piles.values() if pile.lines)
