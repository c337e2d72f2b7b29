"""axe-core finds nothing serious on any kind of page, on a phone and a desktop, light and dark."""

from __future__ import annotations

import pytest

from tests.browser.reader import DESKTOP, PHONE
from tests.browser.site import KINDS

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_GRAVE = {"serious", "critical", "moderate"}
_SCREENS = {"phone": PHONE, "desktop": DESKTOP}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", _SCREENS)
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(reader, kind, screen, theme):
    one = reader(**_SCREENS[screen])
    one.theme(theme)
    one.open(KINDS[kind])
    _open_all(one)
    assert _grave(one) == []


def test_axe_finds_nothing_in_results_and_in_a_vote(reader):
    for theme in ("light", "dark"):
        one = reader()
        one.theme(theme)
        one.open("search.html?q=agent")
        one.page.locator("#search-results li").first.wait_for()
        assert _grave(one) == []
        one.open("tools/mistral-small-3-1.html")
        one.page.click(".vote button[value=skip]")
        one.page.locator(".vote-said", has_text="You voted").wait_for()
        assert _grave(one) == []


def test_axe_would_find_something(reader):
    one = reader(content=False)
    page = (
        "<!doctype html><html><title>x</title><p><font color=#ccc>pale</font><img src=/x.png><input></html>"
    )
    one.page.route("**/index.html", lambda route: route.fulfill(body=page, content_type="text/html"))
    one.open("index.html")
    assert {each.partition(":")[0] for each in _grave(one)} >= {"image-alt", "label", "html-has-lang"}


def _open_all(one):
    one.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def _grave(one):
    """What axe found, a line each: the rule, where, and what."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 (may be missing)

    found = Axe().run(one.page, options=_RULES).response["violations"]
    return [
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in found
        if each["impact"] in _GRAVE
        for node in each["nodes"]
    ]
