"""The categories and their pages."""

from tests.site.pages.press import Press
from tests.site.pages.reading import pages_of, parsed, text


def test_each_category_has_a_page_with_its_tools_and_its_own_comparisons(tmp_path):
    press = Press(tmp_path)
    a, b = press.review("lantern", category="Agents"), press.review("quarry", category="Agents")
    c = press.review("pebble", category="Voice")
    press.compare(a, b)
    press.compare(b, c)
    pages = pages_of("categories", press.library())
    assert set(pages) == {"categories/index.html", "categories/agents.html", "categories/voice.html"}
    agents, voice = parsed(pages["categories/agents.html"]), parsed(pages["categories/voice.html"])
    assert set(agents.xpath("//main//h2/a/bdi/text()")) == {"Lantern", "Quarry"}
    assert agents.xpath("//main//h3/a/@href") == ["../comparisons/lantern-vs-quarry.html"]
    assert voice.xpath("//main//h3/a") == []


def test_a_tool_without_a_category_is_not_lost(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", category=None)
    press.review("quarry", category="Agents")
    pages = pages_of("categories", press.library())
    assert "1 tool without a category: see all verdicts." in text(pages["categories/index.html"])


def test_a_category_called_index_does_not_take_the_place_of_the_list(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", category="Index")
    pages = pages_of("categories", press.library())
    assert set(pages) == {"categories/index.html", "categories/index-39c3be11.html"}


def test_a_long_category_goes_on_in_a_folder_of_its_own_where_no_other_can_collide(tmp_path):
    press = Press(tmp_path)
    made = [press.review(f"tool-{n:02d}", category="Agents") for n in range(61)]
    press.review("pebble", category="Agents 2")
    for other in made[1:15]:
        press.compare(made[0], other)
    pages = pages_of("categories", press.library())
    assert {path for path in pages if path.startswith("categories/agents")} == {
        "categories/agents.html",
        "categories/agents/index-2.html",
        "categories/agents/comparisons.html",
        "categories/agents-2.html",
    }
    first, second = parsed(pages["categories/agents.html"]), parsed(pages["categories/agents/index-2.html"])
    assert len(first.xpath("//section//h3/a")) == 12
    assert "All 14 comparisons in this category" in text(pages["categories/agents.html"])
    assert second.xpath("//a[@rel='prev']/@href") == ["../../categories/agents.html"]
    assert len(parsed(pages["categories/agents/comparisons.html"]).xpath("//main//h2/a")) == 14
