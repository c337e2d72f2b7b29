"""A page for each pair: which of the two to use, who says so, and all that was said of either."""

from __future__ import annotations

from collections.abc import Iterator

from panel.publish.legible import legible
from panel.site.library import Library, LiveComparison
from panel.site.page import Page
from panel.site.panelists import reviewer_pages
from panel.site.templating import html


def pages(library: Library) -> Iterator[Page]:
    """One page each."""
    reviewers = sorted(library.reviewers)
    for live in library.comparisons.values():
        again = [library.tools[slug].card.sha for slug in live.again]
        yield _page(live, [live.card.sha, live.stale, again, reviewers], library)


def _page(live: LiveComparison, inputs: object, library: Library) -> Page:
    path = f"comparisons/{live.card.pair}.html"

    def render() -> bytes:
        sides = ("a", live.card.a), ("b", live.card.b)
        return html(
            "comparison_page.html.j2",
            path,
            library,
            c=legible(library.comparison(live.card)),
            live=live,
            again=[library.tools[slug] for slug in live.again],
            stale=[side.name for _, side in sides if side.slug in live.stale],
            pages={key: f"../tools/{side.slug}.html" for key, side in sides},
            reviewers=reviewer_pages(library, "../"),
        )

    return Page(path, inputs, render)
