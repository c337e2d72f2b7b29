"""The head of a page says what it is, to readers of links and as data; nothing can break out of it."""

import json

import pytest
from lxml import html

from panel.core.domain import Finding
from panel.core.outcomes import Override
from panel.judgement.overriding import overridden
from panel.publish.legible import legible
from panel.site import templating
from panel.site.head import head
from panel.site.pictures import raster
from panel.site.structured import data_block
from tests.publish.hostile import PAYLOADS
from tests.site.poisoned import PAIR, URL
from tests.site.samples import Press, panel_of

TOOL, COMPARISON = "tools/lantern.html", f"comparisons/{PAIR}.html"


@pytest.fixture
def press(tmp_path):
    return Press(tmp_path, f'url = "{URL}"')


@pytest.fixture
def library(press):
    a, b = press.review("lantern", **panel_of("ship", "skip", "ship", "ship")), press.review("mast")
    press.comparison(a, b)
    for slug in ("lantern", "mast"):
        press.desk.publish(slug)
    return press.library()


def page(path, library):
    text = templating.fragment(
        "layout.html.j2", library, path=path, root="../", policy="x", head=head(path, library)
    )
    return html.document_fromstring(text)


def metas(path, library):
    found = page(path, library).iterfind("head/meta")
    return {each.get("property") or each.get("name"): each.get("content") for each in found}


def links(path, library):
    return {
        (each.get("rel"), each.get("type")): each.get("href")
        for each in page(path, library).iterfind("head/link")
    }


def data(path, library):
    blocks = page(path, library).xpath("//script[@type='application/ld+json']")
    return [json.loads(block.text) for block in blocks]


def test_a_tool_is_an_article_with_one_address(library):
    found = metas(TOOL, library)
    assert found["og:type"] == "article"
    assert found["og:url"] == links(TOOL, library)["canonical", None] == f"{URL}/{TOOL}"
    assert found["og:title"] == "Lantern: ship, 75% panel ship (3 of 4)"
    assert found["description"] == (
        "Ship, 75% panel ship (3 of 4). Skeptic says skip: It leaks. What lantern does."
    )
    assert found["twitter:card"] == "summary"
    assert "robots" not in found


def test_a_comparison_shows_its_picture(library):
    found = metas(COMPARISON, library)
    assert found["og:image"] == f"{URL}/share/{PAIR}.png"
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["og:image:alt"] == "Lantern vs Mast: Lantern"
    assert found["twitter:card"] == "summary_large_image"


def test_without_the_means_to_draw_it_shows_none(library, monkeypatch):
    monkeypatch.setattr(raster, "engine", lambda: None)
    assert "og:image" not in metas(COMPARISON, library)


def test_feeds_and_records_are_found_from_the_page(library):
    found = links(COMPARISON, library)
    assert found["alternate", "application/atom+xml"] == "../feed.atom"
    assert found["alternate", "application/feed+json"] == "../feed.json"
    assert found["alternate", "application/json"] == f"../comparisons/{PAIR}.json"
    assert found["icon", "image/svg+xml"] == "../favicon.svg"


def test_without_an_address_there_are_no_absolute_links(tmp_path):
    press = Press(tmp_path)
    press.review()
    press.desk.publish("lantern")
    library = press.library()
    found = metas(TOOL, library)
    assert {"og:url", "og:image"} & set(found) == set()
    assert set(links(TOOL, library)) == {
        ("stylesheet", None), ("icon", "image/svg+xml"), ("apple-touch-icon", None),
        ("alternate", "application/json"),
    }  # fmt: skip
    assert head(TOOL, library).embed is None


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("index.html", "Ship or skip"),
        ("categories/editors.html", "Editors · Ship or skip"),
        ("reviewers/skeptic.html", "Skeptic · Ship or skip"),
        ("tools/index.html", "Ship or skip"),
        ("tools/unheard-of.html", "Ship or skip"),
    ],
)
def test_other_pages_say_what_they_are(library, path, title):
    found = metas(path, library)
    assert (found["og:title"], found["og:type"]) == (title, "website")
    assert found["og:url"] == f"{URL}/{'' if path == 'index.html' else path}"


