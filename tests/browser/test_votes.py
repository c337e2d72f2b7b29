"""Readers' votes in a browser: counts on pages, voting, changing one's mind, and doing without the script."""

from __future__ import annotations

import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from typer.testing import CliRunner

from panel.cli import build
from tests.browser.newsroom import UNVOTED, VOTED
from tests.browser.reader import PHONE, Reader
from tests.browser.site import COMPARISON, TOOL

_SAID = ".vote-said"


def _block(one, tool):
    return one.page.locator(f'[data-vote="{tool}"]')


def _press(block, choice):
    block.locator(f'button[value="{choice}"]').click()


@pytest.mark.parametrize("path", [TOOL, COMPARISON])
def test_counts_are_shown_live_from_five_votes_on_and_nothing_moves(reader, path):
    one = reader()
    one.open(path)
    for place in one.page.locator(f'[data-community="{VOTED}"]').all():
        assert place.inner_text() == "75%"
    assert _block(one, VOTED).locator(".vote-count").inner_text() == "75% of 8 votes"
    assert one.shift() == 0
    if path == COMPARISON:
        assert _block(one, UNVOTED).locator(".vote-count strong").inner_text() == "—"


def test_a_reader_votes_changes_the_vote_and_takes_it_back(reader):
    tool = "code-llama-4-70b"
    one = reader(**PHONE)
    one.open(f"tools/{tool}.html")
    block = _block(one, tool)
    assert not block.locator('button[value="withdrawn"]').is_visible()
    _press(block, "ship")
    block.locator(_SAID, has_text="You voted ship").wait_for()
    assert block.locator('button[value="ship"]').get_attribute("aria-pressed") == "true"
    assert block.locator(".vote-count strong").inner_text() == "—"  # one vote is no count
    one.page.reload(wait_until="networkidle")
    assert "You voted ship" in block.locator(_SAID).inner_text()
    _press(block, "skip")
    block.locator(_SAID, has_text="You voted skip").wait_for()
    assert block.locator('button[value="ship"]').get_attribute("aria-pressed") == "false"
    assert _kept(one, tool) == "skip"
    _press(block, "withdrawn")
    block.locator(_SAID, has_text="withdrawn").wait_for()
    assert _kept(one, tool) == "withdrawn"
    assert not block.locator('button[value="withdrawn"]').is_visible()


def test_a_vote_counts_at_once_and_once(reader):
    one = reader()
    one.open(COMPARISON)
    block = _block(one, VOTED)
    _press(block, "ship")
    one.page.locator(f'[data-community="{VOTED}"]', has_text="78%").first.wait_for()
    assert {each.inner_text() for each in one.page.locator(f'[data-community="{VOTED}"]').all()} == {"78%"}
    assert "of 9 votes" in block.locator(".vote-count").inner_text()
    _press(block, "skip")
    one.page.locator(f'[data-community="{VOTED}"]', has_text="67%").first.wait_for()
    _press(block, "withdrawn")
    one.page.locator(f'[data-community="{VOTED}"]', has_text="75%").first.wait_for()
    assert "of 8 votes" in block.locator(".vote-count").inner_text()


def test_one_votes_with_the_keyboard(reader):
    tool = "code-llama-4-200b"
    one = reader()
    one.open(f"tools/{tool}.html")
    for _ in range(60):
        one.page.keyboard.press("Tab")
        if one.page.evaluate("document.activeElement.value") == "skip":
            break
    one.page.keyboard.press("Enter")
    block = _block(one, tool)
    block.locator(_SAID, has_text="You voted skip").wait_for()
    assert block.locator(_SAID).get_attribute("aria-live") == "polite"
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("Space")
    block.locator(_SAID, has_text="withdrawn").wait_for()
    assert one.page.evaluate("document.activeElement.value") == "ship"


def test_without_javascript_the_server_asks_once_more_and_leads_back(reader):
    one = reader(java_script_enabled=False, content=False)  # the browser logs the 403 that asks once more
    one.open(f"tools/{UNVOTED}.html")
    one.page.click(f'[data-vote="{UNVOTED}"] button[value="ship"]')
    assert "Nothing was counted yet" in one.page.locator("[role=status]").inner_text()
    one.page.click("button[value=ship]")
    assert "You voted ship" in one.page.locator("main").inner_text()
    one.page.click("text=Back to the page")
    assert one.page.url.endswith(f"/tools/{UNVOTED}.html")


def test_too_many_votes_and_a_server_that_is_away_are_said(reader):
    tool = "mistral-3-small"
    one = reader(content=False)
    one.open(f"tools/{tool}.html")
    block = _block(one, tool)
    one.page.route("**/votes/*", lambda route: route.abort())
    _press(block, "ship")
    block.locator(_SAID, has_text="nothing was counted").wait_for()
    one.page.unroute("**/votes/*")
    one.page.route(
        "**/votes/*",
        lambda route: (
            route.fulfill(status=429, json={"error": "Too many votes came from your network."})
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    _press(block, "ship")
    block.locator(_SAID, has_text="Too many votes").wait_for()
    assert block.locator('button[aria-pressed="true"]').count() == 0


def test_where_no_vote_server_answers_nothing_asks_for_votes(reader):
    one = reader(content=False)
    one.page.route("**/votes.json*", lambda route: route.fulfill(status=404, body="no such page"))
    one.open(TOOL)
    assert not _block(one, VOTED).is_visible()
    one.page.route("**/votes.json*", lambda route: route.fulfill(status=200, body="every path is home"))
    one.open(TOOL)
    assert not _block(one, VOTED).is_visible()


class _Plain(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def hosts(newsroom):
    """The site's address on a host that only sends files, and as files."""
    plain = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Plain, directory=str(newsroom)))
    Thread(target=plain.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{plain.server_port}/site", (newsroom / "site").as_uri()]
    plain.shutdown()
    plain.server_close()


@pytest.mark.parametrize("path", [TOOL, COMPARISON])
def test_on_a_host_without_a_vote_server_a_page_asks_for_no_votes_and_nothing_is_complained_of(
    chromium, hosts, path
):
    for address in hosts:
        one = Reader(chromium, address)
        one.open(path)
        assert one.page.locator("h1").is_visible()
        assert not _block(one, VOTED).is_visible()
        assert one.page.locator(f'[data-community="{VOTED}"]').first.inner_text() == "—"
        assert (one.complaints, one.refused()) == ([], []), address
        one.close()


def test_a_site_without_votes_has_no_trace_of_them(newsroom, tmp_path):
    for name in ("runs", "dossiers", "decisions.jsonl"):
        source = newsroom / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path / name)
    (tmp_path / "panel.toml").write_text("[site]\nvotes = false\n")
    assert CliRunner().invoke(build(), ["site", "build", "--workspace", str(tmp_path)]).exit_code == 0
    assert not (tmp_path / "site" / "assets" / "votes.js").exists()
    assert not (tmp_path / "site" / "votes.json").exists()
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text()
        assert "votes.js" not in text
        assert "data-vote" not in text


def _kept(one, tool):
    """The vote as the server knows it."""
    answer = one.page.request.get(f"{one.url}/votes/{tool}", headers={"Accept": "application/json"})
    return answer.json()["yours"]
