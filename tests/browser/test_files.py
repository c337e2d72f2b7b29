"""The files of a built site: valid HTML, links that lead somewhere, small pages, nothing from elsewhere."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from benchmarks.site import Writer
from panel.cli import build
from tests.browser.newsroom import SETTINGS
from tests.browser.reader import Reader
from tests.browser.site import KINDS, pages
from tests.cli.served import Server

html5 = pytest.importorskip("tinyhtml5.parser", reason="tinyhtml5 is not installed: pip install -e '.[test]'")

#: Bytes of a page.
_BUDGET = 60_000
_OURS = re.search(r'url = "([^"]+)"', SETTINGS)[1]
#: Attributes whose value is a place.
_PLACES = {"href", "src", "action", "srcset", "poster", "data"}


@pytest.fixture(scope="session")
def site(newsroom):
    return newsroom / "site"


@pytest.fixture(scope="session")
def trees(site):
    """Every page, parsed: its elements, and what the parser found wrong."""
    return {path: _parsed(text) for path, text in pages(site).items()}


def _parsed(text):
    parser = html5.HTMLParser(namespace_html_elements=False)
    tree = parser.parse(text)
    return tree, [(error, data) for _, error, data in parser.errors]


def test_there_is_a_page_of_each_kind(trees):
    assert set(KINDS.values()) <= set(trees)


def test_all_html_is_valid_to_the_letter(trees):
    assert {path: errors for path, (_, errors) in trees.items() if errors} == {}


def test_the_parser_would_complain():
    assert _parsed("<!doctype html><title>x</title><p><div></p></b>")[1]


def test_ids_are_unique_and_what_refers_to_one_finds_it(trees):
    for path, (tree, _) in trees.items():
        ids = [each.get("id") for each in tree.iter() if each.get("id") is not None]
        assert len(ids) == len(set(ids)), path
        for each in tree.iter():
            for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
                assert set((each.get(name) or "").split()) <= set(ids), (path, each.get(name))


def test_every_link_inside_the_site_leads_to_a_file_and_a_place_in_it(trees, site):
    broken = []
    for path, (tree, _) in trees.items():
        for kind, target in _targets(tree):
            parts = urlsplit(target)
            if kind == "action" and parts.path.startswith(("votes/", "../votes/")):
                continue
            if target.startswith(f"{_OURS}/"):
                file = site / unquote(parts.path.removeprefix("/") or "index.html")
            elif parts.scheme or parts.netloc:
                continue
            elif target.startswith("/"):
                file = site / unquote(parts.path.removeprefix("/"))
            else:
                file = (site / path).parent / unquote(parts.path) if parts.path else site / path
            if not file.resolve().is_file():
                broken.append((path, target))
            elif parts.fragment and file.suffix == ".html":
                other = trees[file.resolve().relative_to(site.resolve()).as_posix()][0]
                if parts.fragment not in {each.get("id") for each in other.iter()}:
                    broken.append((path, target))
    assert broken == []


def test_links_out_of_the_site_are_http_and_carry_no_weight(trees):
    for path, (tree, _) in trees.items():
        for link in tree.iter("a"):
            target = link.get("href", "")
            parts = urlsplit(target)
            if not parts.scheme or target.startswith(f"{_OURS}/") or parts.scheme == "mailto":
                continue
            assert parts.scheme in {"http", "https"}, (path, target)
            assert {"nofollow", "noopener"} <= set(link.get("rel", "").split()), (path, target)


def test_no_page_has_style_or_script_within_it_or_loads_anything_from_elsewhere(trees):
    for path, (tree, _) in trees.items():
        for each in tree.iter():
            assert each.get("style") is None, path
            assert not [name for name in each.attrib if str(name).lower().startswith("on")], path
            if each.tag in {"script", "img", "iframe", "source", "video", "audio", "embed"}:
                assert not urlsplit(each.get("src", "")).netloc, path
            if each.tag == "script" and each.get("type") != "application/ld+json":
                assert not (each.text or "").strip(), path
            assert each.tag != "style", path


def test_svg_and_feeds_are_well_formed(site):
    found = [path for ending in ("svg", "atom", "xml") for path in sorted(site.rglob(f"*.{ending}"))]
    assert found
    for path in found:
        ET.fromstring(path.read_bytes())


@pytest.fixture
def long_one(chromium, tmp_path):
    """A reader of a served comparison whose texts are as long as those that models write."""
    Writer(tmp_path).fill(tools=6, comparisons=5)
    built = CliRunner().invoke(build(), ["site", "build", "--workspace", str(tmp_path)])
    assert built.exit_code == 0, built.output
    found = (tmp_path / "site" / "comparisons").glob("*-vs-*.html")
    server = Server(tmp_path, tmp_path / "log")
    one = Reader(chromium, server.url)
    try:
        yield one, max(found, key=lambda page: page.stat().st_size)
        one.content()
    finally:
        one.close()
        server.stop()


def test_a_comparison_of_the_usual_length_is_under_60_kb_with_all_it_loads(long_one):
    one, page = long_one
    with one.transferred() as sizes:
        one.open(f"comparisons/{page.name}")
    assert page.stat().st_size > _BUDGET / 2  # else it is not of the usual length
    assert {path.rpartition(".")[2] for path in sizes} >= {"html", "css", "js", "svg"}
    assert sum(size for path, size in sizes.items() if not path.endswith(".woff2")) < _BUDGET / 2


def test_no_page_is_60_kb_long_where_nothing_compresses(site):
    assert {path: len(text) for path, text in pages(site).items() if len(text.encode()) >= _BUDGET} == {}


def _targets(tree):
    for each in tree.iter():
        for name in _PLACES & set(each.attrib):
            yield name, each.get(name)


@pytest.mark.parametrize("path", ["no-such-page.html", "tools/no-such-tool.html", "a/b/c/d"])
def test_a_page_that_is_not_there_is_said_with_all_of_the_site_around_it(reader, path):
    one = reader(content=False)
    answer = one.open(path)
    assert answer.status == 404
    assert one.page.locator("h1").count() == 1
    assert one.page.evaluate("getComputedStyle(document.querySelector('.masthead')).display") == "grid"
    assert one.refused() == []
    one.page.click("text=Method")
    assert one.page.url.endswith("/method.html")
