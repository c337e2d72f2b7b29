"""A short piece of HTML, as feeds and sites hold it, made into Markdown-like text in linear time."""

from __future__ import annotations

import html
import re

from panel.evidence.cleaning import hides

_TOKEN = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*>", re.DOTALL)
_SKIPPED = {"script", "style", "template", "noscript", "svg", "head"}
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "main", "ul", "ol", "table", "tr", "blockquote",
    "pre", "figure", "hr", "dl", "dt", "dd",
}  # fmt: skip


def plain(fragment: str) -> str:
    """The text of an HTML fragment: paragraphs apart, list items with `- `, headings with `#`.

    Text without tags only has its entities resolved. Scripts, templates and comments are dropped; other text
    that markup would hide stays with the tag that hides it, which `evidence.cleaning` then notes.
    """
    if "<" not in fragment:
        return html.unescape(fragment).strip()
    # Behind the last `-->` no comment ends; each `<!--` there would look for its end through all the rest.
    last = fragment.rfind("-->") + 1
    fragment = fragment[:last] + fragment[last:].replace("<!--", "")
    parts: list[str] = []
    end, hidden = 0, ""
    for token in _TOKEN.finditer(fragment):
        if not hidden:
            parts.append(html.unescape(fragment[end : token.start()]))
        end = token.end()
        name, closing = (token.group(2) or "").lower(), bool(token.group(1))
        if hidden:
            hidden = "" if closing and name == hidden else hidden
        elif name in _SKIPPED and not closing:
            hidden = name
        else:
            # What would hide text stays, as in Markdown: reviewers see it, and `clean` notes it.
            parts.append(token.group() if hides(token.group()) else _mark(name, closing=closing))
    if not hidden:
        parts.append(html.unescape(fragment[end:]))
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _mark(name: str, *, closing: bool) -> str:
    if name == "br":
        return "\n"
    if name == "li":
        return "\n" if closing else "\n- "
    if name in _HEADINGS:
        return "\n\n" if closing else f"\n\n{_HEADINGS[name]} "
    return "\n\n" if name in _BLOCKS else ""
