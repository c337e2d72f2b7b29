"""Whether a record rests on a dossier that has changed since, by ids alone; the site asks the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from panel.core.outcomes import Comparison, Review, Side


@dataclass(frozen=True)
class DossierNow:
    """A tool's dossier as it is now.

    Attributes:
        id: Its id.
        since: The first day it is known to have been so, `2026-11-21`; None where nothing tells.
    """

    id: str
    since: str | None = None


def stale(of: Review | Side, now: Mapping[str, DossierNow]) -> str | None:
    """That the dossier of a review, or of a comparison's side, has changed, in a sentence; None if not.

    Args:
        of: What rests on a dossier.
        now: The dossiers as they are, by slug; of a tool that is not in it nothing is known.
    """
    current = now.get(of.tool.slug)
    if current is None or current.id == of.dossier.id:
        return None
    # A dossier that was changed and then changed back has been so since before.
    when = current.since if current.since and current.since >= of.created[:10] else None
    return f"stale: the dossier of {of.tool.name} changed {f'on {when}, ' if when else ''}after this review"


def stale_sides(comparison: Comparison, now: Mapping[str, DossierNow]) -> tuple[str, ...]:
    """The same for both sides of a comparison; empty where both are up to date."""
    found = (stale(side, now) for side in (comparison.a, comparison.b))
    return tuple(sentence for sentence in found if sentence is not None)
