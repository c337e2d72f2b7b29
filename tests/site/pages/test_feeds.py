"""The feeds tell of what is live, newest first, and of a changed verdict in the entry of the old one."""

import json
from xml.dom import minidom

import feedparser
import pytest
from lxml import etree, html

from panel.core.outcomes import Override
from panel.judgement.overriding import overridden
from panel.site import entries
from panel.site.pages import feeds
from panel.site.pictures import raster
from tests.publish.hostile import PAYLOADS
from tests.site.poisoned import PAIR, URL
from tests.site.samples import Press, panel_of

ATOM = "{http://www.w3.org/2005/Atom}"
LANTERN = f"{URL}/tools/lantern.html"


@pytest.fixture
def press(tmp_path):
    return Press(tmp_path, f'url = "{URL}"', 'title = "Ship & skip"')


def rendered(library):
    return {page.path: page.render() for page in feeds.pages(library)}


def atom(library):
    content = rendered(library)["feed.atom"]
    found = feedparser.parse(content)
    assert not found.bozo, found.bozo_exception
    return found


def json_feed(library):
    return json.loads(rendered(library)["feed.json"])


def live(press, slug="lantern", **given):
    review = press.review(slug, **given)
    press.desk.publish(slug)
    return review


def dated(press, review, day):
    press.records.write_review(review.model_copy(update={"created": f"{day}T08:00:00Z"}))


def test_an_entry_says_the_count_and_who_dissents(press):
    live(press, **panel_of("ship", "skip", "ship", "ship"))
    (entry,) = atom(press.library()).entries
    assert (entry.title, entry.id, entry.link) == (
        "Lantern: ship, 75% panel ship (3 of 4)", LANTERN, LANTERN,
    )  # fmt: skip
    assert entry.published == entry.updated == "2026-03-01T08:00:00+00:00"
    assert [tag.term for tag in entry.tags] == ["Editors"]
    content = html.fromstring(entry.content[0].value).text_content()
    for said in (
        "75% panel ship, 3 of 4.",
        "Dissent: Skeptic says skip. It leaks.",
        "Builder: ship",
        "AI (anthropic",
    ):
        assert said in content


def test_both_feeds_have_the_same_entries(press):
    a, b = live(press, "lantern"), live(press, "mast")
    press.comparison(a, b)
    by_atom, by_json = atom(press.library()), json_feed(press.library())
    assert [(e.id, e.title, e.content[0].value) for e in by_atom.entries] == [
        (item["id"], item["title"], item["content_html"]) for item in by_json["items"]
    ]
    assert {item["url"] for item in by_json["items"]} == {
        LANTERN, f"{URL}/tools/mast.html", f"{URL}/comparisons/{PAIR}.html",
    }  # fmt: skip


def test_the_feeds_say_what_they_are(press):
    live(press)
    found, data = atom(press.library()), json_feed(press.library())
    assert (found.feed.title, found.feed.id, found.feed.language) == ("Ship & skip", f"{URL}/feed.atom", "en")
    assert {link.rel: link.href for link in found.feed.links} == {
        "alternate": f"{URL}/",
        "self": f"{URL}/feed.atom",
    }
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    assert (data["home_page_url"], data["feed_url"]) == (f"{URL}/", f"{URL}/feed.json")


def test_a_comparison_gives_its_answer_its_picture_and_its_record(press):
    a, b = live(press, "lantern"), live(press, "mast")
    press.comparison(a, b)
    item = next(each for each in json_feed(press.library())["items"] if PAIR in each["id"])
    assert item["title"] == "Lantern vs Mast: Lantern"
    assert item["image"] == f"{URL}/share/{PAIR}.png"
    assert item["_panel"] == {"record": f"{URL}/comparisons/{PAIR}.json"}


def test_without_the_means_to_draw_there_is_no_picture(press, monkeypatch):
    a, b = live(press, "lantern"), live(press, "mast")
    press.comparison(a, b)
    monkeypatch.setattr(raster, "engine", lambda: None)
    assert not [item for item in json_feed(press.library())["items"] if "image" in item]


def test_a_changed_verdict_updates_its_entry(press):
    dated(press, live(press), "2026-03-01")
    before = atom(press.library()).entries[0]
    dated(press, press.review(**panel_of("ship", "skip", "skip", "ship")), "2026-04-01")
    (entry,) = atom(press.library()).entries
    assert entry.id == before.id
    assert entry.title == "Lantern: a tie, 50% panel ship (2 of 4) (was 100%)"
    assert (entry.published, entry.updated) == ("2026-03-01T08:00:00+00:00", "2026-04-01T08:00:00+00:00")
    assert "Before: 100%, 4 of 4." in entry.content[0].value


def test_a_review_that_comes_to_the_same_is_no_news(press):
    dated(press, live(press), "2026-03-01")
    dated(press, press.review(), "2026-04-01")
    (entry,) = atom(press.library()).entries
    assert entry.updated == "2026-03-01T08:00:00+00:00"
    assert "was" not in entry.title


