"""After a list was judged: the mark on pages that rest on dossiers which have changed since."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache

from panel.core.errors import InputError
from panel.session import Session
from panel.staleness import mark_pages

#: Pages named on one line.
_MOST_NAMED = 10


async def mark_changed(session: Session, says: Callable[[str], None]) -> None:
    """Write anew the pages of the newest comparisons of what this run has judged, in whichever process.

    A record that cannot be read keeps no run from its end; it is said.

    Args:
        session: The run.
        says: Told which pages were written, or why none could be.

    Raises:
        StoppedEarly: the disk is full.
    """
    kit = session.kit

    @cache
    def judged_now(slug: str) -> bool:  # the run may be of more tools than are to be held in memory
        return kit.records.review_path(session.run.id, slug).exists()

    def mark() -> list[str]:
        return mark_pages(kit.workspace, kit.records, judged_now)

    try:
        marked = await asyncio.to_thread(mark)
    except InputError as error:
        says(f"pages were not marked: {error.message}; panel runs verify")
        return
    if marked:
        rest = len(marked) - _MOST_NAMED
        more = f" and {rest:,} more" if rest > 0 else ""
        says(f"written anew, as the dossiers are now: the pages of {', '.join(marked[:_MOST_NAMED])}{more}")
