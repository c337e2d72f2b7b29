"""The search index: which words lead to which pages, in files small enough to be fetched while one types.

A word's file is found from its first letters. It starts as one file; what grows over `MOST_BYTES` is cut by
one letter more, and the word that is all of those letters stays behind alone. So a file's content depends
only on the words in it, a changed tool changes the files of its own words, and no file is large.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from panel.publish import wording
from panel.site.cards import ComparisonCard, ReviewCard, rehearsal
from panel.site.library import Library
from panel.site.rows import called
from panel.site.words import COMMON, LETTERS, LONGEST, words

SCHEMA = "panel.search/1"
#: Bytes a file of words may have before it is cut.
MOST_BYTES = 24 * 1024
#: Pages kept for a word in one of its fields; a word in more of them tells little.
MOST_PAGES = 60
#: Made once: an index has thousands of words.
_COMPACT = json.JSONEncoder(separators=(",", ":"), sort_keys=True)
#: Pages described in one file, on average: there are the least power of two of files for that.
_IN_A_FILE = 8

#: The fields a word may stand in, the weightiest first.
FIELDS = ("name", "about", "words")


@dataclass(frozen=True)
class Found:
    """A page that can be found.

    Attributes:
        path: Where it lies in the site, without `.html`.
        name: What it is called.
        says: One line below the name.
        about: Its category, vendor and line: found by their words.
        words: More words it is found by, folded.
    """

    path: str
    name: str
    says: str
    about: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


#: By field, the pages that each word leads to.
_Postings = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Index:
    """The whole index.

    Attributes:
        split: The beginnings of words whose files were cut.
        words: By such a beginning: each word's pages.
        files: How many files describe pages; a power of two.
        pages: By number of file: each page's name and line.
    """

    split: tuple[str, ...]
    words: Mapping[str, bytes]
    files: int
    pages: Mapping[int, bytes]

    def plan(self) -> bytes:
        """What a reader's browser asks for first."""
        return _json(
            {
                "schema": SCHEMA,
                "split": self.split,
                "files": self.files,
                "common": sorted(COMMON),
                "letters": LETTERS,
                "longest": LONGEST,
            }
        )


def index(found: Iterable[Found]) -> Index:
    """The index of pages. The same pages in any order make the same."""
    ordered = sorted(found, key=lambda page: page.path)
    split, shards = _cut(_inverted(ordered))
    files = 1
    while files * _IN_A_FILE < len(ordered):
        files *= 2
    described: dict[int, dict[str, tuple[str, str]]] = {}
    for page in ordered:
        described.setdefault(file_of(page.path, files), {})[page.path] = (page.name, page.says)
    return Index(split, shards, files, {number: _json(pages) for number, pages in sorted(described.items())})


def file_of(path: str, files: int) -> int:
    """Which of so many files describes a page: 32 bits of FNV-1a, which a script can say in one line."""
    value = 0x811C9DC5
    for byte in path.encode("ascii"):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value % files


def file_name(beginning: str) -> str:
    """The name of the file of words with a beginning: ASCII as it is, other letters by their number."""
    if not beginning:
        return "_"
    if beginning.isascii():
        return beginning
    return "_" + "_".join(f"{ord(letter):x}" for letter in beginning)


def findable(library: Library) -> Iterator[Found]:
    """All pages of a site that can be found: tools, comparisons, categories, reviewers."""
    names = called(library)
    for tool in library.tools.values():
        card = tool.card
        said = (card.category, card.tagline)
        yield Found(
            path=f"tools/{tool.slug}",
            name=names[tool.slug],
            says=" · ".join([_verdict(card), *(text for text in said if text)]),
            about=tuple(text for text in (card.vendor, *said) if text),
            words=card.words,
        )
    for pair in library.comparisons.values():
        yield Found(f"comparisons/{pair.card.pair}", pair.card.title, _marked(pair.card.answer, pair.card))
    for category in library.categories:
        count = len(category.tools)
        yield Found(f"categories/{category.slug}", category.name, f"{count} tool{'' if count == 1 else 's'}")
    for reviewer in library.reviewers.values():
        motto = reviewer.persona.motto if reviewer.persona else "sat on this panel"
        yield Found(f"reviewers/{reviewer.slug}", reviewer.name, f"Reviewer · {motto}")


def _verdict(card: ReviewCard) -> str:
    percent = card.panel.percent
    said = "no quorum" if percent is None else f"{wording.percent(percent)} panel ship"
    return _marked(said, card)


def _marked(said: str, card: ReviewCard | ComparisonCard) -> str:
    rehearsed = rehearsal(card)
    return f"{rehearsed} · {said}" if rehearsed else said


def _inverted(ordered: Iterable[Found]) -> _Postings:
    """A word counts in the weightiest of a page's fields it stands in."""
    found: _Postings = {name: defaultdict(list) for name in FIELDS}
    for page in ordered:
        name = set(words(page.name))
        about = {word for text in page.about for word in words(text)} - COMMON - name
        for mine, leads in zip((name, about, set(page.words) - about - name), found.values(), strict=True):
            for word in mine:
                leads[word].append(page.path)
    return found


def _cut(found: _Postings) -> tuple[tuple[str, ...], dict[str, bytes]]:
    """The beginnings that were cut, and the content of each file."""
    entries = {word: _entry(word, found) for word in sorted(set().union(*found.values()))}
    split: list[str] = []
    shards: dict[str, bytes] = {}
    waiting = [("", list(entries))]
    while waiting:
        beginning, mine = waiting.pop()
        longer: dict[str, list[str]] = {}
        for word in mine:
            longer.setdefault(word[: len(beginning) + 1], []).append(word)
        whole = longer.pop(beginning, [])
        if longer and sum(len(entries[word]) + 1 for word in mine) + 2 > MOST_BYTES:
            split.append(beginning)
            waiting.extend(longer.items())
            mine = whole
        if mine:
            shards[beginning] = b"{" + b",\n".join(entries[word] for word in mine) + b"}\n"
    return tuple(sorted(split)), dict(sorted(shards.items()))


def _entry(word: str, found: _Postings) -> bytes:
    """A word's line: its pages by field; `more` where it stands in more than are named."""
    pages = {name: mine for name in FIELDS if (mine := found[name].get(word))}
    kept: dict[str, object] = {name: mine[:MOST_PAGES] for name, mine in pages.items()}
    if any(len(mine) > MOST_PAGES for mine in pages.values()):
        kept["more"] = 1
    return _json({word: kept}).strip()[1:-1]


def _json(value: object) -> bytes:
    return (_COMPACT.encode(value) + "\n").encode("ascii")