def test_rehearsals_and_missing_pages_are_not_to_be_found(press):
    press.review(offline=True)
    press.desk.publish("lantern", allow=["offline"])
    library = press.library()
    assert metas(TOOL, library)["robots"] == metas("404.html", library)["robots"] == "noindex"
    assert metas(TOOL, library)["og:title"].startswith("[No model was asked] ")
    assert data(TOOL, library) == []
    assert ("canonical", None) not in links("404.html", library)


# ---------------------------------------------------------------- as data


def test_a_verdict_is_a_review_by_ai_without_a_rating(library):
    (found,) = data(TOOL, library)
    assert (found["@context"], found["@type"]) == ("https://schema.org", "Review")
    assert found["itemReviewed"]["name"] == "Lantern"
    assert found["reviewBody"] == "75% panel ship, 3 of 4. Skeptic says skip: It leaks."
    assert found["author"]["@type"] == "Organization"
    assert "AI reviewers" in found["author"]["description"]
    assert found["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    assert (found["url"], found["datePublished"]) == (f"{URL}/{TOOL}", "2026-03-01T08:00:00Z")
    assert "rating" not in json.dumps(found).casefold()


def test_each_seat_that_counts_speaks_as_what_it_is(library):
    (found,) = data(TOOL, library)
    seats = found["associatedReview"]
    assert [seat["name"] for seat in seats] == [
        "Builder: ship",
        "Skeptic: skip",
        "Futurist: ship",
        "Business: ship",
    ]
    assert seats[0]["author"]["@type"] == "SoftwareApplication"
    assert seats[0]["author"]["name"] == "Builder (AI reviewer, anthropic:claude)"
    assert seats[0]["reviewBody"] == "A container each."


def test_what_speaks_for_and_against_comes_from_the_findings(press):
    findings = (
        Finding(move="a", says="It is small.", leans="for", weight="minor"),
        Finding(move="b", says="It is free.", leans="for", weight="decisive"),
        Finding(move="c", says="It leaks.", leans="against", weight="major"),
        Finding(move="d", says="It exists.", leans="neutral", weight="major"),
    )
    press.review(**panel_of("ship", "ship", "ship", "ship", findings=findings))
    press.desk.publish("lantern")
    (found,) = data(TOOL, press.library())
    notes = {
        kind: [each["name"] for each in found[kind]["itemListElement"]]
        for kind in ("positiveNotes", "negativeNotes")
    }
    # Four seats that say the same say it once, what weighs most first.
    assert notes == {"positiveNotes": ["It is free.", "It is small."], "negativeNotes": ["It leaks."]}


def test_a_seat_that_does_not_count_is_left_out_and_an_editors_decision_is_said(press):
    review = press.review(**panel_of("ship", "ship", "ship", "ship"))
    contested = review.verdicts[3].model_copy(update={"contested": True, "contest": "It contradicts itself."})
    override = Override(
        persona="builder", decision="skip", reason="Wrong.", author="Ada", time="2026-05-01T08:00:00Z",
        dossier=review.dossier.id,
    )  # fmt: skip
    review = review.model_copy(update={"verdicts": (*review.verdicts[:3], contested)})
    press.records.write_review(overridden(review, [override]))
    press.desk.publish("lantern", allow=["contested"])
    (found,) = data(TOOL, press.library())
    assert [seat["name"] for seat in found["associatedReview"]] == [
        "Builder: skip, decided by an editor", "Skeptic: ship", "Futurist: ship",
    ]  # fmt: skip
    assert found["dateModified"] == "2026-05-01T08:00:00Z"


def test_a_comparison_is_a_list_of_two(library):
    (found,) = data(COMPARISON, library)
    assert (found["@type"], found["name"], found["numberOfItems"]) == (
        "ItemList",
        "Lantern vs Mast: Lantern",
        2,
    )
    items = [each["item"] for each in found["itemListElement"]]
    assert [(item["name"], item["url"]) for item in items] == [
        ("Lantern", f"{URL}/{TOOL}"), ("Mast", f"{URL}/tools/mast.html"),
    ]  # fmt: skip
    assert items[0]["review"]["reviewBody"] == "75% panel ship, 3 of 4."


def test_the_home_page_is_the_site(library):
    (found,) = data("index.html", library)
    assert (found["@type"], found["name"], found["url"]) == ("WebSite", "Ship or skip", f"{URL}/")


@pytest.mark.parametrize("text", ["</script><script>", "<!--<script>", "]]>", "&amp;", "a\u2028b", '"\\'])
def test_a_block_of_data_can_be_ended_by_no_text(text):
    block = str(data_block({"name": text, text: 1}))
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block) == {"name": text, text: 1}


