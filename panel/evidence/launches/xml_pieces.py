"""An XML feed cut into its entries without being parsed: broken ones are told apart, the rest goes on.

A parser gives up at the first mistake of a feed and obeys its DTD. This scanner knows only where entries
begin and end, what a DTD declares, and what encloses both; memory stays within one entry. It is linear: what
was searched for once and not found is not searched for again.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

#: Longest entry in characters; what a feed's parser needs for broken markup grows with its square.
MAX_ENTRY = 250_000
_CHUNK = 1 << 16
#: No token of the scanner is longer, so this much is kept of what was searched.
_TOKEN_LENGTH = 128
#: How much of a feed is looked through for the end of its DTD, or of a comment.
_MAX_ASIDE = 250_000

_NAME = r"(?:[\w.-]{1,40}:)?"
_TOKEN = re.compile(
    rf"(?P<cdata><!\[CDATA\[)|(?P<comment><!--)|(?P<doctype><!DOCTYPE(?=[\s\[>]))"
    rf"|<(?P<slash>/?)(?P<entry>{_NAME}(?:item|entry))(?=[\s/>])|<(?P<root>{_NAME}(?:rss|feed|RDF))(?=[\s/>])"
)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY\s+([\w:.-]{1,100})\s")
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
#: Encodings a feed may name: those in which text is written, none that computes.
_TEXT = re.compile(
    r"utf-?8|utf-?16(?:[-_]?[lb]e)?|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d|koi8-[ru]"
    r"|shift[-_]jis|euc-(?:jp|kr)|gb2312|gbk|gb18030|big5|macintosh",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Root:
    """The start tag of the element that holds the feed."""

    name: str
    tag: str


@dataclass(frozen=True)
class Dtd:
    """A document type declaration, which was left out, and the entities it would have defined."""

    line: int
    entities: frozenset[str]


@dataclass(frozen=True)
class Piece:
    """One entry as it stands in the feed."""

    line: int
    name: str
    text: str


@dataclass(frozen=True)
class Broken:
    """An entry whose end cannot be found."""

    line: int
    what: str


def pieces(stream: BinaryIO) -> Iterator[Root | Dtd | Piece | Broken]:
    """The parts of a feed in their order; text between entries is dropped.

    Bytes that the feed's encoding does not know become U+FFFD.
    """
    return _Scanner(_decoded(stream)).run()


def encoding_of(head: bytes) -> str:
    """The encoding a feed is in, by its byte order mark, else by its declaration, else UTF-8."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return name
    declared = _ENCODING.search(head)
    name = declared.group(1).decode("ascii") if declared else "utf-8"
    if not _TEXT.fullmatch(name) or name.lower().startswith(("utf-16", "utf16")):  # UTF-16 needs its mark
        return "utf-8"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def _decoded(stream: BinaryIO) -> Iterator[str]:
    head = stream.read(_CHUNK)
    decoder = codecs.getincrementaldecoder(encoding_of(head))(errors="replace")
    data = head
    while data:
        yield decoder.decode(data)
        data = stream.read(_CHUNK)
    yield decoder.decode(b"", final=True)


