"""What the other tests rely on: the watch sees what a page does that it must not."""

from __future__ import annotations

import pytest

_PAGE = """<!doctype html><html lang=en>
<meta http-equiv="Content-Security-Policy" content="script-src 'self'">
<title>x</title><p id=p>x</p><script>inline()</script><img src=x onerror=alert(1)>
<img src="http://127.0.0.1:9/elsewhere.png" alt="">"""


def test_inline_scripts_handlers_and_requests_elsewhere_are_seen(reader):
    bad = reader(content=False)
    bad.page.route("**/index.html", lambda route: route.fulfill(body=_PAGE, content_type="text/html"))
    bad.open("index.html")
    assert [each for each in bad.refused() if each.startswith("script-src")]
    assert bad.elsewhere() == ["http://127.0.0.1:9/elsewhere.png"]
    assert any("failed" in each for each in bad.complaints)
    with pytest.raises(AssertionError):
        bad.content()


def test_what_moves_by_itself_is_seen(reader):
    page = (
        "<!doctype html><title>x</title><div id=a></div><p>text</p>"
        "<script>setTimeout(() => { document.getElementById('a').style.height = '300px' }, 300)</script>"
    )
    bad = reader(content=False)
    bad.page.route("**/index.html", lambda route: route.fulfill(body=page, content_type="text/html"))
    bad.open("index.html")
    bad.page.wait_for_timeout(600)
    assert bad.shift() > 0
