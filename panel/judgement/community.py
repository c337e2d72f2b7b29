"""What of the readers' votes is shown: nothing below five, from there on the share of ship and how many."""

from __future__ import annotations

from panel.core.outcomes import Community

#: Votes below which no count is shown: a few friends are no community.
MINIMUM = 5


def shown(ship: int, votes: int) -> Community:
    """The count as records, pages and the vote server show it.

    Args:
        ship: Votes for ship.
        votes: Votes for ship or skip; withdrawn ones are none.

    Returns:
        Below five votes the empty count, which does not even tell how many there are. From five on, the whole
        percent of ship, half rounded up like the panel's.

    Raises:
        ValueError: there cannot be such a count.
    """
    if not 0 <= ship <= votes:
        raise ValueError(f"{ship} of {votes} votes")
    if votes < MINIMUM:
        return Community()
    return Community(ship=ship, votes=votes, percent=(200 * ship + votes) // (2 * votes))
