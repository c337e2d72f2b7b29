"""The form that pages ask for votes with; in a browser it is tested in `tests/browser/test_votes.py`."""

import pytest

from tests.site import issue
from tests.site.pages.reading import every_page, pages_of, parsed
from tests.site.samples import Press


def site(root, *settings):
    press = Press(root, *settings)
    a, b, both = issue.plain(press)
    press.desk.publish(a.tool.slug, {"unsupported", "contested", "price"})
    press.desk.publish(b.tool.slug, {"unsupported", "contested", "price"})
    press.desk.publish(both.id.partition("/")[2], {"unsupported", "contested", "price"})
    return press.library()


def test_a_tool_s_page_and_a_comparison_hold_a_form_for_each_tool_that_works_alone(tmp_path):
    pages = every_page(site(tmp_path))
    tool = parsed(pages["tools/lantern-agent.html"])
    assert tool.xpath("//form/@action") == ["../votes/lantern-agent"]
    assert tool.xpath("//form/@method") == ["post"]
    assert tool.xpath("//form//button[not(@hidden)]/@value") == ["ship", "skip"]
    assert tool.xpath("//script/@src")[-1] == "../assets/votes.js"
    pair = parsed(pages["comparisons/lantern-agent-vs-quarry-coder-2.html"])
    assert pair.xpath("//form/@action") == ["../votes/lantern-agent", "../votes/quarry-coder-2"]


def test_before_the_script_has_counted_there_is_no_count(tmp_path):
    tool = parsed(every_page(site(tmp_path))["tools/lantern-agent.html"])
    assert set(tool.xpath("//*[@data-community]/text()")) == {"—"}


def test_without_votes_there_is_no_form_and_no_script(tmp_path):
    library = site(tmp_path, "votes = false")
    assert pages_of("votes", library) == {}
    for path in ("tools/lantern-agent.html", "comparisons/lantern-agent-vs-quarry-coder-2.html"):
        page = every_page(library)[path].render().decode()
        assert "votes.js" not in page
        assert "<form" not in page


@pytest.mark.parametrize("word", ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"])
def test_no_script_of_the_site_makes_markup_of_text(tmp_path, word):
    scripts = [page for path, page in every_page(site(tmp_path)).items() if path.endswith(".js")]
    assert len(scripts) >= 3
    assert not [page.path for page in scripts if word in page.render().decode()]
