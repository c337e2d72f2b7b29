"""The picture of each comparison: SVG, and PNG where the extra `[site]` is installed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from panel.site.cards import ComparisonCard
from panel.site.library import Library
from panel.site.page import Page
from panel.site.pictures import raster
from panel.site.pictures.drawing import svg
from panel.site.pictures.share import share_image
from panel.site.settings import SiteSettings


def pages(library: Library) -> Iterator[Page]:
    """One or two for each comparison."""
    png = raster.engine() is not None
    for pair, comparison in library.comparisons.items():
        card, settings = comparison.card, library.settings
        yield Page(f"share/{pair}.svg", card.sha, partial(_svg, card, settings))
        if png:
            yield Page(f"share/{pair}.png", card.sha, partial(_png, card, settings))


def _svg(card: ComparisonCard, settings: SiteSettings) -> bytes:
    return svg(share_image(card, settings))


def _png(card: ComparisonCard, settings: SiteSettings) -> bytes:
    return raster.png(share_image(card, settings))
