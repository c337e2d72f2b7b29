"""Searching: its page, its script, and the files of its index."""

from __future__ import annotations

from collections.abc import Iterator

from panel.core.hashing import digest
from panel.publish.templating import asset
from panel.site.library import Library
from panel.site.page import Page
from panel.site.searching import file_name, findable, index
from panel.site.templating import html

_PATH = "search.html"
_FOLDER = "assets/search"


def pages(library: Library) -> Iterator[Page]:
    """The page, the script, and the index: cut from cards, so that no record is read for it."""
    categories = [(each.slug, each.name, len(each.tools)) for each in library.categories]
    numbers = len(library.tools), len(library.comparisons)

    def render() -> bytes:
        return html("search.html.j2", _PATH, library, categories=categories, numbers=numbers)

    yield Page(_PATH, [categories, numbers], render)
    yield Page("assets/search.js", None, lambda: asset("search.js", "panel.site").encode())
    made = index(findable(library))
    yield _file("index", made.plan())
    for beginning, content in made.words.items():
        yield _file(f"words/{file_name(beginning)}", content)
    for number, content in made.pages.items():
        yield _file(f"pages/{number}", content)


def _file(name: str, content: bytes) -> Page:
    return Page(f"{_FOLDER}/{name}.json", digest(content), lambda: content)
