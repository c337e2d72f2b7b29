"""How many calls may be in flight: opened at once, cut when the provider says that it is too many."""

from __future__ import annotations

#: Calls that may be in flight before the first one was answered well: a wrong key is found out by these.
START = 4
#: A cut leaves three quarters.
_KEPT = 3, 4
#: Good answers before one call more is let in again. A window that has found its provider's limit is refused
#: about once for all it has regained since, so about 4 % of the answers are refusals at the very worst (a
#: limit of 1 or 2), and 1 to 2 % where a cut takes two calls or more.
GROW_AFTER = 25


class Window:
    """The calls that may be in flight at once, between 1 and `ceiling`.

    Additive increase, multiplicative decrease (Chiu and Jain, "Analysis of the increase and decrease
    algorithms for congestion avoidance in computer networks", 1989), with an increase by count, not by round
    trip: rounds of a small window are so short that it would run into refusals too often.

    Args:
        ceiling: The most calls in flight.

    Attributes:
        size: How many may be in flight now.
        cuts: How often it was cut.
    """

    def __init__(self, ceiling: int) -> None:
        self._ceiling = max(1, ceiling)
        self.size = min(START, self._ceiling)
        self.cuts = 0
        self._good = 0
        #: Of the calls that were in flight at the last cut: how many they were, and how many were refused.
        self._burst = self._refused = 0

    def answered(self, *, full: bool) -> None:
        """Note a good answer: the first opens the window, unless it was cut; then it takes many.

        Args:
            full: Whether as many calls were in flight as may be; fewer prove nothing about more.
        """
        if not self.cuts:
            self.size = self._ceiling
        elif full and self.size < self._ceiling:
            self._good += 1
            if self._good >= GROW_AFTER:
                self.size += 1
                self._good = 0

    def refused(self, cuts: int, in_flight: int) -> None:
        """Note that a call was refused because there were too many: cut the window.

        Calls that were in flight together cut it once, and then show how many were too many: what is left is
        no more than were not refused, so that a limit far below the window is found in one burst, not in ten.

        Args:
            cuts: The `cuts` when the call was let in.
            in_flight: Calls in flight when it ended, itself included.
        """
        kept, of = _KEPT
        if cuts == self.cuts:
            self._burst, self._refused = min(self.size, in_flight), 1
            self.size = max(1, self.size * kept // of)
            self.cuts += 1
            self._good = 0
        elif cuts == self.cuts - 1:
            self._refused += 1
            self.size = min(self.size, max(START, self._burst - self._refused))
