"""Finds what a tool is like among thousands, by looking only at those it shares a key with."""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterator

from panel.core.scratch import Scratch
from panel.judgement.identity.likeness import Likeness, likeness
from panel.judgement.identity.traits import Traits

#: Under one key a tool is compared with so many before it and so many behind it, in the order of
#: `Traits.order`, where those like it stand beside it: a key that thousands share costs no more than others.
#: (Hernández and Stolfo 1995, The merge/purge problem for large databases.)
WINDOW = 12

_TOOLS = "CREATE TABLE tools (number INTEGER PRIMARY KEY, folded BLOB NOT NULL)"
_KEYS = """
CREATE TABLE keys (key INTEGER, place BLOB, number INTEGER, PRIMARY KEY (key, place, number)) WITHOUT ROWID
"""
_FILED = "INSERT INTO keys VALUES {keys}"
_SHARED = """
WITH wanted (key) AS (VALUES {wanted})
SELECT key FROM wanted WHERE EXISTS (SELECT 1 FROM keys WHERE keys.key = wanted.key)
"""
_BEFORE = "SELECT number FROM keys WHERE key = ? AND place < ? ORDER BY place DESC LIMIT ?"
_BEHIND = "SELECT number FROM keys WHERE key = ? AND place >= ? ORDER BY place LIMIT ?"


class Shelf:
    """Tools by their keys, in a nameless file that goes with it: of ten thousand tools memory holds few.

    `compared` counts the comparisons that were made: at most 2 x WINDOW for each key of each tool looked for.
    All that is asked of it may raise StoppedEarly: there is no room for such a file.
    """

    def __init__(self) -> None:
        self.compared = 0
        self._size = 0
        self._tools = Scratch(_TOOLS, _KEYS, purpose="tools that are alike are looked for")

    def __len__(self) -> int:
        return self._size

    def add(self, tool: Traits) -> None:
        """Put a tool on the shelf; it is found from now on."""
        folded = pickle.dumps(tool, pickle.HIGHEST_PROTOCOL)
        keys = {hash(key) for key in tool.keys}
        rows = [value for key in keys for value in (key, _place(tool), self._size)]
        self._tools.rows("INSERT INTO tools VALUES (?, ?)", (self._size, folded))
        self._tools.rows(_FILED.format(keys=_marks("(?, ?, ?)", keys)), rows)
        self._size += 1

    def like(self, tool: Traits) -> Iterator[tuple[Traits, Likeness]]:
        """The tools on the shelf that a tool is not different from; its own slug is passed over."""
        for other in self._near(tool):
            self.compared += 1
            found = likeness(tool, other)
            if found.kind != "different":
                yield other, found

    def _near(self, tool: Traits) -> list[Traits]:
        place = _place(tool)
        near: set[int] = set()
        for key in self._shared({hash(key) for key in tool.keys}):
            for side in (_BEFORE, _BEHIND):
                near.update(number for (number,) in self._tools.rows(side, (key, place, WINDOW)))
        found = [self._unfolded(number) for number in sorted(near)]
        return [other for other in found if other.slug != tool.slug]

    def _shared(self, keys: Collection[int]) -> list[int]:
        """Those of some keys that a tool on the shelf has, too; mostly none."""
        wanted = _SHARED.format(wanted=_marks("(?)", keys))
        return [key for (key,) in self._tools.rows(wanted, [*keys])]

    def _unfolded(self, number: int) -> Traits:
        ((folded,),) = self._tools.rows("SELECT folded FROM tools WHERE number = ?", (number,))
        tool: Traits = pickle.loads(folded)  # noqa: S301 (dumped by `add`)
        return tool


def _place(tool: Traits) -> bytes:
    """A tool's place in the order; bytes, since names from outside may hold what is no text to SQLite."""
    return tool.order.encode("utf-8", "surrogatepass")


def _marks(row: str, rows: Collection[int]) -> str:
    """The marks of so many rows: each statement takes its time, however much it does."""
    return ",".join([row] * len(rows))
