"""All that is live, as one value: what every page is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable

from panel.core.decisions import Settled, decided
from panel.core.domain import OFFLINE_MODEL, Decision, Dossier, Persona
from panel.core.errors import InputError
from panel.core.outcomes import Comparison, Review
from panel.core.published import Of, Published, Withdrawn, published
from panel.core.records import Records
from panel.core.slugs import slugify
from panel.core.workspace import Workspace
from panel.judgement.bets import Bet, TrackRecord, bet_id, ledger, track_records
from panel.judgement.due_dates import due_date
from panel.judgement.publishing import kind_of
from panel.judgement.statistics.intervals import wilson
from panel.reviewers.personas import load_personas
from panel.site.cards import ComparisonCard, ReviewCard, SeatCard
from panel.site.live import live_comparison, live_review, told
from panel.site.raster import engine
from panel.site.settings import SiteSettings, site_settings
from panel.site.shelf import Shelf, by_slug
from panel.twins import Ruled, called_same, ruled

#: Whose code the cards and pages depend on.
_PROGRAM = ("core", "judgement", "publish", "site")


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

    def newest_tools(self) -> list[LiveTool]:
        """All tools, the newest verdict first."""
        return sorted(self.tools.values(), key=lambda tool: (tool.card.run, tool.slug), reverse=True)

    def newest_comparisons(self) -> list[LiveComparison]:
        """All comparisons, the newest first."""
        return _newest(self.comparisons.values())

    def changed_tools(self) -> list[LiveTool]:
        """The tools whose verdict is not what it was in the review before, the newest first."""
        return [
            tool
            for tool in self.newest_tools()
            if tool.before is not None and _verdict(tool.card) != _verdict(tool.before)
        ]

    def bets_on(self, slug: str) -> list[Bet]:
        """The bets on a tool, the earliest due first."""
        return [bet for bet in self.bets if bet.tool == slug]

    def category_of(self, tool: LiveTool) -> Category | None:
        """The category with a tool's page on it."""
        slug = _category_slug(tool.card.category)
        return next((category for category in self.categories if category.slug == slug), None)

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

    def dossier(self, dossier_id: str) -> Dossier | None:
        """The snapshot that spans point into; None where it is not kept."""
        try:
            return self.records.dossier(dossier_id)
        except InputError:
            return None


def open_library(workspace: Workspace, records: Records, *, rehearsals: bool = False) -> Library:
    """Read what is live; what was read is kept for the next time.

    Args:
        workspace: Whose editors' decisions, dossiers and personas count.
        records: Where the records lie.
        rehearsals: Whether tools that no model was asked about are live, too, without an editor's word.

    Raises:
        InputError: a setting, a record or a decision cannot be read.
    """
    settings, program = site_settings(workspace), _program()
    shelf = Shelf(records, program)
    words = published(workspace.root)
    runs = records.run_ids()[::-1]
    reviews = by_slug(runs, records.slugs_in)
    wanted = dict(_wanted(words, reviews, shelf, rehearsals=rehearsals))
    now = _dossiers_now(workspace, shelf)
    tools = {
        slug: tool for slug, word in wanted.items() if (tool := _tool(word, reviews, shelf, now.get(slug)))
    }
    pairs = by_slug(runs, records.pairs_in)
    comparisons = {each.card.pair: each for each in _comparisons(pairs, tools, wanted, words, shelf, now)}
    if records.root.is_dir():
        shelf.keep()
    joined = _joined(tools, comparisons.values())
    bets = ledger(_placed(joined.values()), decided(workspace.root, Settled))
    return Library(
        settings=settings,
        program=program,
        tools=joined,
        comparisons=dict(sorted(comparisons.items())),
        categories=tuple(_categories(joined.values(), comparisons)),
        reviewers={each.slug: each for each in _reviewers(joined, bets, load_personas(workspace))},
        bets=tuple(bets),
        twins=_twins(joined, ruled(workspace.root)),
        records=records,
    )


