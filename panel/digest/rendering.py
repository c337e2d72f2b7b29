"""An issue as Markdown, as plain text and as the HTML of an e-mail."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from panel.core.errors import InputError
from panel.digest import wording
from panel.digest.issue import Issue
from panel.publish.formats import markdown as md
from panel.publish.links import live
from panel.site.addresses import public

if TYPE_CHECKING:
    from jinja2 import Environment

#: Gmail shows no more than 102 KB of a message's HTML, and hides the rest behind a link.
MOST_BYTES = 100_000
#: Entries of each list in an e-mail: as many of these as fit; the site has all.
_MOST = (25, 12, 6, 3, 1)
_WIDTH = 76
_EVERYTHING = 1_000_000


def markdown(issue: Issue) -> str:
    """All of an issue; its links are relative to the site where that has no public address."""
    return _filled("issue.md.j2", _markdown, issue, most=_EVERYTHING)


def text(issue: Issue, most: int = _MOST[0], unsubscribe: str | None = None) -> str:
    """An issue as plain text, in lines that every mail program shows.

    Args:
        issue: What is told.
        most: Entries of each list at most; of the rest it is said how many there are.
        unsubscribe: Where a reader leaves.

    Raises:
        InputError: the site has no public address.
    """
    _refuse_without_address(issue)
    whole = _filled("issue.txt.j2", _text, issue, most=most, unsubscribe=unsubscribe)
    return "\n".join(_wrapped(line) for line in whole.splitlines()) + "\n"


def html(issue: Issue, unsubscribe: str | None = None) -> str:
    """An issue as HTML for an e-mail: tables and inline styles, nothing that is loaded, under 102 KB.

    Raises:
        InputError: the site has no public address.
    """
    return both(issue, unsubscribe)[1]


def both(issue: Issue, unsubscribe: str | None = None) -> tuple[str, str]:
    """The plain text and the HTML of an e-mail, with the same entries.

    Raises:
        InputError: the site has no public address.
    """
    _refuse_without_address(issue)
    for most in _MOST:
        page = _filled("issue.html.j2", _html, issue, most=most, unsubscribe=unsubscribe)
        if len(page.encode()) <= MOST_BYTES:
            break
    return text(issue, most, unsubscribe), page


def address(issue: Issue, path: str) -> str:
    """Where a page of the site is: absolute if the site has an address, else relative to it."""
    return quote(path) if issue.url is None else public(path, issue.url)


def _refuse_without_address(issue: Issue) -> None:
    if issue.url is None:
        raise InputError(
            "an e-mail’s links need the site’s public address",
            file="panel.toml",
            field="site.url",
            hint='[site] url = "https://example.org" in panel.toml',
        )


def _filled(name: str, made: Callable[[], Environment], issue: Issue, most: int, **more: Any) -> str:
    def link(path: str) -> str:
        return address(issue, path)

    return made().get_template(name).render(issue=issue, link=link, most=most, **more)


def _wrapped(line: str) -> str:
    start = len(line) - len(line.lstrip(" -"))
    return textwrap.fill(
        line, _WIDTH, subsequent_indent=" " * start, break_long_words=False, break_on_hyphens=False
    )


@cache
def _markdown() -> Environment:
    return _environment(md.line)


@cache
def _text() -> Environment:
    return _environment(lambda value: value)


@cache
def _html() -> Environment:
    from panel.publish.templating import escape_html

    return _environment(escape_html)


def _environment(escape: Callable[[str], str]) -> Environment:
    from panel.publish.templating import environment

    filled = environment(escape, "panel.digest")
    filled.globals["tell"] = wording
    filled.filters["target"] = _target
    return filled


def _target(address: str) -> Any:
    """An address as it stands in Markdown, where it may hold no round bracket and no space."""
    from markupsafe import Markup

    plain = address.replace("(", "%28").replace(")", "%29")
    safe = plain if live(plain) or quote(plain, safe="/") == plain else quote(plain, safe="/:%")
    return Markup(safe)  # noqa: S704 (a plain address, or percent-encoded)
