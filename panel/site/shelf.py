"""The cards of all records the site may need, read anew only where a file has changed since the last time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from panel.core.domain import Value
from panel.core.files import write_atomic
from panel.core.hashing import digest
from panel.core.outcomes import Comparison, Review
from panel.core.records import Records, read_record
from panel.core.workspace import Workspace
from panel.evidence.dossiers import load_file
from panel.site.cards import ComparisonCard, ReviewCard, comparison_card, review_card

#: In the folder of all runs; it may be removed at any time, and is then made again.
FILE = ".site-cards.json"
#: A record is read again in the time in which so many cards are written down.
_AS_LONG = 100

_Stamp = tuple[int, int, int]


class _Kept(Value):
    """What was read from a file, and what the file looked like then."""

    stamp: _Stamp
    review: ReviewCard | None = None
    comparison: ComparisonCard | None = None
    dossier: tuple[str, str] | None = None


class _Cards(Value):
    """The file: `program` names the code that made the cards, `files` are by their whole path."""

    program: str
    files: dict[str, _Kept]


_CARDS = TypeAdapter(_Cards)


class Shelf:
    """Cards by file. Reading is by need; `keep` writes down what was read, where that pays.

    Args:
        records: Where the records lie.
        program: Names the code that makes cards: those of another program are not used.
    """

    def __init__(self, records: Records, program: str) -> None:
        self._records, self._program = records, program
        self._path = records.root / FILE
        self._before: Mapping[str, _Kept] = _read(self._path, program)
        self._now: dict[str, _Kept] = {}

    def review(self, run: str, slug: str) -> ReviewCard:
        """The card of a review.

        Raises:
            DamagedRecord: the record cannot be read.
        """
        path = self._records.review_path(run, slug)
        kept = self._kept(path, lambda: {"review": review_card(read_record(path, Review), _sha(path))})
        assert kept.review is not None
        return kept.review

    def comparison(self, run: str, pair: str) -> ComparisonCard:
        """The card of a comparison.

        Raises:
            DamagedRecord: the record cannot be read.
        """
        path = self._records.comparison_path(run, pair)
        made = self._kept(
            path, lambda: {"comparison": comparison_card(read_record(path, Comparison), _sha(path))}
        )
        assert made.comparison is not None
        return made.comparison

    def dossier(self, path: Path, workspace: Workspace) -> tuple[str, str]:
        """The slug and the id of the dossier in a file.

        Raises:
            InputError: it cannot be read.
        """

        def read() -> dict[str, object]:
            dossier = load_file(path, workspace).dossier
            return {"dossier": (dossier.tool.slug, dossier.id)}

        kept = self._kept(path, read)
        assert kept.dossier is not None
        return kept.dossier

    def keep(self) -> None:
        """Write down what was read, unless so little is new that reading it again costs less."""
        new = sum(self._before.get(name) is not kept for name, kept in self._now.items())
        if new * _AS_LONG > len(self._now):
            cards = _Cards(program=self._program, files=dict(sorted(self._now.items())))
            write_atomic(self._path, _CARDS.dump_json(cards), inside=self._records.root)

    def _kept(self, path: Path, read: Callable[[], dict[str, object]]) -> _Kept:
        name, stamp = str(path), _stamp(path)
        kept = self._before.get(name)
        if kept is None or kept.stamp != stamp:
            kept = _Kept(stamp=stamp, **read())
        self._now[name] = kept
        return kept


def by_slug(runs: Iterable[str], names_in: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """In which runs each tool or pair has a record, newest first.

    Args:
        runs: Ids of runs, newest first.
        names_in: What lies in a run.
    """
    found: dict[str, list[str]] = {}
    for run in runs:
        for name in names_in(run):
            found.setdefault(name, []).append(run)
    return found


def _read(path: Path, program: str) -> Mapping[str, _Kept]:
    try:
        # Strict: `keep` wrote every value as what it is, and nothing is spent on seeing it as another.
        cards = _CARDS.validate_json(path.read_bytes(), strict=True)
    except (OSError, ValidationError):
        return {}  # a cache: whatever is wrong with it, the records say it again
    return cards.files if cards.program == program else {}


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _sha(path: Path) -> str:
    return digest(path.read_bytes())