def _wanted(
    words: Mapping[tuple[Of, str], Published | Withdrawn],
    reviews: Mapping[str, list[str]],
    shelf: Shelf,
    *,
    rehearsals: bool,
) -> Iterator[tuple[str, Published]]:
    """The tools that are to be live, each with the editor's word."""
    for (of, name), word in words.items():
        if of == "tool" and isinstance(word, Published):
            yield name, word
    for slug in reviews if rehearsals else ():
        if ("tool", slug) in words:
            continue
        newest = shelf.review(reviews[slug][0], slug)
        if {kind_of(reason) for reason in newest.why_not} == {"offline"}:
            yield (
                slug,
                Published(
                    of="tool",
                    name=slug,
                    record=newest.id,
                    despite=("offline",),
                    author="",
                    time=newest.created,
                ),
            )


def _tool(
    word: Published, reviews: Mapping[str, list[str]], shelf: Shelf, now: str | None
) -> LiveTool | None:
    cards = [shelf.review(run, word.name) for run in reviews.get(word.name, ())]
    live = live_review(cards, word, now)
    if live is None:
        return None
    newest = cards[0]
    return LiveTool(
        card=live,
        history=told(cards, live),
        stale=now not in {None, live.dossier},
        comparisons=(),
        despite=word.despite if live.id == word.record else (),
        waiting=newest.why_not if newest.run > live.run else (),
    )


def _comparisons(
    pairs: Mapping[str, list[str]],
    tools: Mapping[str, LiveTool],
    wanted: Mapping[str, Published],
    words: Mapping[tuple[Of, str], Published | Withdrawn],
    shelf: Shelf,
    now: Mapping[str, str],
) -> Iterator[LiveComparison]:
    for pair, runs in pairs.items():
        word = words.get(("comparison", pair))
        if isinstance(word, Withdrawn) or not _may_be_live(pair, tools):
            continue
        found = (shelf.comparison(run, pair) for run in runs)
        cards = [card for card in found if card.a.slug in tools and card.b.slug in tools]
        if not cards:
            continue
        # `a` beside `b-vs-c` and `a-vs-b` beside `c` share a name, and a page: it is the newest one's.
        slugs = (cards[0].a.slug, cards[0].b.slug)
        cards = [card for card in cards if (card.a.slug, card.b.slug) == slugs]
        despite = {wanted[slug].record: wanted[slug].despite for slug in slugs}
        rests_on = {slug: tools[slug].card.dossier for slug in slugs}
        card = live_comparison(cards, word if isinstance(word, Published) else None, despite, rests_on)
        if card is not None:
            sides = (card.a, card.b)
            yield LiveComparison(
                card=card,
                stale=tuple(side.slug for side in sides if now.get(side.slug, side.dossier) != side.dossier),
                again=tuple(side.slug for side in sides if _again(tools[side.slug].card, side.review, card)),
            )


def _again(live: ReviewCard, shown: str, pair: ComparisonCard) -> bool:
    """Whether a tool's page shows another review than a comparison of it, or an editor changed it since."""
    return live.id != shown or live.revised > pair.created


def _may_be_live(pair: str, tools: Mapping[str, LiveTool]) -> bool:
    """Whether a pair's name can be that of two live tools, before any record is read."""
    parts = pair.split("-vs-")
    cuts = (("-vs-".join(parts[:at]), "-vs-".join(parts[at:])) for at in range(1, len(parts)))
    return any(a in tools and b in tools for a, b in cuts)


def _joined(tools: Mapping[str, LiveTool], comparisons: Iterable[LiveComparison]) -> dict[str, LiveTool]:
    """The tools by slug, each with the comparisons it is in."""
    found: dict[str, list[ComparisonCard]] = {}
    for each in _newest(comparisons):
        for side in (each.card.a, each.card.b):
            found.setdefault(side.slug, []).append(each.card)
    return {
        slug: replace(tool, comparisons=tuple(found.get(slug, ()))) for slug, tool in sorted(tools.items())
    }


def _newest(comparisons: Iterable[LiveComparison]) -> list[LiveComparison]:
    return sorted(comparisons, key=lambda each: (each.card.run, each.card.pair), reverse=True)


def _verdict(card: ReviewCard) -> tuple[object, ...]:
    return card.decision, card.panel.percent


