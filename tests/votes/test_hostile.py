"""No text of a request to the vote server becomes more than text in an answer, and none of them is a vote."""

from __future__ import annotations

import asyncio

import pytest

from tests.site.payloads import PAYLOADS
from tests.votes.client import HERE, Browser, application

html5 = pytest.importorskip("tinyhtml5.parser", reason="tinyhtml5 is not installed: pip install -e '.[test]'")

_ELEMENTS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "p",
        "strong",
        "a",
        "form",
        "input",
        "button",
    ]
)
_ATTRIBUTES = frozenset(
    ["lang", "charset", "name", "content", "role", "method", "action", "type", "value", "class", "href"]
)
_PLACES = ("tool", "query", "vote", "token", "header", "origin", "referer", "cookie")


@pytest.mark.parametrize("place", _PLACES)
def test_whatever_is_sent_comes_back_as_text_or_not_at_all(tmp_path, place):
    async def ask_all():
        app, store = application(tmp_path, says=lambda _: None)
        try:
            return [await _ask(Browser(app), place, payload) for payload in PAYLOADS], await store.counts()
        finally:
            await store.close()

    answers, counts = asyncio.run(ask_all())
    assert sum(count.ship + count.skip for count in counts.values()) == 0
    for payload, answer in zip(PAYLOADS, answers, strict=True):
        assert answer.status < 500, payload
        assert "\n" not in "".join(answer.headers.values()), payload
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        if answer.headers["content-type"].startswith("text/html"):
            _assert_plain(answer.body)


async def _ask(browser, place, payload):
    """One request with a payload in that place; the rest of it is as it should be."""
    html = ("accept", "text/html")
    raw = payload.encode("utf-8", "surrogatepass").decode("latin-1")
    if place == "tool":
        return await browser.get(f"/votes/{payload}", headers=[html])
    if place == "query":
        return await browser.get("/votes.json", query=f"tools={raw}".encode("latin-1"))
    if place in {"vote", "token"}:
        fields = {"vote": "ship", "token": "", place: payload.encode("utf-8", "surrogatepass")}
        return await browser.post("codestral", fields, headers=[("origin", HERE), html])
    if place == "cookie":
        return await browser.get("/votes/codestral", headers=[html, ("cookie", f"voter={raw}")])
    name = "x-vote-token" if place == "header" else place
    return await browser.post("codestral", {"vote": "ship"}, headers=[("origin", HERE), html, (name, raw)])


def _assert_plain(body):
    parser = html5.HTMLParser(namespace_html_elements=False)
    tree = parser.parse(body.decode("utf-8"))
    assert parser.errors == []
    for each in tree.iter():
        assert each.tag in _ELEMENTS
        assert set(each.attrib) <= _ATTRIBUTES
        for name in ("href", "action"):
            assert each.get(name, "/").startswith("/")
            assert not each.get(name, "/").startswith("//")
