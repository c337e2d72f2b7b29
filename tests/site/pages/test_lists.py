"""All verdicts and all comparisons."""

from panel.site.paging import A_PAGE
from tests.site.pages.press import Press
from tests.site.pages.reading import pages_of, parsed, text


def many(root, count):
    press = Press(root)
    for n in range(count):
        press.review(f"tool-{n:03d}", day=1 + n // 10)
    return press


def test_an_empty_list_is_a_page_that_says_so(tmp_path):
    pages = pages_of("lists", Press(tmp_path).library())
    assert set(pages) == {"tools/index.html", "comparisons/index.html"}
    assert "No verdict is published yet." in text(pages["tools/index.html"])
    assert "No comparison is published yet." in text(pages["comparisons/index.html"])


def test_every_tool_stands_on_one_page_the_newest_first(tmp_path):
    press = many(tmp_path, A_PAGE + 3)
    pages = pages_of("lists", press.library())
    names = [
        name
        for path in ("tools/index.html", "tools/index/2.html")
        for name in parsed(pages[path]).xpath("//main//h2//bdi/text()")
    ]
    assert len(names) == len(set(names)) == A_PAGE + 3
    assert names == [tool.card.name for tool in press.library().newest_tools()]


def test_pages_lead_to_the_newer_and_the_older_one(tmp_path):
    pages = pages_of("lists", many(tmp_path, A_PAGE + 1).library())
    first, second = parsed(pages["tools/index.html"]), parsed(pages["tools/index/2.html"])
    assert first.xpath("//a[@rel='next']/@href") == ["../tools/index/2.html"]
    assert first.xpath("//a[@rel='prev']") == []
    assert second.xpath("//a[@rel='prev']/@href") == ["../../tools/index.html"]
    assert "Page 2 of 2" in text(pages["tools/index/2.html"])


def test_a_row_says_all_that_one_needs_to_go_on(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", "ship skip ship ship", 4, tagline="Chores by night")
    row = parsed(pages_of("lists", press.library())["tools/index.html"]).xpath("//main//li")[0]
    said = " ".join(row.text_content().split())
    for part in (
        "75%", "3 of 4", "Lantern", "Chores by night", "Entry: Free tier", "4 November 2026",
        "Skeptic says skip: It hides the one number that matters.",
    ):  # fmt: skip
        assert part in said


def test_without_a_quorum_there_is_no_percentage(tmp_path):
    press = Press(tmp_path)
    press.review("lantern", "ship contested contested ship")
    said = text(pages_of("lists", press.library())["tools/index.html"])
    assert "— 2 of 2, no quorum" in said
    assert "%" not in said


def test_a_comparison_is_listed_with_its_answer(tmp_path):
    press = Press(tmp_path)
    press.compare(press.review("lantern"), press.review("quarry", "skip skip skip skip"))
    said = text(pages_of("lists", press.library())["comparisons/index.html"])
    assert "1 pair of tools" in said
    assert "Lantern vs Quarry The pick: Lantern" in said
    assert "Lantern 100%" in said
    assert "Quarry 0%" in said
