"""All that is live, as one value: what every page is made from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from panel.core.domain import Dossier, Persona
from panel.core.outcomes import Comparison, Review
from panel.core.records import Records
from panel.judgement.aggregate import same_verdict
from panel.judgement.bets import Bet, TrackRecord
from panel.site.cards import ComparisonCard, ReviewCard, SeatCard
from panel.site.held import Held
from panel.site.settings import SiteSettings


@dataclass(frozen=True)
class LiveTool:
    """A tool with a page.

    Attributes:
        card: The review that is shown.
        history: The reviews in its public history, newest first, the one shown among them.
        stale: Whether its dossier has changed since.
        comparisons: The live comparisons it is in, newest first.
        despite: The kinds of reasons that an editor let through.
        waiting: Why its newest review is not the one shown; empty where it is.
    """

    card: ReviewCard
    history: tuple[ReviewCard, ...]
    stale: bool
    comparisons: tuple[ComparisonCard, ...]
    despite: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The tool."""
        return self.card.slug

    @property
    def before(self) -> ReviewCard | None:
        """The review in its history before the one shown."""
        return self.history[1] if len(self.history) > 1 else None


@dataclass(frozen=True)
class LiveComparison:
    """A pair with a page.

    Attributes:
        card: The comparison that is shown.
        stale: The slugs of the tools whose dossier has changed since.
        again: The slugs of the tools that were reviewed again, or about which an editor decided, since.
    """

    card: ComparisonCard
    stale: tuple[str, ...]
    again: tuple[str, ...]


@dataclass(frozen=True)
class Category:
    """A category with a page: its tools and the comparisons of two of them, newest first."""

    slug: str
    name: str
    tools: tuple[LiveTool, ...]
    comparisons: tuple[LiveComparison, ...]


@dataclass(frozen=True)
class Reviewer:
    """A reviewer with a page.

    Attributes:
        slug: The persona.
        name: What the reviewer is called.
        persona: Its file as it is now; None where it is gone.
        seats: Every live review it sat on, newest first, with its seats there.
        ship: Its own votes for ship: what an editor decided instead is not its vote.
        counted: All its own votes; the offline reader's only where no model ever spoke for it.
        interval: 95 % interval of its share of ship; None where nothing counts.
        track: How its bets turned out; None where it placed none.
        bets: Its bets, the earliest due first.
    """

    slug: str
    name: str
    persona: Persona | None
    seats: tuple[tuple[ReviewCard, SeatCard], ...]
    ship: int
    counted: int
    interval: tuple[float, float] | None
    track: TrackRecord | None
    bets: tuple[Bet, ...]


@dataclass(frozen=True)
class Library:
    """All that is live.

    Attributes:
        settings: What the site is called and where it stands.
        program: A hash of the code and the templates that make pages.
        tools: By slug.
        comparisons: By pair, `<a>-vs-<b>`.
        categories: By name.
        reviewers: By slug; those that sat on a live review.
        bets: Every bet of a live tool's history, the earliest due first.
        twins: By slug, the live tools that editors said are the same product; only of those that have any.
        records: Where whole records are read, by need.
        held: What is live and cannot be read: its pages stay as they are.
    """

    settings: SiteSettings
    program: str
    tools: Mapping[str, LiveTool]
    comparisons: Mapping[str, LiveComparison]
    categories: tuple[Category, ...]
    reviewers: Mapping[str, Reviewer]
    bets: tuple[Bet, ...]
    twins: Mapping[str, tuple[str, ...]]
    records: Records
    held: Held = field(default_factory=Held)

    def newest_tools(self) -> list[LiveTool]:
        """All tools, the newest verdict first."""
        return sorted(self.tools.values(), key=lambda tool: (tool.card.run, tool.slug), reverse=True)

    def newest_comparisons(self) -> list[LiveComparison]:
        """All comparisons, the newest first."""
        return newest_first(self.comparisons.values())

    def changed_tools(self) -> list[LiveTool]:
        """The tools whose verdict is not what it was in the review before, the newest first."""
        return [
            tool
            for tool in self.newest_tools()
            if tool.before is not None and not same_verdict(tool.card.panel, tool.before.panel)
        ]

    def bets_on(self, slug: str) -> list[Bet]:
        """The bets on a tool, the earliest due first."""
        return self._bets_by_tool.get(slug, [])

    def category_of(self, tool: LiveTool) -> Category | None:
        """The category with a tool's page on it."""
        return self._category_by_tool.get(tool.slug)

    @cached_property
    def _bets_by_tool(self) -> Mapping[str, list[Bet]]:
        found: dict[str, list[Bet]] = {}
        for bet in self.bets:
            found.setdefault(bet.tool, []).append(bet)
        return found

    @cached_property
    def _category_by_tool(self) -> Mapping[str, Category]:
        return {tool.slug: category for category in self.categories for tool in category.tools}

    def review(self, card: ReviewCard) -> Review:
        """The whole record.

        Raises:
            PanelError: it cannot be read.
        """
        return self.records.review(card.id)

    def comparison(self, card: ComparisonCard) -> Comparison:
        """The whole record.

        Raises:
            PanelError: it cannot be read.
        """
        return self.records.comparison(card.id)

    def keeps_dossier(self, card: ReviewCard) -> bool:
        """Whether the snapshot is there that the review's spans point into; it is not opened."""
        return os.path.exists(self.records.dossier_path(card.dossier))  # noqa: PTH110 (an id that no file can have is False)

    def dossier(self, dossier_id: str) -> Dossier | None:
        """The snapshot that spans point into; None where it is not kept.

        Raises:
            DamagedRecord: it is there and cannot be read: a page without its passages would be a worse one.
        """
        if not self.records.dossier_path(dossier_id).exists():
            return None
        return self.records.dossier(dossier_id)


def newest_first(comparisons: Iterable[LiveComparison]) -> list[LiveComparison]:
    """Comparisons, the newest first."""
    return sorted(comparisons, key=lambda each: (each.card.run, each.card.pair), reverse=True)