# ---------------------------------------------------------------- the badge to embed


def test_a_tool_says_how_its_badge_is_shown_elsewhere(library):
    embed = head(TOOL, library).embed
    (link,) = html.fragments_fromstring(embed.html)
    assert (link.tag, link.get("href")) == ("a", f"{URL}/{TOOL}")
    (image,) = link
    assert (image.get("src"), image.get("alt")) == (
        f"{URL}/badges/lantern.svg",
        "Ship or skip: panel ship 75% · 3 of 4",
    )
    assert (
        embed.markdown
        == f"[![Ship or skip: panel ship 75% · 3 of 4]({URL}/badges/lantern.svg)]({URL}/{TOOL})"
    )


def test_the_block_on_its_page_shows_it_and_the_words_to_copy(library):
    text = templating.fragment("badge.html.j2", library, head=head(TOOL, library), root="../")
    root = html.fragment_fromstring(text)
    assert [each.get("src") for each in root.iter("img")] == ["../badges/lantern.svg"]
    assert [each.text for each in root.iter("code")] == [
        head(TOOL, library).embed.html,
        head(TOOL, library).embed.markdown,
    ]
    assert (
        templating.fragment("badge.html.j2", library, head=head("index.html", library), root="").strip() == ""
    )


@pytest.mark.parametrize("title", ['"><script>alert(1)</script>', "](javascript:alert(1))", "a & b"])
def test_a_hostile_title_of_the_site_stays_in_the_words_to_copy(tmp_path, title):
    press = Press(tmp_path, f'url = "{URL}"', f"title = {json.dumps(title)}")
    press.review()
    press.desk.publish("lantern")
    embed = head(TOOL, press.library()).embed
    (link,) = html.fragments_fromstring(embed.html)
    assert [each.tag for each in link.iter()] == ["a", "img"]
    assert link[0].get("alt").startswith(title)
    assert embed.markdown.endswith(f"]({URL}/badges/lantern.svg)]({URL}/{TOOL})")
    assert embed.markdown.count("](") == 2


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_texts_stay_texts(poisoned, text):
    library = poisoned(text)
    for path in (
        TOOL,
        COMPARISON,
        "index.html",
        "reviewers/skeptic.html",
        *(f"categories/{c.slug}.html" for c in library.categories),
    ):
        root = page(path, library)
        assert {each.tag for each in root.iterfind("head/*")} <= {"meta", "title", "link", "script"}
        for each in root.iterfind("head/*"):
            assert set(each.attrib) <= {
                "charset", "http-equiv", "name", "property", "content", "rel", "type", "title", "href", "src",
            }  # fmt: skip
        blocks = [each for each in root.iter("script") if not each.get("src")]
        assert [each.get("type") for each in blocks] == ["application/ld+json"] * len(data(path, library))
        hrefs = [each.get("href") for each in root.iterfind("head/link")]
        assert all(href.startswith(("../", f"{URL}/")) for href in hrefs)
    (review,) = data(TOOL, library)
    assert [seat["reviewBody"] for seat in review["associatedReview"]] == [
        verdict.paragraph for verdict in legible(library.review(library.tools["lantern"].card)).verdicts
    ]
