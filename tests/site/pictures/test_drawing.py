"""One picture, as SVG and as PNG."""

import io
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest
from lxml import etree
from PIL import Image

from panel.site.pictures import raster
from panel.site.pictures.drawing import Box, Drawing, Text, svg

GROUND, RED, INK = "#ffffff", "#c00000", "#000000"
SVG = "{http://www.w3.org/2000/svg}"


def a_drawing(text="Ship", **changes):
    parts = (Box(10, 10, 20, 5, RED), Text(190, 60, text, "bold", 40, INK, GROUND, "right"))
    given = {
        "width": 200,
        "height": 100,
        "ground": GROUND,
        "title": "A title",
        "about": "About it.",
        "parts": parts,
    }
    return Drawing(**(given | changes))


def pixels(drawing):
    image = Image.open(io.BytesIO(raster.png(drawing)))
    image.load()
    return image.convert("RGB")


def test_svg_has_a_title_for_screen_readers_and_nothing_that_runs_or_loads():
    root = etree.fromstring(svg(a_drawing(radius=4)))
    assert root.get("role") == "img"
    assert [root.find(f"{SVG}{name}").text for name in ("title", "desc")] == ["A title", "About it."]
    assert {each.tag.removeprefix(SVG) for each in root.iter()} == {
        "svg", "title", "desc", "clipPath", "rect", "g", "text",
    }  # fmt: skip
    assert not [name for each in root.iter() for name in each.attrib if name in {"style", "href", "class"}]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a & b", "]]>", "&lt;", '"\'><image href="//x"/>']
)
def test_text_in_svg_is_text(text):
    root = etree.fromstring(svg(a_drawing(text, title=text, about=text)))
    assert [each.text for each in root.iter() if each.text and each.text.strip()] == [text] * 3


def test_text_in_svg_takes_the_room_that_was_measured():
    (text,) = etree.fromstring(svg(a_drawing())).iter(f"{SVG}text")
    assert float(text.get("textLength")) == pytest.approx(a_drawing().parts[1].width, abs=0.1)


def test_png_has_the_size_and_the_colours_of_the_drawing():
    image = pixels(a_drawing())
    assert image.size == (200, 100)
    assert image.getpixel((0, 0)) == (255, 255, 255)
    assert [image.getpixel(at) for at in ((10, 10), (29, 14), (30, 14), (29, 15))] == [
        (192, 0, 0), (192, 0, 0), (255, 255, 255), (255, 255, 255),
    ]  # fmt: skip


def test_text_in_png_is_smooth_and_ends_at_its_right_edge():
    image = pixels(a_drawing()).crop((0, 20, 200, 100)).convert("L").point(lambda grey: 255 - grey)
    left, _, right, _ = image.getbbox()
    assert left > 90
    assert 186 <= right <= 190
    assert len(image.getcolors()) > 10


def test_a_text_without_ink_is_no_error():
    assert pixels(a_drawing(" ")).getbbox()


def test_png_is_the_same_in_another_process():
    script = (
        "import sys; from panel.site.pictures import raster;"
        "from tests.site.pictures.test_drawing import a_drawing;"
        "sys.stdout.buffer.write(raster.png(a_drawing('Ship or skip')))"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert other.stdout == raster.png(a_drawing("Ship or skip"))


def test_without_pillow_there_is_no_engine(monkeypatch):
    def missing(_):
        raise PackageNotFoundError

    monkeypatch.setattr(raster, "version", missing)
    raster.engine.cache_clear()
    try:
        assert raster.engine() is None
    finally:
        raster.engine.cache_clear()
