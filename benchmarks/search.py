"""What the search index would be with every word of every paragraph, against what it is.

    python -m benchmarks.search [--tools 100] [--comparisons 200]

Prints the files, bytes and seconds of both, and how many files one new verdict changes (decision 13).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.site import Writer
from panel.core.records import Records
from panel.core.workspace import open_workspace
from panel.site.opening import open_library
from panel.site.searching import Found, findable, index
from panel.site.words import particular

#: What a new verdict names instead of what the old one named.
_NAMED = ("copilot", "devin", "lantern", "quarry")


def main(argv: Sequence[str] | None = None) -> int:
    """Write records, make both indexes, change one tool in each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--tools", type=int, default=100)
    parser.add_argument("--comparisons", type=int, default=200)
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="panel-search-") as folder:
        Writer(Path(folder)).fill(given.tools, given.comparisons)
        library = open_library(open_workspace({}, folder=Path(folder)), Records(Path(folder) / "runs"))
        said = {
            f"tools/{slug}": [verdict.paragraph for verdict in library.review(tool.card).verdicts]
            for slug, tool in library.tools.items()
        }
    pages = sorted(findable(library), key=lambda page: page.path)
    at, other = (next(n for n, page in enumerate(pages) if page.path == path) for path in list(said)[:2])
    _told("as it is", pages, at, tuple(sorted({*pages[at].words[len(_NAMED) :], *_NAMED})))
    whole = [replace(page, words=particular([*page.words, *said.get(page.path, ())])) for page in pages]
    _told("all words", whole, at, whole[other].words)
    return 0


def _told(name: str, pages: list[Found], at: int, words: tuple[str, ...]) -> None:
    begun = time.process_time()
    made = index(pages)
    seconds = time.process_time() - begun
    after = index([*pages[:at], replace(pages[at], words=words), *pages[at + 1 :]])
    differ = sum(made.words.get(each) != after.words.get(each) for each in {*made.words, *after.words})
    sizes = [len(content) for content in made.words.values()]
    print(
        f"{name:10} {seconds:.2f} s, {len(sizes)} files, {sum(sizes) / 1e6:.2f} MB, largest {max(sizes):,};"
        f" one new verdict changes {differ}"
    )


if __name__ == "__main__":
    sys.exit(main())
