"""A drawing as PNG, by Pillow (the extra `[site]`) in the bundled type: the same bytes on every machine.

Colours are an index into a palette from the start: a letter's coverage becomes the step between its ground
and its colour. So no picture is reduced to a palette afterwards, which takes longer than all the rest.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING

from panel.site.pictures.drawing import Box, Drawing, Text
from panel.site.pictures.lettering import Face

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

#: Shades between a ground and a colour; eight pairs fit into a palette beside 16 flat colours.
_STEPS = 30
_FULL = 255
_STEP_OF = [round(coverage * (_STEPS - 1) / _FULL) for coverage in range(_FULL + 1)]
#: Most lines of a picture stand on all of them.
_KEPT = 256
#: The file is a fifth larger than at zlib's best, and written in a tenth of the time.
_LEVEL = 3


@cache
def engine() -> str | None:
    """What draws, with its version; None where it is not installed."""
    try:
        return f"pillow {version('pillow')}"
    except PackageNotFoundError:
        return None


def png(drawing: Drawing) -> bytes:
    """The picture as PNG.

    `engine()` must not be None; text stands in at most eight pairs of ground and colour.
    """
    from PIL import Image, ImageDraw

    palette = _Palette()
    image = Image.new("P", (drawing.width, drawing.height), palette.flat(drawing.ground))
    brush = ImageDraw.Draw(image)
    for part in drawing.parts:
        if isinstance(part, Box):
            corners = part.x, part.y, part.x + part.width - 1, part.y + part.height - 1
            brush.rectangle(corners, fill=palette.flat(part.colour))
        elif part.text.strip():
            drawn = _letters(part.text, part.face, part.size)
            x = part.x if part.edge == "left" else part.x - round(drawn.reach)
            image.paste(drawn.mask.point(palette.shades(part)), (x + drawn.left, part.y + drawn.top))
    image.putpalette(palette.colours())
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=_LEVEL)
    return file.getvalue()


class _Palette:
    """Which index stands for which colour."""

    def __init__(self) -> None:
        self._flat: dict[str, int] = {}
        self._shades: dict[tuple[str, str], list[int]] = {}
        self._rgb: list[tuple[int, ...]] = []

    def flat(self, colour: str) -> int:
        """The index of a colour."""
        if colour not in self._flat:
            self._flat[colour] = self._add(_rgb(colour))
        return self._flat[colour]

    def shades(self, text: Text) -> list[int]:
        """For each coverage from 0 to 255 the index of the shade that a letter has there."""
        pair = text.ground, text.colour
        if pair not in self._shades:
            ground, colour = _rgb(text.ground), _rgb(text.colour)
            first = len(self._rgb)
            for step in range(_STEPS):
                share = step / (_STEPS - 1)
                mixed = (round(g + (c - g) * share) for g, c in zip(ground, colour, strict=True))
                self._add(tuple(mixed))
            self._shades[pair] = [first + step for step in _STEP_OF]
        return self._shades[pair]

    def colours(self) -> list[int]:
        """The palette as Pillow takes it."""
        return [part for colour in self._rgb for part in colour]

    def _add(self, rgb: tuple[int, ...]) -> int:
        self._rgb.append(rgb)
        assert len(self._rgb) <= _FULL + 1, "more colours than a palette holds"
        return len(self._rgb) - 1


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


@dataclass(frozen=True)
class _Letters:
    """A line of text as coverages, where it begins from the start of its baseline, and its length."""

    mask: Image
    left: int
    top: int
    reach: float


@lru_cache(maxsize=_KEPT)
def _letters(text: str, face: Face, size: int) -> _Letters:
    from PIL import Image, ImageDraw

    font = _font(face, size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text, anchor="ls"))
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), text, fill=_FULL, font=font, anchor="ls")
    return _Letters(mask, left, top, font.getlength(text))


@cache
def _font(face: Face, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    data = files("panel.site.pictures").joinpath("fonts", f"{face}.otf").read_bytes()
    # The basic layout: letter by letter as `lettering` measures, whatever else a machine has installed.
    return ImageFont.truetype(io.BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)
