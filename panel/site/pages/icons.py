"""The site's mark in a browser's tab and on a phone's home screen: a panel of four, one of whom dissents."""

from __future__ import annotations

from collections.abc import Iterator

from panel.site.library import Library
from panel.site.page import Page
from panel.site.pictures import raster
from panel.site.pictures.drawing import Box, Drawing, svg

_SIZE, _SEAT, _GAP = 180, 52, 16
_DISSENTER = 3
_GROUND, _SHIP, _SKIP = "#1a1c22", "#74d69f", "#ff9bab"


def pages(_: Library) -> Iterator[Page]:
    """The icon as SVG, and as PNG where the extra `[site]` is installed."""
    yield Page("favicon.svg", None, lambda: svg(_drawing(radius=40)))
    if raster.engine() is not None:
        # Phones round the corners themselves.
        yield Page("apple-touch-icon.png", None, lambda: raster.png(_drawing(radius=0)))


def _drawing(radius: int) -> Drawing:
    start, step = (_SIZE - 2 * _SEAT - _GAP) // 2, _SEAT + _GAP
    seats = [(x, y) for y in (start, start + step) for x in (start, start + step)]
    return Drawing(
        width=_SIZE,
        height=_SIZE,
        ground=_GROUND,
        title="Ship or skip",
        about="Four seats of a panel; three say ship, one says skip.",
        parts=tuple(
            Box(x, y, _SEAT, _SEAT, _SKIP if at == _DISSENTER else _SHIP) for at, (x, y) in enumerate(seats)
        ),
        radius=radius,
    )
