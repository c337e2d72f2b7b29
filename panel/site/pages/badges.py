"""The badge of each tool, to be shown on other people's pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from panel.site.cards import ReviewCard
from panel.site.library import Library
from panel.site.page import Page
from panel.site.pictures.badge import badge
from panel.site.pictures.drawing import svg


def pages(library: Library) -> Iterator[Page]:
    """One for each tool."""
    for tool in library.tools.values():
        yield Page(f"badges/{tool.slug}.svg", tool.card.sha, partial(_render, tool.card))


def _render(card: ReviewCard) -> bytes:
    return svg(badge(card))
