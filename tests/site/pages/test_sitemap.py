"""The sitemap names every page that search engines should know, and when it changed."""

import pytest
from lxml import etree

from panel.core.outcomes import Override
from panel.site.pages import robots, sitemap
from tests.publish.hostile import PAYLOADS
from tests.site.poisoned import PAIR, URL
from tests.site.samples import Press

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OTHERS = [
    "",
    "method.html",
    "tools/index.html",
    "comparisons/index.html",
    "categories/index.html",
    "reviewers/index.html",
]


@pytest.fixture
def press(tmp_path):
    return Press(tmp_path, f'url = "{URL}"')


def files(library):
    return {page.path: page.render() for page in sitemap.pages(library)}


def listed(content):
    """Paths with the time of the last change."""
    root = etree.fromstring(content)
    found = {}
    for each in root:
        loc = each.findtext(f"{NAMESPACE}loc")
        assert loc.startswith(f"{URL}/")
        found[loc.removeprefix(f"{URL}/")] = each.findtext(f"{NAMESPACE}lastmod")
    assert len(found) == len(root)
    return found


def live(press, slug, **given):
    review = press.review(slug, **given)
    press.desk.publish(slug, allow=["offline"])
    return review


def test_it_names_every_page_with_its_last_change(press):
    a, b = live(press, "lantern"), live(press, "mast", category="Models")
    press.comparison(a, b, created="2026-03-05T10:00:00Z")
    found = listed(files(press.library())["sitemap.xml"])
    assert (
        found[f"comparisons/{PAIR}.html"]
        == found["comparisons/index.html"]
        == found[""]
        == "2026-03-05T10:00:00Z"
    )
    assert found["tools/lantern.html"] == found["categories/editors.html"] == "2026-03-01T08:00:00Z"
    assert set(found) == {
        *OTHERS, "tools/lantern.html", "tools/mast.html", f"comparisons/{PAIR}.html",
        "categories/editors.html", "categories/models.html", "reviewers/builder.html",
        "reviewers/skeptic.html",
        "reviewers/futurist.html", "reviewers/business.html",
    }  # fmt: skip


def test_an_editors_decision_is_a_change(press):
    review = live(press, "lantern")
    override = Override(
        persona="builder", decision="skip", reason="Wrong.", author="Ada", time="2026-05-01T08:00:00Z",
        dossier=review.dossier.id,
    )  # fmt: skip
    press.records.write_review(review.model_copy(update={"overrides": (override,)}))
    assert listed(files(press.library())["sitemap.xml"])["tools/lantern.html"] == "2026-05-01T08:00:00Z"


def test_rehearsals_are_not_in_it(press):
    a, b = live(press, "lantern", offline=True), live(press, "mast")
    made = press.comparison(a, b)
    half = made.a.model_copy(update={"seating": a.seating})
    press.records.write_comparison(made.model_copy(update={"a": half}))
    assert PAIR in press.library().comparisons
    found = listed(files(press.library())["sitemap.xml"])
    assert [path for path in found if "lantern" in path] == []
    assert "tools/mast.html" in found


@pytest.mark.parametrize("limit", ["MOST_ADDRESSES", "MOST_BYTES"])
def test_what_one_file_cannot_hold_has_an_index(press, monkeypatch, limit):
    for number in range(3):
        live(press, f"tool-{number}")
    whole = listed(files(press.library())["sitemap.xml"])
    monkeypatch.setattr(sitemap, limit, {"MOST_ADDRESSES": 5, "MOST_BYTES": 500}[limit])
    parts = files(press.library())
    index = listed(parts.pop("sitemap.xml"))
    assert set(index) == set(parts)
    assert len(parts) > 2
    found = [listed(content) for content in parts.values()]
    assert {path: when for part in found for path, when in part.items()} == whole
    if limit == "MOST_ADDRESSES":
        assert max(len(part) for part in found) == 5
    else:
        assert max(len(content) for content in parts.values()) < 500 + 200


def test_there_is_none_without_an_address(tmp_path):
    press = Press(tmp_path)
    live(press, "lantern")
    assert files(press.library()) == {}


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_texts_make_no_addresses(poisoned, text):
    found = listed(files(poisoned(text))["sitemap.xml"])
    assert all(path.isascii() and not set(path) & set(" <>\"'&;()") for path in found)


@pytest.mark.parametrize(
    ("url", "lines"),
    [
        (None, ["User-agent: *", "Disallow: /votes/"]),
        (
            "https://a.example",
            ["User-agent: *", "Disallow: /votes/", "", "Sitemap: https://a.example/sitemap.xml"],
        ),
        (
            "https://a.example/panel/",
            ["User-agent: *", "Disallow: /panel/votes/", "", "Sitemap: https://a.example/panel/sitemap.xml"],
        ),
    ],
)
def test_robots_may_read_all_but_what_takes_votes(tmp_path, url, lines):
    press = Press(tmp_path, *([f'url = "{url}"'] if url else []))
    (page,) = robots.pages(press.library())
    assert page.render().decode().splitlines() == lines
