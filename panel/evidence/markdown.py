"""What a README says of itself: its name and its first paragraph, free of markup.

Markdown and the HTML inside it become one flat list of blocks: the text is rendered by markdown-it and the
tags are walked by a small scanner of our own, since html.parser takes quadratic time on broken tags. Only
the opening of a text is looked at, which bounds the time for hostile ones.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

#: Characters of a text that are looked at.
OPENING = 20_000
MAX_PARAGRAPH = 600
MAX_NAME = 120

#: The name gives nothing back: else an unclosed tag with a name of n letters would take n * n steps.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*>")
_HEADINGS = {f"h{level}" for level in range(1, 7)}
#: What stands in these is no prose.
_SKIPPED = {"table", "pre", "script", "style", "svg", "details", "template", "noscript"}
_LINKS = {"a"}
_STRESSES = {"b", "strong", "i", "em"}
_BREAKS = {"br", "img", "picture", "source"}
_BLOCKS = {
    *_HEADINGS, *_SKIPPED, "p", "div", "center", "section", "header", "ul", "ol", "li", "dl", "dt", "dd",
    "blockquote", "hr", "figure", "tr", "td", "th",
}  # fmt: skip

#: A paragraph without any markup, and the blank lines behind it: every line begins with a letter.
_PLAIN = re.compile(r"((?:[^\W\d_][^*_`\[\]<>&\\|~\x00-\x08\x0a-\x1f\x7f]*+\n?)++)(?:\n+|\Z)")
_SHORTCODE = re.compile(r":[a-z][a-z0-9_+-]*:")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*(?=\s|$)")
#: Scripts written without spaces between words.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_ASIDE = re.compile(r"\W*(?:note|notice|news?|update|tip|important|warning|caution)\b", re.IGNORECASE)


#: Dossiers are made in several threads, and what fills tables at its first use is used by one first.
_MADE_BY_ONE = Lock()


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or a list item as plain text.

    `linked` and `stressed` count the characters that stand in links and in bold or italics (spaces left out).
    """

    kind: Literal["heading", "paragraph", "item"]
    text: str
    linked: int = 0
    stressed: int = 0
    quoted: bool = False

    @property
    def letters(self) -> int:
        """How many characters the text has, spaces left out."""
        return len(self.text) - self.text.count(" ")


@lru_cache(maxsize=4)  # name, paragraph and the check for walls ask for the same text in turn
def blocks(body: str) -> tuple[Block, ...]:
    """The headings, paragraphs and list items of a text's first 20,000 characters, in order.

    Args:
        body: Markdown, already cleaned (`evidence.cleaning`).
    """
    opening, end = body[:OPENING], 0
    found: list[Block] = []
    # Feeds, pages and many lists give plain text: to parse that takes most of what making a dossier does.
    while plain := _PLAIN.match(opening, end):
        found.append(Block("paragraph", _one_line(plain[1])))
        end = plain.end()
    return (*found, *(_parsed(opening[end:]) if end < len(opening) else ()))


def _parsed(text: str) -> Sequence[Block]:
    with _MADE_BY_ONE:
        parser = _parser()
    return _Walk(parser.render(text)).blocks


def _one_line(text: str) -> str:
    return " ".join(_SHORTCODE.sub("", text).split())


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    # Rules of the parser, and letters of addresses (mdurl): a second thread would meet tables half full.
    parser.render("[link](https://example.com/) <https://example.com/>")
    return parser


def tool_name(body: str, hint: str | None = None) -> str | None:
    """The tool's name as its README gives it; None if neither the text nor a hint says one.

    The first heading is the name, unless prose stands before it. Headings are often slogans, so the hint (the
    file's name) decides what of it is the name: a heading that holds the hint gives it in the heading's own
    spelling, without a subtitle; where it does not, a paragraph that opens with the hint as its subject
    ("SWE-agent lets …") gives it. Without such a paragraph the heading stands as it is, without a heading
    the hint.

    Args:
        body: Markdown, already cleaned.
        hint: A word the name is likely to be spelled like: the file's stem or its folder.
    """
    found = blocks(body)
    title = _title(found)
    heading = _bounded(found[title].text, MAX_NAME) if title is not None else None
    spelling = _spelling(hint)
    if spelling and heading and (match := spelling.search(heading)):
        subtitled = re.match(r"\s*[:,|]|\s+[-–—]\s", heading[match.end() :])
        return match.group() if match.start() or subtitled else heading
    return _subject(found, spelling) or heading or hint


def first_paragraph(body: str) -> str | None:
    """The first paragraph of prose after a text's heading, on one line, cut at about 600 characters.

    Prose is neither a list, table, code or callout, nor mostly links, nor a lead-in to a list. A slogan set
    wholly in bold or italics counts only where there is no other. Without a heading of its own (prose stands
    before the first one) the text is searched from its start.

    Args:
        body: Markdown, already cleaned.
    """
    found = blocks(body)
    title = _title(found)
    for candidates in (found[title + 1 :] if title is not None else (), found):
        first: Block | None = None
        for block in filter(_is_prose, candidates):
            first = first or block
            if block.stressed < block.letters:
                first = block
                break
        if first is not None:
            return _bounded(_unadorned(first.text), MAX_PARAGRAPH)
    return None


