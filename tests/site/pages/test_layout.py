"""What every page has around it: ways on, what the reviewers are, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re

import pytest

from panel.publish.templating import asset
from panel.site.pages import home
from tests.site.samples import Press
from tests.site.texts import text_of


def page_of(press: Press) -> str:
    (page,) = home.pages(press.library())
    return page.render().decode()


@pytest.fixture
def page(tmp_path):
    press = Press(tmp_path, 'corrections = "errata@example.org"', 'url = "https://example.org"')
    press.review("lantern")
    press.desk.publish("lantern", ["unsupported"])
    return page_of(press)


def test_it_leads_to_every_part_of_the_site(page):
    for target in (
        "index", "tools/index", "comparisons/index", "categories/index", "reviewers/index", "method",
        "search",
    ):  # fmt: skip
        assert f'href="{target}.html"' in page


def test_the_first_link_skips_to_the_content(page):
    first = re.search(r"<a [^>]*>", page)[0]
    assert 'href="#content"' in first
    assert '<main id="content"' in page


def test_it_says_what_the_reviewers_are_and_where_to_report_what_is_wrong(page):
    assert "The reviewers are AI and have not used the tools" in text_of(page)
    assert 'href="mailto:errata@example.org"' in page


def test_without_an_address_there_are_no_feeds_and_without_corrections_no_word_of_them(tmp_path):
    bare = page_of(Press(tmp_path))
    assert "feed.atom" not in bare
    assert "Something wrong?" not in bare


def test_a_place_for_corrections_that_is_no_address_is_only_text(tmp_path):
    page = page_of(Press(tmp_path, "corrections = 'javascript:alert(1)'"))
    assert "javascript:alert(1)" in text_of(page)
    assert 'href="javascript' not in page


def test_nothing_is_inline(page):
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)
    # A block of data is not executed, whatever the policy says.
    file, data = r'<script src="[^":]+"></script>', r'<script type="application/ld\+json">[^<>]*</script>'
    assert all(re.fullmatch(f"{file}|{data}", each) for each in re.findall(r"<script.*", page))


def test_the_script_of_the_theme_stands_before_the_page_is_drawn_and_fetches_nothing(page):
    assert page.index("assets/theme.js") < page.index("<body>")
    assert not re.search(r"fetch|import|https?:|innerHTML|eval", asset("theme.js", "panel.site"))


def test_the_stylesheet_fetches_nothing():
    assert not re.search(r"url\(|@import|@font-face", asset("page.css") + asset("site.css", "panel.site"))
