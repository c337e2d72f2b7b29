"""Looks out for the same thing twice while lists are worked on, and warns of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from panel.batch.report import MOST_NAMED, Report
from panel.core.domain import Tool
from panel.twins import Near, Twins, TwinWarning

#: Warnings told as they come; the report names more, and counts all.
MOST_TOLD = 10


class Lookout:
    """Each tool beside those that have a review and those that came before it.

    Names, makers, versions, addresses and taglines are looked at, not what else is told of a tool: a source
    often writes of all its launches in the same words.

    Args:
        twins: Knows all tools that have a review, and learns of those that come.
        report: Keeps the warnings.
        tell: Told the first ones in words.
    """

    def __init__(self, twins: Twins, report: Report, tell: Callable[[str], None] = lambda _: None) -> None:
        self._twins = twins
        self._report = report
        self._tell = tell
        self._met = self._told = 0
        self._one_at_a_time = asyncio.Lock()
        self._is_ready = False

    def has_review(self, slug: str) -> bool:
        """Whether a tool of that slug has a review."""
        return self._twins.has_review(slug)

    def meet(self, tool: Tool, *, reviewed: bool = True) -> list[TwinWarning]:
        """The twins of a tool, which from now on is among those that came before.

        Of more than are named in a report no review is opened: they are only counted.

        Args:
            tool: It is to be judged.
            reviewed: Whether tools that only have a review are looked at, too.
        """
        return self._explained(self._near(tool, reviewed=reviewed), in_full=self._met < MOST_NAMED)

    def warn(self, met: Iterable[TwinWarning]) -> None:
        """Keep warnings, and tell the first ones."""
        for each in met:
            self._report.note_twin(each.tool, each.in_words)
            self._told += 1
            if self._told <= MOST_TOLD:
                self._tell(f"warning: {each.in_words}")

    async def look(self, tool: Tool) -> None:
        """Warn of a tool that is about to be judged; it is judged all the same."""
        async with self._one_at_a_time:
            if not self._is_ready:  # thousands of reviews may have to be looked into
                await asyncio.to_thread(self._twins.read_reviews)
                self._is_ready = True
            near, in_full = self._near(tool), self._met < MOST_NAMED
            if near.opens and in_full:
                met = await asyncio.to_thread(self._explained, near, in_full=True)
            else:
                met = self._explained(near, in_full=in_full)
        self.warn(met)

    def _near(self, tool: Tool, *, reviewed: bool = True) -> Near:
        return self._twins.near(tool.model_copy(update={"description": None}), reviewed=reviewed)

    def _explained(self, near: Near, *, in_full: bool) -> list[TwinWarning]:
        met = self._twins.explain(near, in_full=in_full)
        self._met += len(met)
        return met
