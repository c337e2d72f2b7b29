"""A picture as boxes and lines of text: written as SVG here, and as PNG by `raster`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from panel.site.pictures.lettering import Face, width

#: Faces that a reader's machine may have, the one that the text was measured in first.
FAMILY = "Inter, Helvetica, Arial, 'Liberation Sans', sans-serif"
_WEIGHTS: dict[Face, int] = {"bold": 700, "medium": 500}


@dataclass(frozen=True)
class Box:
    """A filled rectangle, from its upper left corner; colours are `#rrggbb`, lengths in pixels."""

    x: int
    y: int
    width: int
    height: int
    colour: str


@dataclass(frozen=True)
class Text:
    """One line of text, on its baseline.

    Attributes:
        x: Its left edge, or its right one.
        y: Its baseline.
        text: What it says; it is drawn as wide as `lettering` measures it.
        face: The cut.
        size: Of the type.
        colour: Of the letters.
        ground: The one colour that it stands on.
        edge: Which of its edges `x` is.
    """

    x: int
    y: int
    text: str
    face: Face
    size: int
    colour: str
    ground: str
    edge: Literal["left", "right"] = "left"

    @property
    def width(self) -> float:
        """How far it reaches."""
        return width(self.text, self.face, self.size)


@dataclass(frozen=True)
class Drawing:
    """A picture, its parts in the order in which they are drawn.

    Attributes:
        width: In pixels.
        height: In pixels.
        ground: The colour behind everything.
        title: What it shows, in a few words.
        about: The same in full sentences, for whoever does not see it.
        parts: What is on it.
        radius: How round its corners are; in SVG only.
    """

    width: int
    height: int
    ground: str
    title: str
    about: str
    parts: tuple[Box | Text, ...]
    radius: int = 0


def svg(drawing: Drawing) -> bytes:
    """The picture as SVG: no script, no style, nothing from elsewhere, and a title for screen readers.

    Texts and colours must be free of characters that XML cannot hold (`panel.publish.legible`).
    """
    w, h, radius = drawing.width, drawing.height, drawing.radius
    rounded, clip, clipped = "", "", ""
    if radius:
        rounded = f' rx="{radius}"'
        clip = f'<clipPath id="c"><rect width="{w}" height="{h}"{rounded}/></clipPath>\n'
        clipped = ' clip-path="url(#c)"'
    parts = "\n".join(_svg_box(part) if isinstance(part, Box) else _svg_text(part) for part in drawing.parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}"'
        f' role="img" aria-labelledby="t d">\n'
        f'<title id="t">{escape(drawing.title)}</title>\n<desc id="d">{escape(drawing.about)}</desc>\n'
        f'{clip}<rect width="{w}" height="{h}"{rounded} fill="{drawing.ground}"/>\n'
        f"<g{clipped} font-family={quoteattr(FAMILY)}>\n{parts}\n</g>\n</svg>\n"
    ).encode()


def _svg_box(box: Box) -> str:
    return f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" fill="{box.colour}"/>'


def _svg_text(text: Text) -> str:
    # The length is fixed, so that a reader's own face takes the room that was measured.
    length = f'textLength="{text.width:.1f}" lengthAdjust="spacingAndGlyphs"' if text.text else ""
    anchor = ' text-anchor="end"' if text.edge == "right" else ""
    return (
        f'<text x="{text.x}" y="{text.y}" font-size="{text.size}" font-weight="{_WEIGHTS[text.face]}"'
        f' fill="{text.colour}"{anchor} {length}>{escape(text.text)}</text>'
    )
