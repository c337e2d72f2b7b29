"""A reader with a browser: opens pages of the site, and notes all that a browser complains about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

#: Screens: a phone that is 390 px wide, and a desktop.
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
#: Runs in every page before its own scripts.
_WATCH = """
window.__shift = 0; window.__refused = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
document.addEventListener("securitypolicyviolation", (event) =>
  window.__refused.push(event.violatedDirective + ": " + (event.blockedURI || event.sample)));
"""


class Reader:
    """One browser profile at the site.

    Args:
        chromium: A running browser.
        url: Where the site is served.
        more: Of the profile, as Playwright calls it: `color_scheme`, `java_script_enabled`.
    """

    def __init__(self, chromium: Any, url: str, **more: Any) -> None:
        self.url = url
        self.context = chromium.new_context(base_url=url, **{**DESKTOP, **more})
        self.context.add_init_script(_WATCH)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._scripts = more.get("java_script_enabled", True)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on(
            "requestfailed", lambda asked: self.complaints.append(f"failed: {asked.url} {asked.failure}")
        )
        self.page.on("request", self._asked)

    def open(self, path: str) -> Any:
        """Go to a page of the site, and wait until nothing more is loading."""
        answer = self.page.goto(f"{self.url}/{path}", wait_until="networkidle")
        assert answer is not None
        return answer

    def theme(self, name: str) -> None:
        """Have the page drawn in light or dark."""
        self.page.emulate_media(color_scheme=name, reduced_motion="reduce")

    def refused(self) -> list[str]:
        """What the page's policy refused to load or run."""
        return self.page.evaluate("window.__refused") if self._scripts else []

    def shift(self) -> float:
        """How much moved that the reader had not moved: 0 is nothing."""
        self.page.wait_for_timeout(50)
        return self.page.evaluate("window.__shift")

    def elsewhere(self) -> list[str]:
        """Requests to anybody but the server."""
        here = urlsplit(self.url).netloc
        return [each for each in self.requests if urlsplit(each).netloc != here]

    def content(self) -> None:
        """All is well so far, as the browser sees it."""
        assert self.complaints == []
        assert self.refused() == []
        assert self.elsewhere() == []

    @contextmanager
    def transferred(self) -> Iterator[dict[str, int]]:
        """Bytes of each file that is loaded meanwhile, as they are on the wire, by path."""
        sizes: dict[str, int] = {}
        answers: list[Any] = []

        def noted(answer: Any) -> None:
            answers.append(answer)

        self.page.on("response", noted)
        yield sizes
        self.page.wait_for_load_state("networkidle")
        self.page.remove_listener("response", noted)
        for answer in answers:
            measured = answer.request.sizes()
            sizes[urlsplit(answer.url).path] = measured["responseBodySize"] + measured["responseHeadersSize"]

    def close(self) -> None:
        """Forget everything."""
        self.context.close()

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)
