"""How long the picture of a comparison takes, by the drawing program and by what else could make it.

`python -m benchmarks.share_images`; resvg-py and cairosvg are measured only where they are installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.resources import as_file, files

from panel.core.outcomes import Tally
from panel.site.cards import ComparisonCard, SideCard
from panel.site.pictures import raster
from panel.site.pictures.drawing import Drawing, svg
from panel.site.pictures.share import share_image
from panel.site.settings import SiteSettings

_PICTURES = 200
_SETTINGS = SiteSettings(url="https://example.org")


def main() -> None:
    """Print milliseconds of processor time for one picture, and its size."""
    drawings = [share_image(_card(number), _SETTINGS) for number in range(_PICTURES)]
    _measure("drawn as values", [lambda n=n: share_image(_card(n), _SETTINGS) for n in range(_PICTURES)])
    _measure("written as SVG", [lambda d=each: svg(d) for each in drawings])
    _measure(f"PNG by {raster.engine()}", [lambda d=each: raster.png(d) for each in drawings])
    for name, png in (("resvg-py", _by_resvg), ("cairosvg", _by_cairo)):
        try:
            _measure(f"PNG by {name}", [lambda d=each, png=png: png(d) for each in drawings[:20]])
        except ImportError:
            print(f"PNG by {name}: not installed")


def _measure(what: str, makers: list[Callable[[], object]]) -> None:
    makers[0]()
    start = time.process_time()
    made = [make() for make in makers]
    took = (time.process_time() - start) / len(makers) * 1000
    sizes = [len(each) for each in made if isinstance(each, bytes)]
    size = f", {sum(sizes) / len(sizes) / 1000:.0f} kB" if sizes else ""
    print(f"{what}: {took:.1f} ms{size}")


def _by_resvg(drawing: Drawing) -> bytes:
    import resvg_py  # noqa: PLC0415 (may be missing)

    fonts = files("panel.site.pictures").joinpath("fonts")
    with as_file(fonts / "bold.otf") as bold, as_file(fonts / "medium.otf") as medium:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg(drawing).decode().replace("Inter,", "'Inter Display', 'Inter Medium', Inter,"),
                font_files=[str(bold), str(medium)],
                skip_system_fonts=True,
            )
        )


def _by_cairo(drawing: Drawing) -> bytes:
    import cairosvg  # noqa: PLC0415 (may be missing)

    return bytes(cairosvg.svg2png(svg(drawing)))


def _card(number: int) -> ComparisonCard:
    sides = [
        SideCard(
            slug=f"{side}-{number}",
            name=f"{name} {number}.{number % 7} {'Preview for Large Repositories' * (number % 3 == 0)}",
            review="",
            dossier="",
            category=None,
            panel=Tally(ship=number % 5, counted=4, seated=4, percent=25 * (number % 5), quorum=3),
            entry="Free tier",
        )
        for side, name in (("a", "Lantern Agent"), ("b", "Quarry Coder"))
    ]
    return ComparisonCard(
        id="",
        run="",
        created="",
        pair="",
        a=sides[0],
        b=sides[1],
        choice="a",
        answer=sides[0].name,
        stable=True,
        because=None,
        offline=False,
        against=(),
        sha="",
    )


if __name__ == "__main__":
    main()
