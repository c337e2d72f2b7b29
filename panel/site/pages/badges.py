"""The badge of each tool, to be shown on other people's pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from panel.site.badge import badge
from panel.site.cards import ReviewCard
from panel.site.drawing import svg
from panel.site.library import Library
from panel.site.page import Page


def pages(library: Library) -> Iterator[Page]:
    """One for each tool."""
    for tool in library.tools.values():
        yield Page(f"badges/{tool.slug}.svg", tool.card.sha, partial(_render, tool.card))


def _render(card: ReviewCard) -> bytes:
    return svg(badge(card))
