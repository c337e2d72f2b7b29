"""A comparison as plain Markdown: the page's content, for mail, chat and version control."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from panel.core.outcomes import Comparison
from panel.publish.aged import stale_marks
from panel.publish.legible import legible
from panel.publish.links import live

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

SUFFIX = ".md"

#: What begins something in CommonMark, or in GitHub's tables and strike-through, wherever it stands.
_ANYWHERE = re.compile(r"[\\`*_\[\]<|~]")
#: What begins a heading, list, quotation, rule or underlined heading at the start of a line.
_LINE_START = re.compile(r"^([#>=+-]|\d{1,9}(?=[.)]))")
#: A `#` after a space would close a heading; an entity would become another character.
_CLOSING = re.compile(r"(?<=\s)#")
_ENTITY = re.compile(r"&(?=#?\w+;)")
#: Bare addresses that some readers turn into links by themselves.
_BARE_LINK = re.compile(
    r"(?<=\w):(?=//)|(?<=\bwww)\.|(?<=\bmailto):|(?<=\bxmpp):|(?<=\w)@(?=\w)", re.IGNORECASE
)
_LINE_END = re.compile("\r\n|[\r\n\u2028\u2029]")


def render(comparison: Comparison) -> str:
    """The file; see `Format.render`. Where text of the record would be markup, a backslash keeps it text."""
    shown = legible(comparison)
    return _template().render(c=shown, stale=stale_marks(shown))


@cache
def _template() -> Template:
    from panel.publish.templating import environment

    file = environment(line)
    file.filters.update(quoted=quoted, address=address)
    return file.get_template("comparison.md.j2")


def line(text: str) -> str:
    """The text on one line, escaped so that it is text wherever on a line it is put."""
    return _plain(" ".join(text.split()))


def quoted(paragraph: str) -> Markup:
    """A paragraph as a block quotation, its quotation marks outside of it, its lines kept."""
    from markupsafe import Markup

    lines = [_plain(part.strip()) for part in _LINE_END.split(paragraph)]
    return Markup("> “" + "\n> ".join(lines) + "”")  # noqa: S704 (every line is escaped above)


def address(url: str) -> Markup:
    """A link that shows where it leads, or, for anything but a plain web address, text."""
    from markupsafe import Markup

    return Markup(f"<{url}>" if live(url) else line(url))  # noqa: S704 (a live address holds no markup)


def _plain(text: str) -> str:
    text = _ANYWHERE.sub(r"\\\g<0>", text)
    text = _CLOSING.sub(r"\\#", _ENTITY.sub(r"\\&", _BARE_LINK.sub(r"\\\g<0>", text)))
    return _LINE_START.sub(_escaped_start, text)


def _escaped_start(start: re.Match[str]) -> str:
    # A number that would open a list is escaped at its full stop: a backslash before a digit is no escape.
    return f"{start[0]}\\" if start[0].isdigit() else f"\\{start[0]}"
