"""Small charts as numbers: where lines, bars and labels of an inline SVG lie. No markup is made here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 480, 140
#: Room for the scale at the left, for numbers above, and for dates below.
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 10, 22, 26


@dataclass(frozen=True)
class Point:
    """A value's place, with what it says."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A line over periods.

    Attributes:
        line: The points as SVG writes them.
        points: Each value's place and number.
        top: The largest number of the scale; `bottom` the smallest.
        band: Top and height of the range that is asked for; None where there is none.
        marks: Where the persona's file changed.
        said: The chart in words, for those who do not see it.
    """

    line: str
    points: tuple[Point, ...]
    top: str
    bottom: str
    band: tuple[float, float] | None
    marks: tuple[float, ...]
    said: str
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    floor: int = HEIGHT - _BOTTOM
    ceiling: int = _TOP


def chart(
    values: Sequence[float],
    labels: Sequence[str],
    said: str,
    *,
    band: tuple[float, float] | None = None,
    top: float | None = None,
    unit: str = "",
    edited: Sequence[bool] = (),
) -> Chart:
    """A line through values, one for each period, on a scale that begins at 0.

    Args:
        values: At least two.
        labels: What stands at each point.
        said: The chart in words.
        band: A range to be drawn behind the line.
        top: The end of the scale; made to fit if None.
        unit: Follows the numbers of the scale.
        edited: Whether the persona's file changed in that period.
    """
    high = top if top is not None else max([*values, *(band or ()), 1.0]) * 1.1
    places = [_x(n, len(values)) for n in range(len(values))]
    points = tuple(
        Point(x, _y(value, high), label) for x, value, label in zip(places, values, labels, strict=True)
    )
    return Chart(
        line=" ".join(f"{point.x:g},{point.y:g}" for point in points),
        points=points,
        top=f"{high:.0f}{unit}",
        bottom=f"0{unit}",
        band=None if band is None else (_y(band[1], high), round(_y(band[0], high) - _y(band[1], high), 1)),
        marks=tuple(x for x, changed in zip(places, edited, strict=False) if changed),
        said=said,
    )


def _x(n: int, of: int) -> float:
    return round(_LEFT + 16 + n * (WIDTH - _LEFT - _RIGHT - 32) / (of - 1), 1)


def _y(value: float, high: float) -> float:
    return round(HEIGHT - _BOTTOM - value * (HEIGHT - _TOP - _BOTTOM) / high, 1)
