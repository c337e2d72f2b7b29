"""Searching in a browser: what is found, without a mouse, without the script, and over how many bytes."""

from __future__ import annotations

import json

import pytest

from panel.site.searching import file_name, file_of
from panel.site.words import COMMON, words
from tests.browser.newsroom import VOTED

_RESULTS = "#search-results li"


def _search(reader, text, **more):
    one = reader(**more)
    one.open("search.html")
    one.page.fill("#search-field", text)
    one.page.locator("#search-status:not(:empty)").wait_for()
    return one


def _found(one):
    return one.page.locator("#search-results li a").evaluate_all(
        "(links) => links.map((link) => new URL(link.href).pathname)"
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("codestral", f"/tools/{VOTED}.html"),
        ("CODÉSTRAL 2", f"/tools/{VOTED}.html"),
        ("codest", f"/tools/{VOTED}.html"),
        ("codestral vs cursor", "/comparisons/codestral-2-0-vs-cursor-background-agent.html"),
        ("developer", "/categories/developer-tools.html"),
        ("skeptic", "/reviewers/skeptic.html"),
    ],
)
def test_names_are_found_however_they_are_written(reader, text, first):
    one = _search(reader, text)
    assert _found(one)[0] == first
    assert "/" not in one.page.locator(f"{_RESULTS} a").first.inner_text()  # a name, not a path


def test_tools_are_found_by_vendor_by_their_line_and_by_what_reviewers_name(reader):
    for text in ("mistral", "open weights middle of a line", "devin"):
        assert any(path.startswith("/tools/") for path in _found(_search(reader, text))), text


def test_the_number_found_is_announced_and_so_is_nothing(reader):
    one = _search(reader, "codestral")
    status = one.page.locator("#search-status")
    assert status.get_attribute("aria-live") == "polite"
    assert "results for “codestral”" in status.inner_text()
    one.page.fill("#search-field", "xyzzyq")
    one.page.locator("#search-status", has_text="Nothing").wait_for()
    assert one.page.locator("#search-browse").is_visible()
    one.page.fill("#search-field", "codestral xyzzyq")
    one.page.locator("#search-status", has_text="some of them").wait_for()


def test_with_the_keyboard_one_gets_from_the_field_to_a_result_and_back(reader):
    one = reader()
    one.open("search.html")
    for _ in range(30):
        one.page.keyboard.press("Tab")
        if one.page.evaluate("document.activeElement.id") == "search-field":
            break
    one.page.keyboard.type("mistral")
    one.page.wait_for_selector(_RESULTS)
    one.page.keyboard.press("ArrowDown")
    assert one.page.evaluate("document.activeElement.closest('li').matches(':first-child')")
    one.page.keyboard.press("ArrowDown")
    assert one.page.evaluate("document.activeElement.closest('li').matches(':nth-child(2)')")
    one.page.keyboard.press("Escape")
    assert one.page.evaluate("document.activeElement.id") == "search-field"
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**/*mistral*.html")


def test_a_search_has_an_address_that_can_be_shared_and_nothing_moves_when_it_is_opened(reader):
    one = _search(reader, "codestral")
    one.page.wait_for_url("**/search.html?q=codestral")
    other = reader()
    other.open("search.html?q=codestral")
    other.page.wait_for_selector(_RESULTS)
    assert _found(other) == _found(one)
    assert other.shift() == 0


def test_the_first_results_cost_less_than_100_kb(reader):
    one = reader()
    with one.transferred() as sizes:
        one.open("search.html?q=agent")
        one.page.wait_for_selector(_RESULTS)
    asked = {path: size for path, size in sizes.items() if path.startswith("/assets/search")}
    assert len(asked) >= 4
    assert sum(asked.values()) < 100_000


def test_markup_in_a_search_stays_text(reader):
    hostile = "<img src=x onerror=alert(1)>"
    one = _search(reader, hostile)
    assert one.page.locator("#search-status img, #search-results img").count() == 0
    other = reader()
    other.open("search.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    other.page.locator("#search-status:not(:empty)").wait_for()
    assert other.page.locator("main img").count() == 0


def test_without_javascript_the_page_says_so_and_leads_to_everything(reader):
    one = reader(java_script_enabled=False)
    one.open("search.html")
    assert "needs JavaScript" in one.page.locator("noscript").inner_text()
    one.page.click("#search-browse >> text=Developer Tools")
    assert "/categories/developer-tools.html" in one.page.url


def test_an_index_that_cannot_be_read_is_said(reader):
    one = reader(content=False)
    one.open("search.html")
    one.page.route("**/assets/search/**", lambda route: route.abort())
    one.page.fill("#search-field", "codestral")
    one.page.locator("#search-status", has_text="could not be read").wait_for()
    one.page.unroute("**/assets/search/**")
    one.page.fill("#search-field", "codestra")
    one.page.wait_for_selector(_RESULTS)


def test_the_script_cuts_words_and_finds_files_as_the_index_does(reader):
    one = reader()
    texts = [
        "Größe 2.0",
        "Łódź Ærø ﬁle Ⅻ ①",
        "İstanbul ΟΔΟΣ",
        "日本語 モデル",
        "C++ whisper.cpp x_y",
        "é" * 60,
    ]
    asked = []
    one.page.on("request", lambda request: asked.append(request.url))
    one.open("search.html")
    for text in texts:
        asked.clear()
        one.page.evaluate("history.replaceState(null, '', 'search.html')")
        one.page.reload()
        one.page.route("**/assets/search/index.json", _all_split(text))
        one.page.fill("#search-field", text)
        one.page.locator("#search-status", has_text="Nothing").wait_for()
        files = {url.rpartition("/words/")[2].removesuffix(".json") for url in asked if "/words/" in url}
        assert files == {file_name(word) for word in words(text)[:8]}, text
        one.page.unroute("**/assets/search/index.json")
    one.complaints.clear()  # the files of these words are not there


def test_the_script_finds_a_page_s_file_among_many_as_the_index_does(reader):
    one = reader()
    asked = []
    one.page.on("request", lambda request: asked.append(request.url))
    one.open("search.html")
    many = one.page.request.get(f"{one.url}/assets/search/index.json").json() | {"files": 1024}
    one.page.route("**/assets/search/index.json", lambda route: route.fulfill(json=many))
    one.page.fill("#search-field", "codestral")
    one.page.locator(_RESULTS).first.wait_for()
    numbers = {int(url.rpartition("/")[2].removesuffix(".json")) for url in asked if "/search/pages/" in url}
    paths = [path.removeprefix("/").removesuffix(".html") for path in _found(one)]
    assert numbers == {file_of(path, 1024) for path in paths}
    one.complaints.clear()  # there are no such files


def _all_split(text):
    """An index in which every beginning of a word was cut: the file asked for is named by the whole word."""

    def answer(route):
        plan = json.loads(route.fetch().body())
        split = ["", *(word[:n] for word in words(text) for n in range(1, len(word)))]
        route.fulfill(json=plan | {"split": split, "common": sorted(COMMON)})

    return answer
