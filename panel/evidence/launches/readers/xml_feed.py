"""Launch lists as RSS or Atom: cut into entries, each of them read by feedparser; DTDs are refused."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from xml.parsers import expat

from panel.evidence.launches.addresses import is_web_address
from panel.evidence.launches.feed_entries import Entries, Entry
from panel.evidence.launches.launch import BadLine, Launch
from panel.evidence.launches.readers.base import LaunchList
from panel.evidence.launches.xml_pieces import Broken, Dtd, Piece, Root, encoding_of, pieces

SUFFIXES = (".xml", ".rss", ".atom", ".rdf")
#: Entries are given to feedparser together, since starting it costs as much as some of them.
_TOGETHER = 50
_START = re.compile(r"\s*<(?:\?xml|!DOCTYPE|!--|(?:[\w.-]+:)?(?:rss|feed|RDF)[\s>])")
_REFERENCE = re.compile(r"&([\w:.-]{1,100});")
_ISO_DATE = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?=\D|$)")


def recognises(listing: LaunchList) -> bool:
    """Whether it begins like XML."""
    head = listing.head()
    text = head.decode(encoding_of(head), errors="replace")
    return _START.match(text.removeprefix("\ufeff")) is not None


def read(listing: LaunchList) -> Iterator[Launch | BadLine]:
    """One launch or complaint for each entry, and one for a DTD."""
    with listing.open() as stream:
        yield from _Feed(listing).read(pieces(stream))


class _Feed:
    def __init__(self, listing: LaunchList) -> None:
        self._listing = listing
        self._entries = Entries(listing.name, listing.day)
        self._root = Root("", "")
        self._refused: set[str] = set()
        self._waiting: list[Piece] = []
        self._any = False

    def read(self, parts: Iterator[Root | Dtd | Piece | Broken]) -> Iterator[Launch | BadLine]:
        for part in parts:
            self._any = self._any or not isinstance(part, Dtd)
            if isinstance(part, Piece) and self._is_whole(part):
                self._waiting.append(part)
                if len(self._waiting) == _TOGETHER:
                    yield from self._flush()
                continue
            yield from self._flush()
            yield from self._other(part)
        yield from self._flush()
        if not self._any:
            yield BadLine(
                self._listing.name, "is no RSS or Atom feed: it has neither a root element nor entries"
            )

    def _other(self, part: Root | Dtd | Piece | Broken) -> Iterator[Launch | BadLine]:
        place = f"{self._listing.name}:{'' if isinstance(part, Root) else part.line}"
        if isinstance(part, Root):
            self._root = part
        elif isinstance(part, Broken):
            yield BadLine(place, part.what)
        elif isinstance(part, Dtd):
            self._refused |= part.entities
            yield BadLine(place, "has a DTD, which is refused and left out; the entries are read without it")
        elif named := self._refused.intersection(_REFERENCE.findall(part.text)):
            yield BadLine(place, f"the entry needs &{min(named)};, which only the refused DTD defines")
        else:
            yield from self._launches([part])

    def _is_whole(self, piece: Piece) -> bool:
        """Whether the piece is sound XML by itself; only such ones are given to feedparser together."""
        try:
            expat.ParserCreate(namespace_separator=" ").Parse(self._document([piece]), True)
        except expat.ExpatError:
            return False
        return True

    def _flush(self) -> Iterator[Launch | BadLine]:
        waiting, self._waiting = self._waiting, []
        if waiting:
            yield from self._launches(waiting)

    def _launches(self, waiting: Sequence[Piece]) -> Iterator[Launch | BadLine]:
        found = self._parsed(waiting)
        if len(found) != len(waiting) and len(waiting) > 1:
            for piece in waiting:
                yield from self._launches([piece])
            return
        for n, piece in enumerate(waiting):
            if n < len(found):
                yield self._entries.launch(_entry(found[n]), str(piece.line))
            else:
                yield BadLine(f"{self._listing.name}:{piece.line}", "the entry cannot be read")

    def _parsed(self, waiting: Sequence[Piece]) -> list[Any]:
        import feedparser  # type: ignore[import-untyped]  # it ships no types

        headers = {
            "content-type": "application/xml; charset=utf-8",
            "content-location": self._listing.url or "",
        }
        try:
            parsed = feedparser.parse(
                # Bytes in a stream: a text could be taken for an address or a file's name, and opened.
                io.BytesIO(self._document(waiting)),
                response_headers=headers,
                sanitize_html=False,  # texts are made plain here, and cleaned as evidence
                resolve_relative_uris=False,
            )
        except Exception:  # noqa: BLE001  [whatever a parser trips over in one entry must not end the list]
            return []
        return list(parsed.entries)[: len(waiting)]

    def _document(self, waiting: Sequence[Piece]) -> bytes:
        """A feed of these entries alone, in the root element of the one they come from."""
        name, tag = self._root.name, self._root.tag
        if not name:
            name = "feed" if waiting[0].name.endswith("entry") else "rss"
            tag = '<feed xmlns="http://www.w3.org/2005/Atom">' if name == "feed" else '<rss version="2.0">'
        inner = "".join(piece.text for piece in waiting)
        if name.endswith("rss"):
            inner = f"<channel>{inner}</channel>"
        return f"{tag}{inner}</{name}>".encode("utf-8", errors="replace")


def _entry(given: Any) -> Entry:
    written = given.get("published") or given.get("updated")
    parsed = given.get("published_parsed") if given.get("published") else given.get("updated_parsed")
    contents = [*given.get("content", ()), given.get("summary_detail") or {}]
    best = max(contents, key=lambda content: len(content.get("value") or ""))
    # RSS takes an id for the address where nothing says otherwise; many are mere numbers.
    link = given.get("link") or ""
    is_plain = best.get("type") == "text/plain"
    return Entry(
        id=given.get("id"),
        title=given.get("title"),
        link=None if link == given.get("id") and not is_web_address(link) else link or None,
        html=None if is_plain else best.get("value"),
        text=best.get("value") if is_plain else None,
        written=written,
        date=_date(written or "", parsed),
        tags=tuple(tag["term"] for tag in given.get("tags", ()) if tag.get("term")),
        author=given.get("author"),
    )


def _date(written: str, parsed: Any) -> date | None:
    """The day feedparser read, unless it is none: of 31 February in ISO form it makes 3 March."""
    if iso := _ISO_DATE.match(written):
        try:
            date.fromisoformat(iso.group(1))
        except ValueError:
            return None
    try:
        return date(parsed.tm_year, parsed.tm_mon, parsed.tm_mday) if parsed else None
    except ValueError:
        return None
