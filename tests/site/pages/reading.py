"""Pages as a reader's browser takes them: parsed, their texts and links."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lxml import html

from panel.site.kinds import kinds
from panel.site.library import Library
from panel.site.page import Page


def every_page(library: Library) -> dict[str, Page]:
    """All files of all kinds, by path."""
    return {page.path: page for kind in kinds().values() for page in kind.pages(library)}


def pages_of(kind: str, library: Library) -> dict[str, Page]:
    """All files of one kind, by path."""
    return {page.path: page for page in kinds()[kind].pages(library)}


def parsed(page: Page) -> html.HtmlElement:
    return html.document_fromstring(page.render().decode("utf-8"))


def text(page: Page) -> str:
    """What the page's own part says, white space folded."""
    (main,) = parsed(page).xpath("//main")
    return " ".join(main.text_content().split())


def linked(page: Page) -> Iterator[tuple[str, str]]:
    """The files of the site that a page links to, as paths in the site, and the places in them."""
    folder = posixpath.join("/", posixpath.dirname(page.path))
    for href in parsed(page).xpath("//@href | //@src"):
        if "://" in href or href.startswith("mailto:"):
            continue
        # The page for what is not found is shown at any depth: its links begin at the root.
        target, _, anchor = href.removeprefix("/" if page.path == "404.html" else "").partition("#")
        # The page for what is not there links from the server's root.
        place = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        yield (place if target else page.path), anchor


def links_of_main(page: Page) -> set[str]:
    """The tools that a page's own part links to, by slug."""
    hrefs = parsed(page).xpath("//main//a/@href")
    return {posixpath.basename(href)[: -len(".html")] for href in hrefs if "tools/" in href}
