"""Chromium, and a site that is served to it; without either all of this is skipped, and says why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.browser.newsroom import furnish
from tests.browser.reader import Reader
from tests.cli.served import Server

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def executable():
    """Debian's Chromium: Playwright's own is not fetched from anywhere."""
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[test]'")
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory):
    """The workspace; no test writes to it but by voting."""
    root = tmp_path_factory.mktemp("newsroom")
    furnish(root)
    return root


# Not for the session: while it runs, no other test of this process could run an event loop.
@pytest.fixture(scope="package")
def chromium(executable):
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (may be missing)

    with sync_playwright() as playwright:
        # No sandbox inside a container that runs as root.
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(chromium, newsroom, tmp_path_factory):  # noqa: ARG001 (without a browser none is needed)
    pytest.importorskip("uvicorn", reason="uvicorn is not installed: pip install -e '.[test]'")
    server = Server(newsroom, tmp_path_factory.mktemp("said") / "log")
    yield server
    server.stop()


@pytest.fixture
def reader(chromium, server):
    """Makes readers; in the end each of them was content."""
    made = []

    def reader(*, content=True, **more):
        made.append((Reader(chromium, server.url, **more), content))
        return made[-1][0]

    yield reader
    for each, content in made:
        if content:
            each.content()
        each.close()
