"""The main text of one web page as Markdown-like text; meant to run in a process that can be killed."""

from __future__ import annotations

import re
from typing import Any

#: Beyond these a page is cut, and a note says so. Reading 20,000 tags takes about a second.
MAX_CHARACTERS = 1_000_000
MAX_TAGS = 20_000
#: Longest tag: trafilatura's time grows with the square of a tag's attributes; images may carry their data.
MAX_TAG = 4_000
#: A main text shorter than this is more likely a mistake of the extraction than a page that says little.
ENOUGH = 200
#: Most bytes of text that a dossier takes.
MAX_TEXT = 400_000

_UNSHOWN = ("template", "noscript")
_MARKED = "//template | //noscript | //*[@hidden] | //*[@style]"
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE
)
_DOUBTFUL = re.compile(
    r"opacity\s*:\s*0(?![.\d]*[1-9])|(?:left|top|right|bottom|text-indent|margin-left)\s*:\s*-\d{4,}",
    re.IGNORECASE,
)

_TAG = re.compile(r"<[a-zA-Z]")
_LONG_TAG = re.compile(rf"<[^<>]{{{MAX_TAG},}}>?")


def main_text(html: str) -> tuple[str, list[str]]:
    """The text of a page without its navigation, or all of its text where that leaves hardly any.

    Args:
        html: The page.

    Returns:
        The text, and what was cut: one short line each.
    """
    html, notes = bounded(html)
    html, hidden = shown(html)
    notes += hidden
    text = _extracted(html)
    if len(text) < ENOUGH:
        from trafilatura import html2txt

        every = html2txt(html) or ""
        if len(every) > len(text):
            text = every
            notes.append("page: no main text was found, so all of its text was taken")
    return text, notes


def bounded(html: str) -> tuple[str, list[str]]:
    """A page within the limits, and what was cut to get there. Linear in its length."""
    notes = []
    html, dropped = _LONG_TAG.subn("", html)
    if dropped:
        notes.append(f"page: dropped {dropped:,} tags of over {MAX_TAG:,} characters")
    if len(html) > MAX_CHARACTERS:
        notes.append(f"page: cut at {MAX_CHARACTERS:,} of {len(html):,} characters")
        html = html[:MAX_CHARACTERS]
    for n, tag in enumerate(_TAG.finditer(html)):
        if n == MAX_TAGS:
            notes.append(f"page: cut at {MAX_TAGS:,} tags")
            return html[: tag.start()], notes
    return html, notes


def shown(html: str) -> tuple[str, list[str]]:
    """A page without what its markup keeps from visitors, and what was removed or looks suspicious.

    Removed are templates, `noscript`, and elements that are `hidden` or whose own style says so. Transparent
    or far-off elements stay and are only counted: pages that fade in are written like that. Known to be let
    through: what a style sheet or a colour hides.
    """
    from lxml.html import tostring  # type: ignore[import-untyped]  # its stubs are no part of it
    from trafilatura import load_html

    tree: Any = load_html(html)
    if tree is None:
        return html, []
    marked = [each for each in tree.xpath(_MARKED) if each.getparent() is not None and each.tag != "body"]
    hidden = [each for each in marked if each.tag in _UNSHOWN or _is_hidden(each)]
    doubtful = sum(_DOUBTFUL.search(each.get("style") or "") is not None for each in marked)
    for element in hidden:
        element.drop_tree()
    notes = [f"page: removed elements that visitors do not see: {len(hidden):,}"] if hidden else []
    if doubtful:
        notes.append(f"page: elements that are transparent or off the screen: {doubtful:,}")
    return (tostring(tree, encoding="unicode") if hidden else html), notes


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") is not None


def _extracted(html: str) -> str:
    from trafilatura import extract

    found: Any = extract(html, output_format="markdown", include_comments=False, include_tables=True)
    return str(found or "")
