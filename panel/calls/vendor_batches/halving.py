"""A batch that the vendor refuses as a whole: which of its calls is at fault is found by halving.

A vendor that refuses a batch bills nothing of it. Most of its calls are as good as ever, so they are sent
again in two halves, until the one that is refused is alone: that call fails, with the vendor's words, and its
neighbours are made. The same whether the vendor says no when the batch is created or when it validates it.
"""

from __future__ import annotations

from collections.abc import Sequence

from panel.calls.faults import Cause, Fault
from panel.calls.vendor_batches.piles import Pile

#: Refusals of one process after which the requests are not at fault, or too many are: a single one among
#: 10,000 takes 15.
MOST_REFUSALS = 64
#: What a refusal that is about requests is caused by; the account's troubles concern all of them.
_OF_REQUESTS: frozenset[Cause] = frozenset({"request", "too_large"})


class Halving:
    """Which calls are kept apart from which in this process, since a batch with all of them was refused."""

    def __init__(self) -> None:
        self._refusals = 0
        self._half_of: dict[str, int] = {}

    def pile_of(self, key: str) -> int:
        """A number that is the same for calls that may be in one batch."""
        return self._half_of.get(key, 0)

    def helps(self, fault: Fault) -> bool:
        """Whether a batch that was refused like this is worth halving: not once too many were."""
        self._refusals += 1
        return fault.cause in _OF_REQUESTS and self._refusals <= MOST_REFUSALS

    def halve(self, keys: Sequence[str]) -> None:
        """Keep the two halves of a refused batch in two batches from now on."""
        middle = len(keys) // 2
        for number, half in enumerate((keys[:middle], keys[middle:])):
            self._half_of.update(dict.fromkeys(half, 2 * self._refusals + number))


def halves(pile: Pile) -> tuple[Pile, Pile]:
    """A pile in two."""
    lines = list(pile.lines.items())
    middle = len(lines) // 2
    first, second = (Pile(dict(half)) for half in (lines[:middle], lines[middle:]))
    return first, second
