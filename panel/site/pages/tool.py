"""A page for each tool: the verdict, who dissents, what was said, what it rests on, how it went before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from panel.judgement.history import history
from panel.publish.legible import legible
from panel.site import course
from panel.site.cards import ReviewCard
from panel.site.library import Library, LiveTool
from panel.site.page import Page
from panel.site.panelists import no_model_sat, not_counted, reviewer_pages, seats_of, spoke
from panel.site.passages import cited
from panel.site.templating import html

#: What an editor let through, by the kind of reason; that no model was asked is said above all else.
_LET_THROUGH = {
    "no quorum": "too few seats count",
    "contested": "a seat contradicts its own findings",
    "stale": "the dossier has changed since",
    "unsupported": "nothing supports some of what is said",
}


@dataclass(frozen=True)
class Step:
    """One review in a tool's history.

    Attributes:
        card: The review.
        seats: Which seats decided otherwise than in the review before, a few words each.
        rests: What it rests on that is not as in the review before.
        first: Whether there is none before.
    """

    card: ReviewCard
    seats: tuple[str, ...]
    rests: tuple[str, ...]
    first: bool


def pages(library: Library) -> Iterator[Page]:
    """One page each."""
    named: dict[str, list[str]] = {}
    for tool in library.tools.values():
        named.setdefault(_folded(tool), []).append(tool.slug)
    reviewers = sorted(library.reviewers)
    bets: dict[str, list[list[str]]] = {}
    for bet in library.bets:
        bets.setdefault(bet.tool, []).append([bet.id, bet.state, bet.reason or "", bet.author or ""])
    for tool in library.tools.values():
        alike = _alike(tool, named, library)
        category = library.category_of(tool)
        inputs = [
            [card.sha for card in tool.history],
            [tool.card.sha, tool.stale, tool.despite, tool.waiting, library.keeps_dossier(tool.card)],
            [card.sha for card in tool.comparisons],
            [[each.card.sha for each in group] for group in alike],
            bets.get(tool.slug, []),
            [category.slug, category.name] if category else None,
            reviewers,
        ]
        yield _page(tool, alike, inputs, library)


def _alike(
    tool: LiveTool, named: Mapping[str, Sequence[str]], library: Library
) -> tuple[list[LiveTool], list[LiveTool]]:
    """The tools that editors said are the same product, and others that only have the same name."""
    twins = library.twins.get(tool.slug, ())
    others = [slug for slug in named[_folded(tool)] if slug != tool.slug and slug not in twins]
    return [library.tools[slug] for slug in twins], [library.tools[slug] for slug in others]


def _folded(tool: LiveTool) -> str:
    return " ".join(tool.card.name.casefold().split())


def _page(
    tool: LiveTool, alike: tuple[list[LiveTool], list[LiveTool]], inputs: object, library: Library
) -> Page:
    path = f"tools/{tool.slug}.html"

    def render() -> bytes:
        review = legible(library.review(tool.card))
        dossier = library.dossier(review.dossier.id)
        drawn = course.points(tool.history)
        seats = seats_of(review)
        return html(
            "tool.html.j2",
            path,
            library,
            tool=tool,
            review=review,
            seats=seats,
            not_counted=not_counted(seats),
            let_through=[_LET_THROUGH[kind] for kind in tool.despite if kind in _LET_THROUGH],
            offline=no_model_sat(review),
            models=spoke(review),
            cited=cited(review, dossier and legible(dossier)),
            steps=_steps(tool.history, library),
            course=course,
            drawn=drawn,
            bets=library.bets_on(tool.slug),
            category=library.category_of(tool),
            twins=alike[0],
            namesakes=alike[1],
            reviewers=reviewer_pages(library, "../"),
        )

    return Page(path, inputs, render)


def _steps(newest_first: Sequence[ReviewCard], library: Library) -> list[Step]:
    """The history, newest first; what the oldest ones rest on is not read any more."""
    read = [library.review(card) for card in newest_first[: course.MOST + 1]]
    changed = {chapter.review: chapter.changed for chapter in history(reversed(read))}
    steps = []
    for at, card in enumerate(newest_first):
        before = newest_first[at + 1] if at + 1 < len(newest_first) else None
        steps.append(
            Step(
                card=card,
                seats=course.turned(before, card) if before else (),
                rests=tuple(course.rests_on(each) for each in changed.get(card.id) or ()),
                first=before is None,
            )
        )
    return steps
