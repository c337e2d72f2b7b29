"""The records beside the pages are the stored ones, byte for byte; the pictures are of the same records."""

import io
import json

import pytest
from lxml import etree
from PIL import Image

from panel.core.domain import SourceRef
from panel.core.errors import DamagedRecord
from panel.core.outcomes import Comparison, Review
from panel.site.pages import badges, icons, records, share_images
from panel.site.pictures import raster
from tests.publish.hostile import PAYLOADS
from tests.site.poisoned import PAIR
from tests.site.samples import Press, panel_of


@pytest.fixture
def press(tmp_path):
    press = Press(tmp_path)
    a, b = press.review("lantern"), press.review("mast")
    press.comparison(a, b)
    for slug in ("lantern", "mast"):
        press.desk.publish(slug)
    return press


def files(kind, library):
    return {page.path: page.render() for page in kind.pages(library)}


def inputs(kind, library):
    return {page.path: page.inputs for page in kind.pages(library)}


def test_they_are_the_records_that_are_shown(press):
    library = press.library()
    found = files(records, library)
    assert set(found) == {"tools/lantern.json", "tools/mast.json", f"comparisons/{PAIR}.json"}
    review = Review.model_validate(json.loads(found["tools/lantern.json"]))
    assert review == library.review(library.tools["lantern"].card)
    comparison = Comparison.model_validate(json.loads(found[f"comparisons/{PAIR}.json"]))
    assert comparison == library.comparison(library.comparisons[PAIR].card)
    path = press.records.comparison_path(comparison.run, PAIR)
    assert found[f"comparisons/{PAIR}.json"] == path.read_bytes()
    assert json.loads(found[f"comparisons/{PAIR}.json"])["schema"] == "panel.comparison/1"


def test_where_an_editors_files_lie_is_not_told(press):
    review = press.review("mast")
    came_from = ("/home/ada/secret/mast.md", "C:\\ada\\mast.md", "https://mast.example/a", None)
    refs = tuple(SourceRef(id=f"s{n}", origin=origin) for n, origin in enumerate(came_from))
    dossier = review.dossier.model_copy(update={"sources": refs})
    press.records.write_review(review.model_copy(update={"dossier": dossier}))
    shown = json.loads(files(records, press.library())["tools/mast.json"])
    origins = [source["origin"] for source in shown["dossier"]["sources"]]
    assert origins == ["mast.md", "mast.md", "https://mast.example/a", None]


def test_a_record_that_is_gone_is_named(press):
    library = press.library()
    press.records.review_path(library.tools["lantern"].card.run, "lantern").unlink()
    page = next(each for each in records.pages(library) if each.path == "tools/lantern.json")
    with pytest.raises(DamagedRecord, match="cannot be read"):
        page.render()


@pytest.mark.parametrize("kind", [records, badges, share_images])
def test_only_what_is_of_a_changed_record_is_made_again(press, kind):
    before = inputs(kind, press.library())
    press.review("mast", **panel_of("ship", "skip", "ship", "ship"))
    after = inputs(kind, press.library())
    assert {path for path in after if after[path] != before[path]} <= {"tools/mast.json", "badges/mast.svg"}
    assert (after != before) == (kind is not share_images)


def test_each_tool_has_a_badge(press):
    found = files(badges, press.library())
    assert set(found) == {"badges/lantern.svg", "badges/mast.svg"}
    assert "100% · 4 of 4" in found["badges/mast.svg"].decode()


def test_each_comparison_has_its_picture_twice(press):
    found = files(share_images, press.library())
    assert set(found) == {f"share/{PAIR}.svg", f"share/{PAIR}.png"}
    assert Image.open(io.BytesIO(found[f"share/{PAIR}.png"])).size == (1200, 630)
    assert etree.fromstring(found[f"share/{PAIR}.svg"]).get("viewBox") == "0 0 1200 630"


def test_without_the_means_to_draw_there_are_no_pngs(press, monkeypatch):
    monkeypatch.setattr(raster, "engine", lambda: None)
    assert set(files(share_images, press.library())) == {f"share/{PAIR}.svg"}
    assert set(files(icons, press.library())) == {"favicon.svg"}


def test_the_icon_is_a_panel_with_one_dissent(press):
    found = files(icons, press.library())
    assert set(found) == {"favicon.svg", "apple-touch-icon.png"}
    image = Image.open(io.BytesIO(found["apple-touch-icon.png"])).convert("RGB")
    assert image.size == (180, 180)
    quarters = [image.getpixel(at) for at in ((55, 55), (125, 55), (55, 125), (125, 125))]
    assert len(set(quarters[:3])) == 1
    assert quarters[3] != quarters[0]


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_texts_stay_texts_in_pictures(poisoned, text):
    library = poisoned(text)
    found = files(badges, library) | files(share_images, library)
    for path, content in found.items():
        if path.endswith(".svg"):
            root = etree.fromstring(content)
            assert {etree.QName(each).localname for each in root.iter()} <= {
                "svg", "title", "desc", "clipPath", "rect", "g", "text",
            }  # fmt: skip
    assert found[f"share/{PAIR}.png"].startswith(b"\x89PNG")
