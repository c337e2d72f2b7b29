"""What a server shows where there is no page."""

from tests.site.pages.press import Press
from tests.site.pages.reading import pages_of, parsed, text


def page(root, settings=""):
    return pages_of("not_found", Press(root, settings).library())["404.html"]


def test_it_leads_back_into_the_site(tmp_path):
    assert "There is no such page" in text(page(tmp_path))
    assert "/tools/index.html" in parsed(page(tmp_path)).xpath("//main//a/@href")


def test_its_links_hold_at_any_depth_and_under_any_name_of_the_server(tmp_path):
    made = parsed(page(tmp_path, '[site]\nurl = "https://example.org/panel/"\n'))
    paths = made.xpath("//@href | //@src")
    assert "/panel/assets/site.css" in paths
    assert [path for path in paths if not path.startswith(("/panel/", "#"))] == []


def test_it_is_not_to_be_found_by_search_engines(tmp_path):
    assert parsed(page(tmp_path)).xpath("//meta[@name='robots']/@content") == ["noindex"]
