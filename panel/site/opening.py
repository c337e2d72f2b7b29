"""Reads all that is live: editors' words are asked which records count, and cards say what is in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from panel.core.decisions import Settled, decided
from panel.core.domain import OFFLINE_MODEL, Decision, Persona
from panel.core.errors import InputError
from panel.core.published import Of, Published, Withdrawn, published
from panel.core.records import Records
from panel.core.slugs import slugify
from panel.core.workspace import Workspace
from panel.judgement.bets import Bet, ledger, placed, track_records
from panel.judgement.publishing import kind_of
from panel.judgement.statistics.intervals import wilson
from panel.reviewers.personas import load_personas
from panel.site.cards import ComparisonCard, ReviewCard, SeatCard
from panel.site.held import Held, holding
from panel.site.library import Category, Library, LiveComparison, LiveTool, Reviewer, newest_first
from panel.site.live import live_comparison, live_review, told
from panel.site.program import program_hash
from panel.site.settings import site_settings
from panel.site.shelf import Shelf, by_slug
from panel.site.uncollected import uncollected
from panel.twins import Ruled, called_same, ruled


@uncollected()
def open_library(
    workspace: Workspace,
    records: Records,
    *,
    rehearsals: bool = False,
    keep: bool = True,
    hold: bool = False,
) -> Library:
    """Read what is live.

    Args:
        workspace: Whose editors' decisions, dossiers and personas count.
        records: Where the records lie.
        rehearsals: Whether tools that no model was asked about are live, too, without an editor's word.
        keep: Whether what was read is written down for the next time.
        hold: Whether a tool or a pair whose record cannot be read is left out and noted in `held`; without it
            such a record is raised.

    Raises:
        InputError: a setting, a record or a decision cannot be read.
    """
    settings, program = site_settings(workspace), program_hash()
    held = Held()
    shelf = Shelf(records, program)
    words = published(workspace.root)
    runs = records.run_ids()[::-1]
    reviews = by_slug(runs, records.slugs_in)
    wanted = dict(_wanted(words, reviews, shelf, held, rehearsals=rehearsals))
    now = _dossiers_now(workspace, shelf)
    tools = {}
    for slug, word in wanted.items():
        with holding(held.tools, slug):
            if tool := _tool(word, reviews, shelf, now.get(slug)):
                tools[slug] = tool
    pairs = by_slug(runs, records.pairs_in)
    comparisons = {
        each.card.pair: each for each in _comparisons(pairs, tools, wanted, words, shelf, now, held)
    }
    for error in [] if hold else [*held.tools.values(), *held.pairs.values()]:
        raise error
    if keep and records.root.is_dir():
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
        held=held,
    )


def _wanted(
    words: Mapping[tuple[Of, str], Published | Withdrawn],
    reviews: Mapping[str, list[str]],
    shelf: Shelf,
    held: Held,
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
        newest = None
        with holding(held.tools, slug):
            newest = shelf.review(reviews[slug][0], slug)
        if newest and {kind_of(reason) for reason in newest.why_not} == {"offline"}:
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
    held: Held,
) -> Iterator[LiveComparison]:
    for pair, runs in pairs.items():
        word = words.get(("comparison", pair))
        either = _may_be(pair, tools)
        if isinstance(word, Withdrawn):
            continue
        if not either:
            for both in _may_be(pair, tools.keys() | held.tools.keys()):
                held.pairs[pair] = next(held.tools[slug] for slug in both if slug in held.tools)
        cards: list[ComparisonCard] = []
        with holding(held.pairs, pair):
            cards = [shelf.comparison(run, pair) for run in runs] if either else []
        if not cards:
            continue
        # `a` beside `b-vs-c` and `a-vs-b` beside `c` share a name, and a page: it is the newest one's.
        slugs = next((each for card in cards if (each := (card.a.slug, card.b.slug)) in either), either[0])
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


def _may_be(pair: str, tools: Collection[str]) -> list[tuple[str, str]]:
    """The two live tools that a pair's name may stand for; a slug may itself hold `-vs-`."""
    at = (found.start() for found in re.finditer("(?=-vs-)", pair))
    cuts = ((pair[:where], pair[where + len("-vs-") :]) for where in at)
    return [(a, b) for a, b in cuts if a in tools and b in tools]


def _joined(tools: Mapping[str, LiveTool], comparisons: Iterable[LiveComparison]) -> dict[str, LiveTool]:
    """The tools by slug, each with the comparisons it is in."""
    found: dict[str, list[ComparisonCard]] = {}
    for each in newest_first(comparisons):
        for side in (each.card.a, each.card.b):
            found.setdefault(side.slug, []).append(each.card)
    return {
        slug: replace(tool, comparisons=tuple(found.get(slug, ()))) for slug, tool in sorted(tools.items())
    }


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
            for bet in card.bets:
                yield from placed(
                    [bet], bet.persona, bet.name, tool=card.slug, dossier=card.dossier, created=card.created
                )


def _twins(tools: Mapping[str, LiveTool], rulings: Ruled) -> dict[str, tuple[str, ...]]:
    live = ((slug, sorted(others & tools.keys())) for slug, others in called_same(rulings).items())
    return {slug: tuple(others) for slug, others in live if slug in tools and others}


@cache  # thousands of tools have the same few categories
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
        yield Category(
            slug, str(mine[0].card.category), tuple(newest), tuple(newest_first(within.get(slug, [])))
        )


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
