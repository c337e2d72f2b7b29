"""A comparison as a page written later shows it: with what has gone stale since the record was made."""

from __future__ import annotations

from panel.core.outcomes import Comparison


class Aged(Comparison):
    """A record for its pages; it is never written itself.

    `stale` says of which tool the dossier has changed, a sentence each.
    """

    stale: tuple[str, ...]


def stale_marks(comparison: Comparison) -> tuple[str, ...]:
    """What a page says is stale: nothing of a record as it was made."""
    return comparison.stale if isinstance(comparison, Aged) else ()