class _Scanner:
    """`_buffer` holds what is not yet dropped, `_at` is where to search on; both only move forward."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._buffer = ""
        self._at = 0
        self._line, self._counted = 1, 0  # the number of the line that `_counted` lies in
        self._more = True
        self._start: int | None = None  # of the entry that is open
        self._open = ""  # its name
        self._entry = ""  # the name all entries have
        self._in_root = False
        self._ignored: set[str] = set()  # tokens whose end was not found once

    def run(self) -> Iterator[Root | Dtd | Piece | Broken]:
        while True:
            if self._start is not None and self._at - self._start > MAX_ENTRY:
                yield self._abandon(
                    f"the entry that opens here has over {MAX_ENTRY:,} characters, or never ends"
                )
            token = _TOKEN.search(self._buffer, self._at)
            # A token at the edge of the buffer may be cut: `<item` of `<items`.
            if self._more and (token is None or token.end() >= len(self._buffer) - 1):
                self._fill(token.start() if token else max(self._at, len(self._buffer) - _TOKEN_LENGTH))
            elif token is None:
                break
            else:
                yield from self._step(token)
        if self._start is not None:
            yield self._abandon("the entry that opens here is never closed")

    def _fill(self, search_from: int) -> None:
        """Read on, and drop what is not needed any more: all before the open entry, or before the search."""
        self._at = search_from
        drop = self._at if self._start is None else self._start
        self._line_of(drop)
        self._buffer = self._buffer[drop:]
        self._at -= drop
        self._counted -= drop
        if self._start is not None:
            self._start -= drop
        self._read_on()

    def _read_on(self) -> None:
        chunk = next(self._chunks, None)
        self._more = chunk is not None
        self._buffer += chunk or ""

    def _step(self, token: re.Match[str]) -> Iterator[Root | Dtd | Piece | Broken]:
        kind = token.lastgroup
        self._at = token.end()
        if token["cdata"] or token["comment"]:
            # Text in CDATA outside entries means nothing, and no lost end of it may hide the entries below.
            if token["comment"] or self._start is not None:
                self._skip("]]>" if token["cdata"] else "-->", str(kind))
        elif token["doctype"]:
            yield from self._doctype(token.start())
        elif token["root"]:
            yield from self._root(token["root"])
        elif token["slash"]:
            yield from self._close(token)
        else:
            yield from self._begin(token)

    def _skip(self, end: str, kind: str) -> None:
        if kind in self._ignored:
            return
        found = self._find(end)
        if found is None:
            self._ignored.add(kind)
        else:
            self._at = found + len(end)

    def _find(self, end: str) -> int | None:
        """Where `end` stands ahead, within what one aside may have; reads on as needed."""
        searched = self._at
        while (found := self._buffer.find(end, searched)) < 0:
            if len(self._buffer) - self._at > _MAX_ASIDE or not self._more:
                return None
            searched = max(self._at, len(self._buffer) - len(end))
            self._read_on()
        return found

    def _doctype(self, start: int) -> Iterator[Dtd]:
        if self._start is not None or "doctype" in self._ignored:
            return
        self._find(">")
        if "[" in self._buffer[start : self._buffer.find(">", start)]:
            self._find("]>")
        declared = _DOCTYPE.match(self._buffer, start, start + _MAX_ASIDE)
        text = declared.group() if declared else self._buffer[start : start + _MAX_ASIDE]
        self._at = declared.end() if declared else self._at
        self._ignored |= set() if declared else {"doctype"}
        yield Dtd(self._line_of(start), frozenset(_ENTITY.findall(text)))

    def _root(self, name: str) -> Iterator[Root]:
        if self._in_root or self._start is not None:
            return
        end = self._find(">")
        if end is not None:
            self._in_root = True
            yield Root(name, self._buffer[self._at - len(name) - 1 : end + 1])
            self._at = end + 1

    def _begin(self, token: re.Match[str]) -> Iterator[Piece | Broken]:
        name = token["entry"]
        self._entry = self._entry or name
        if name != self._entry:
            return  # an element of an extension, such as <media:item>
        start = token.start()
        if self._start is not None:
            broken = Broken(self._line_of(self._start), "the entry that opens here is never closed")
            self._start = None
            yield broken
        self._start = start

    def _close(self, token: re.Match[str]) -> Iterator[Piece]:
        if self._start is None or token["entry"] != self._entry:
            return
        end = self._find(">")
        end = self._at if end is None else end + 1
        yield Piece(self._line_of(self._start), self._entry, self._buffer[self._start : end])
        self._start, self._at = None, end

    def _abandon(self, what: str) -> Broken:
        assert self._start is not None
        broken = Broken(self._line_of(self._start), what)
        self._start = None
        return broken

    def _line_of(self, position: int) -> int:
        """The number of a line; asked for in the order of positions, so that each is counted once."""
        if position > self._counted:
            self._line += self._buffer.count("\n", self._counted, position)
            self._counted = position
        return self._line