def _title(found: Sequence[Block]) -> int | None:
    """Where the heading of the whole text stands; a quoted notice may stand before it, other prose not."""
    for n, block in enumerate(found):
        if block.kind == "heading":
            return n
        if _is_prose(block) and not block.quoted:
            return None
    return None


def _is_prose(block: Block) -> bool:
    if block.kind != "paragraph" or block.linked * 2 > block.letters:
        return False
    if block.quoted and _ASIDE.match(block.text):
        return False
    ends = [match.end() for match in _SENTENCE_END.finditer(block.text)]
    if block.text.endswith((":", "：")) and not ends:
        return False
    words = len(block.text.split()) + len(_UNSPACED.findall(block.text)) // 2
    # Fewer words are a label, fewer without a full stop a caption.
    return words >= (3 if ends else 8)


def _spelling(hint: str | None) -> re.Pattern[str] | None:
    words = re.findall(r"[^\W_]+", hint or "")
    if not words:
        return None
    joined = r"[\s._-]?".join(re.escape(word) for word in words)
    return re.compile(rf"(?<![\w-]){joined}(?![\w-])", re.IGNORECASE)


def _subject(found: Sequence[Block], spelling: re.Pattern[str] | None) -> str | None:
    """The spelling of the tool's name where it opens a paragraph and a verb in lower case follows."""
    for block in found if spelling else ():
        text = _unadorned(block.text)
        match = spelling.match(text) if spelling and block.kind == "paragraph" else None
        if match and re.match(r"(?:\s*\([^()]{1,60}\))?\s+[a-z]", text[match.end() :]):
            return match.group()
    return None


def _bounded(text: str, limit: int) -> str:
    """`text`, or as many of its whole sentences as fit, or else as many words, with an ellipsis."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit)]
    if ends and ends[-1] >= limit // 3:
        return text[: ends[-1]]
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _unadorned(text: str) -> str:
    """`text` without emoji and other ornaments in front of it."""
    return text.lstrip("".join({c for c in text[:40] if _is_ornament(c)}) + " ")


def _is_ornament(character: str) -> bool:
    return unicodedata.category(character) == "So" or character in "\ufe0e\ufe0f\u200d•·|"


class _Walk:
    """Walks the tags of rendered Markdown and gathers the text between them into blocks."""

    def __init__(self, rendered: str) -> None:
        self.blocks: list[Block] = []
        self._open: dict[str, int] = {}  # how many of that name; none that is closed
        self._callout = False
        self._start_block()
        end = 0
        for tag in _TAG.finditer(rendered):
            self._take(rendered[end : tag.start()])
            self._enter_or_leave(tag.group(2).lower(), closing=bool(tag.group(1)))
            end = tag.end()
        self._take(rendered[end:])
        self._flush()

    def _start_block(self) -> None:
        self._text: list[str] = []
        self._linked = self._stressed = 0

    def _take(self, raw: str) -> None:
        if self._is_in(_SKIPPED):
            return
        text = html.unescape(raw)
        self._text.append(text)
        linked, stressed = self._is_in(_LINKS), self._is_in(_STRESSES)
        if linked or stressed:
            letters = len("".join(text.split()))
            self._linked += letters if linked else 0
            self._stressed += letters if stressed else 0

    def _is_in(self, names: set[str]) -> bool:
        """Whether an element with one of these names is open here."""
        return not self._open.keys().isdisjoint(names)

    def _enter_or_leave(self, name: str, *, closing: bool) -> None:
        if name in _BLOCKS:
            self._flush()
        if name in _HEADINGS and not closing:
            self._open.clear()  # a heading ends whatever was never closed
        if name in {"ul", "ol"} and closing:
            self._open.pop("li", None)  # </li> may be left out
        if name in _BREAKS:
            self._text.append(" ")
        elif name not in {"p", "hr"}:
            self._count(name, -1 if closing else 1)

    def _count(self, name: str, change: int) -> None:
        count = self._open.get(name, 0) + change
        if count > 0:
            self._open[name] = count
        else:
            self._open.pop(name, None)

    def _flush(self) -> None:
        text = _one_line("".join(self._text))
        linked, stressed = self._linked, self._stressed
        self._start_block()
        for name in (*_LINKS, *_STRESSES):
            self._open.pop(name, None)
        quoted = "blockquote" in self._open
        # `[!NOTE]` opens a callout; all of its quotation belongs to it.
        self._callout = quoted and (self._callout or text.startswith("[!"))
        heading = self._is_in(_HEADINGS)
        if heading:
            text = " ".join("".join(c for c in text if not _is_ornament(c)).split())
        if self._callout or not any(c.isalnum() for c in text):
            return
        kind: Literal["heading", "paragraph", "item"] = (
            "heading" if heading else "item" if "li" in self._open else "paragraph"
        )
        self.blocks.append(Block(kind, text, linked, stressed, quoted))
