"""The page one searches on, and the files of the index as the site has them."""

import json

from tests.site.pages.press import Press
from tests.site.pages.reading import pages_of, parsed, text


def files(root, *tools):
    press = Press(root)
    for slug, more in tools:
        press.review(slug, **more)
    return pages_of("search", press.library())


def test_it_leads_to_everything_without_the_script_too(tmp_path):
    page = files(tmp_path, ("lantern", {"category": "Agents & <Bots>"}))["search.html"]
    hrefs = parsed(page).xpath("//main//a/@href")
    assert {"tools/index.html", "comparisons/index.html", "reviewers/index.html"} <= set(hrefs)
    assert "categories/agents-bots.html" in hrefs
    assert "Agents & <Bots>" in text(page)
    assert "Searching needs JavaScript" in parsed(page).xpath("string(//noscript)")


def test_its_field_is_labelled_and_what_it_finds_is_announced(tmp_path):
    page = parsed(files(tmp_path, ("lantern", {}))["search.html"])
    (field,) = page.xpath("//main//input")
    assert page.xpath("//label/@for") == [field.get("id")]
    assert page.xpath("//form/@role") == ["search"]
    assert page.xpath("//*[@id='search-status']/@aria-live") == ["polite"]


def test_the_index_says_what_is_offline_and_what_has_no_quorum(tmp_path):
    made = files(
        tmp_path,
        ("lantern", {"model": "offline:reader"}),
        ("quarry", {"decisions": "ship contested contested contested"}),
    )
    described = {}
    for path, page in made.items():
        if path.startswith("assets/search/pages/"):
            described |= json.loads(page.render())
    assert described["tools/lantern"][1].startswith("no model was asked · 100% panel ship")
    assert described["tools/quarry"][1].startswith("no quorum")


def test_tools_of_one_name_are_told_apart(tmp_path):
    made = files(tmp_path, ("llama-7b", {"name": "Llama"}), ("llama-70b", {"name": "LLAMA"}), ("lantern", {}))
    described = {}
    for path, page in made.items():
        if path.startswith("assets/search/pages/"):
            described |= json.loads(page.render())
    assert described["tools/llama-7b"][0] == "Llama (llama-7b)"
    assert described["tools/llama-70b"][0] == "LLAMA (llama-70b)"
    assert described["tools/lantern"][0] == "Lantern"


def test_a_tool_that_is_not_live_is_not_in_the_index(tmp_path):
    made = files(tmp_path, ("lantern", {}), ("secret", {"live": False}))
    index = b"".join(page.render() for path, page in made.items() if path.startswith("assets/search/"))
    assert b"tools/lantern" in index
    assert b"secret" not in index


def test_one_tool_more_changes_only_files_with_its_words(tmp_path):
    press = Press(tmp_path)
    press.review("lantern")
    before = {path: page.inputs for path, page in pages_of("search", press.library()).items()}
    assert before == {path: page.inputs for path, page in pages_of("search", press.library()).items()}
    press.review("quarry")
    after = {path: page.inputs for path, page in pages_of("search", press.library()).items()}
    same = {path for path in before if before[path] == after.get(path)}
    assert {"assets/search.js", "assets/search/index.json"} <= same
    assert before["assets/search/words/_.json"] != after["assets/search/words/_.json"]
