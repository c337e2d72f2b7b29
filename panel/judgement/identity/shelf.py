"""Finds what a tool is like among thousands, by looking only at those it shares a key with."""

from __future__ import annotations

import pickle
from bisect import bisect_left, insort
from collections.abc import Iterator

from panel.judgement.identity.likeness import Likeness, likeness
from panel.judgement.identity.traits import Traits

#: Under one key a tool is compared with so many before it and so many behind it, in the order of
#: `Traits.order`, where those like it stand beside it: a key that thousands share costs no more than others.
#: (Hernández and Stolfo 1995, The merge/purge problem for large databases.)
WINDOW = 12

#: A tool's place in the order, and its number.
_Entry = tuple[tuple[str, ...], int]


class Shelf:
    """Tools by their keys.

    `compared` counts the comparisons that were made: at most 2 x WINDOW for each key of each tool looked for.
    """

    def __init__(self) -> None:
        self.compared = 0
        #: Folded up: a fifth of the memory, and few are ever looked at again.
        self._tools: list[bytes] = []
        #: By the hash of a key the tools in their order; most keys are one tool's only, and need no list.
        self._by_key: dict[int, _Entry | list[_Entry]] = {}

    def __len__(self) -> int:
        return len(self._tools)

    def add(self, tool: Traits) -> None:
        """Put a tool on the shelf; it is found from now on."""
        entry = (tool.order, len(self._tools))
        self._tools.append(pickle.dumps(tool, pickle.HIGHEST_PROTOCOL))
        for key in map(hash, tool.keys):
            there = self._by_key.get(key)
            if there is None:
                self._by_key[key] = entry
            elif isinstance(there, list):
                insort(there, entry)
            else:
                self._by_key[key] = sorted((there, entry))

    def like(self, tool: Traits) -> Iterator[tuple[Traits, Likeness]]:
        """The tools on the shelf that a tool is not different from; its own slug is passed over."""
        for other in self._near(tool):
            self.compared += 1
            found = likeness(tool, other)
            if found.kind != "different":
                yield other, found

    def _near(self, tool: Traits) -> list[Traits]:
        near: set[int] = set()
        place = (tool.order, -1)
        for key in map(hash, tool.keys):
            there = self._by_key.get(key, [])
            if not isinstance(there, list):
                near.add(there[1])
                continue
            at = bisect_left(there, place)
            near.update(number for _, number in there[max(0, at - WINDOW) : at + WINDOW])
        found = [pickle.loads(self._tools[number]) for number in sorted(near)]  # noqa: S301 (dumped by `add`)
        return [other for other in found if other.tool.slug != tool.tool.slug]