def _dossiers_now(workspace: Workspace, shelf: Shelf) -> dict[str, str]:
    """The ids of the workspace's own and the shipped dossiers, by slug."""
    found: dict[str, str] = {}
    for folder in workspace.folders("dossiers"):
        for path in sorted(folder.glob("*.md")):
            try:
                slug, dossier = shelf.dossier(path, workspace)
            except InputError:
                continue  # whoever works on it is told when it is reviewed; the site shows what was
            found.setdefault(slug, dossier)
    return found


def _placed(tools: Iterable[LiveTool]) -> Iterator[Bet]:
    for tool in tools:
        for card in reversed(tool.history):
            day = date.fromisoformat(card.created[:10])
            for bet in card.bets:
                yield Bet(
                    id=bet_id(card.dossier, bet.persona, bet.claim),
                    persona=bet.persona,
                    name=bet.name,
                    tool=card.slug,
                    claim=bet.claim,
                    due=bet.due,
                    due_date=due_date(bet.due, day),
                    placed=day,
                )


def _twins(tools: Mapping[str, LiveTool], rulings: Ruled) -> dict[str, tuple[str, ...]]:
    live = ((slug, sorted(others & tools.keys())) for slug, others in called_same(rulings).items())
    return {slug: tuple(others) for slug, others in live if slug in tools and others}


def _category_slug(name: str | None) -> str | None:
    return slugify(name) if name and name.strip() else None


def _categories(tools: Iterable[LiveTool], comparisons: Mapping[str, LiveComparison]) -> Iterator[Category]:
    """The categories by slug; of two spellings the one of the tool with the lower slug names it."""
    found: dict[str, list[LiveTool]] = {}
    for tool in tools:
        slug = _category_slug(tool.card.category)
        if slug is not None:
            found.setdefault(slug, []).append(tool)
    within: dict[str | None, list[LiveComparison]] = {}
    for each in comparisons.values():
        slugs = {_category_slug(each.card.a.category), _category_slug(each.card.b.category)}
        if len(slugs) == 1:
            within.setdefault(slugs.pop(), []).append(each)
    for slug, mine in sorted(found.items()):
        newest = sorted(mine, key=lambda tool: (tool.card.run, tool.slug), reverse=True)
        yield Category(slug, str(mine[0].card.category), tuple(newest), tuple(_newest(within.get(slug, []))))


def _reviewers(
    tools: Mapping[str, LiveTool], bets: Iterable[Bet], personas: Mapping[str, Persona]
) -> Iterator[Reviewer]:
    mine = [bet for bet in bets if bet.tool in tools]
    tracks = {track.persona: track for track in track_records(mine)}
    seats: dict[str, list[tuple[ReviewCard, SeatCard]]] = {}
    for tool in sorted(tools.values(), key=lambda tool: (tool.card.run, tool.slug), reverse=True):
        for seat in tool.card.seats:
            seats.setdefault(seat.persona, []).append((tool.card, seat))
    for slug, sat in sorted(seats.items()):
        votes = _own_votes([seat for _, seat in sat])
        ship = votes.count("ship")
        persona = personas.get(slug)
        yield Reviewer(
            slug=slug,
            name=persona.name if persona else sat[0][1].name,
            persona=persona,
            seats=tuple(sat),
            ship=ship,
            counted=len(votes),
            interval=wilson(ship, len(votes)) if votes else None,
            track=tracks.get(slug),
            bets=tuple(bet for bet in mine if bet.persona == slug),
        )


def _own_votes(seats: Iterable[SeatCard]) -> list[Decision]:
    voted = [(seat.model, seat.own) for seat in seats if seat.own is not None]
    by_models = [vote for model, vote in voted if model != OFFLINE_MODEL]
    return by_models or [vote for _, vote in voted]


def _program() -> str:
    """A hash of all code, templates and libraries that pages depend on."""
    # Whether there are PNGs, and their bytes, depend on what draws them.
    found = hashlib.sha256(str(engine()).encode())
    for room in _PROGRAM:
        for name, content in sorted(_texts(files(f"panel.{room}"))):
            found.update(f"{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _texts(folder: Traversable, at: str = "") -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            if each.name != "__pycache__":
                yield from _texts(each, f"{at}{each.name}/")
        elif not each.name.endswith((".pyc", ".pyo")):
            yield f"{at}{each.name}", each.read_bytes()