def test_an_editors_decision_is_news_when_it_was_made(press):
    review = live(press)
    override = Override(
        persona="builder", decision="skip", reason="It was wrong.", author="Ada", time="2026-05-01T08:00:00Z",
        dossier=review.dossier.id,
    )  # fmt: skip
    press.records.write_review(overridden(review, [override]))
    (entry,) = atom(press.library()).entries
    assert entry.title.startswith("Lantern: ship, 75%")
    assert entry.updated == "2026-05-01T08:00:00+00:00"


def test_the_newest_come_first_and_only_so_many(press, monkeypatch):
    monkeypatch.setattr(entries, "NEWEST", 3)
    for slug, number in (("lantern", 3), ("mast", 1), ("sail", 4), ("oar", 2)):
        dated(press, live(press, slug), f"2026-03-0{number}")
    assert [entry.title.partition(":")[0] for entry in atom(press.library()).entries] == [
        "Sail", "Lantern", "Oar",
    ]  # fmt: skip


def test_a_rehearsal_is_marked(press):
    press.review(offline=True)
    press.desk.publish("lantern", allow=["offline"])
    (entry,) = atom(press.library()).entries
    assert entry.title.startswith("[No model was asked] Lantern")
    assert "a rehearsal of the page" in entry.content[0].value


@pytest.mark.parametrize("harm", ["offline", "price", "no word", "withdrawn"])
def test_nothing_is_told_of_that_no_editor_made_live(press, harm):
    given = {"offline": harm == "offline"}
    if harm == "price":
        entry = press.review("other").entry
        given["entry"] = entry.model_copy(update={"conflicts": ("Free beside $20 per month",)})
    a, b = press.review("lantern", **given), live(press, "mast")
    press.comparison(a, b)
    if harm != "no word":
        press.desk.publish("lantern")
    if harm == "withdrawn":
        press.desk.withdraw("lantern")
    assert [item["id"] for item in json_feed(press.library())["items"]] == [f"{URL}/tools/mast.html"]


def test_a_conflict_of_prices_is_let_through_by_no_flag(press):
    entry = press.review("other").entry.model_copy(update={"conflicts": ("Free beside $20 per month",)})
    a, b = press.review("lantern", entry=entry), live(press, "mast")
    press.comparison(a, b)
    for name in ("lantern", PAIR):
        press.desk.publish(name, allow=["offline", "contested", "no quorum", "stale", "unsupported", "price"])
    assert [item["id"] for item in json_feed(press.library())["items"]] == [f"{URL}/tools/mast.html"]


def test_a_newer_review_with_a_conflict_of_prices_changes_nothing(press):
    live(press)
    before = rendered(press.library())
    entry = press.review("other").entry.model_copy(update={"conflicts": ("Free beside $20 per month",)})
    press.review("lantern", entry=entry, **panel_of("skip", "skip", "skip", "skip"))
    assert rendered(press.library()) == before


def test_a_feed_without_entries_asks_no_clock(press):
    found = atom(press.library())
    assert (found.entries, found.feed.updated) == ([], "1970-01-01T00:00:00+00:00")


def test_there_are_no_feeds_without_an_address(tmp_path):
    press = Press(tmp_path)
    live(press)
    assert rendered(press.library()) == {}


def test_what_has_no_readable_time_is_left_out(press):
    a, b = live(press, "lantern"), live(press, "mast")
    press.comparison(a, b, created="yesterday")
    assert PAIR in press.library().comparisons
    assert [entry.title[:7] for entry in atom(press.library()).entries] == ["Mast: s", "Lantern"]


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_texts_stay_texts(poisoned, text):
    files = rendered(poisoned(text))
    root = etree.fromstring(files["feed.atom"])
    found = root.findall(f"{ATOM}entry")
    assert len(found) == 3
    assert {each.tag.removeprefix(ATOM) for each in root.iter()} <= {
        "feed", "title", "link", "id", "updated", "author", "name", "uri", "subtitle", "entry", "published",
        "content", "category",
    }  # fmt: skip
    # A second parser reads the same, and JSON says the same.
    other = minidom.parseString(files["feed.atom"])
    titles = ["".join(part.data for part in each.childNodes) for each in other.getElementsByTagName("title")][
        1:
    ]
    items = json.loads(files["feed.json"])["items"]
    assert [each.findtext(f"{ATOM}title") for each in found] == titles == [item["title"] for item in items]
    for item in items:
        content = html.fragment_fromstring(item["content_html"], create_parent="div")
        assert {each.tag for each in content.iterdescendants()} <= {"p", "strong", "ul", "li", "a"}
        assert {(name, value) for each in content.iter() for name, value in each.attrib.items()} == {
            ("href", item["url"])
        }
