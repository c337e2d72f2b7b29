"""What kinds of pages the site has, and one of each."""

from __future__ import annotations

from pathlib import Path

from tests.browser.newsroom import COMPARED, VOTED

TOOL = f"tools/{VOTED}.html"
COMPARISON = f"comparisons/{'-vs-'.join(COMPARED[0])}.html"
#: One page of each kind.
KINDS = {
    "home": "index.html",
    "tool": TOOL,
    "comparison": COMPARISON,
    "tools": "tools/index.html",
    "comparisons": "comparisons/index.html",
    "category": "categories/developer-tools.html",
    "categories": "categories/index.html",
    "reviewer": "reviewers/skeptic.html",
    "reviewers": "reviewers/index.html",
    "method": "method.html",
    "search": "search.html",
    "not found": "404.html",
}


def pages(site: Path) -> dict[str, str]:
    """Every page of a built site: its text by its path."""
    found = sorted(site.rglob("*.html"))
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in found}
