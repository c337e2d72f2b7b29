"""Which of many tools are one product, and which pairs a person should know of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from panel.judgement.identity.likeness import Likeness, likeness
from panel.judgement.identity.shelf import Shelf
from panel.judgement.identity.traits import Traits

#: What an editor decided of two tools, by their slugs in order.
Rulings = Mapping[tuple[str, str], Literal["same", "apart"]]


@dataclass(frozen=True)
class Pair:
    """Two tools that are not different, ordered by slug; `decided` if an editor said that they are one."""

    a: Traits
    b: Traits
    likeness: Likeness
    decided: bool = False

    @property
    def slugs(self) -> tuple[str, str]:
        """Both tools."""
        return self.a.slug, self.b.slug


@dataclass(frozen=True)
class Resolution:
    """Who is who among many tools.

    Attributes:
        clusters: The slugs of tools that are one product, two or more each.
        pairs: All that are not different and not ruled apart, ordered by slugs.
        compared: How many comparisons it took.
    """

    clusters: tuple[tuple[str, ...], ...]
    pairs: tuple[Pair, ...]
    compared: int


def resolve(tools: Iterable[Traits], rulings: Rulings | None = None) -> Resolution:
    """Who is who among some tools, whatever the order they come in.

    A tool joins a cluster only if it is apart from nobody in it: "Codestral" may be 2.0 and may be 2.1, but
    those two are not one for it.

    Args:
        tools: Each slug once.
        rulings: What editors decided; it silences a pair, or makes it certain.
    """
    decided = rulings or {}
    shelf = Shelf()
    by_slug: dict[str, Traits] = {}
    found: dict[tuple[str, str], Pair] = {}
    for tool in sorted(tools, key=lambda each: each.order):
        for other, like in shelf.like(tool):
            pair = ordered(tool, other, like)
            found[pair.slugs] = pair
        shelf.add(tool)
        by_slug[tool.slug] = tool
    for slugs, ruling in decided.items():
        if ruling == "apart":
            found.pop(slugs, None)
        elif slugs[0] in by_slug and slugs[1] in by_slug:
            found[slugs] = certain(by_slug[slugs[0]], by_slug[slugs[1]])
    pairs = tuple(found[slugs] for slugs in sorted(found))
    apart = [slugs for slugs, ruling in decided.items() if ruling == "apart"]
    return Resolution(_clusters(pairs, apart), pairs, shelf.compared)


def ordered(one: Traits, other: Traits, like: Likeness) -> Pair:
    """A pair by slug; what differs is said of the first tool first."""
    if one.slug < other.slug:
        return Pair(one, other, like)
    return Pair(other, one, likeness(other, one))


def certain(a: Traits, b: Traits) -> Pair:
    """Two tools, ordered by slug, that an editor called one."""
    return Pair(a, b, Likeness("same", ("an editor decided so",), likeness(a, b).differences), decided=True)


def _clusters(pairs: Iterable[Pair], apart: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    same = [pair for pair in pairs if pair.likeness.kind == "same"]
    clusters = _Clusters({each.slug: each for pair in same for each in (pair.a, pair.b)}, apart)
    for pair in sorted(same, key=lambda pair: (not pair.decided, pair.slugs)):
        clusters.join(pair)
    return tuple(sorted(tuple(sorted(each)) for each in clusters.found() if len(each) > 1))


class _Clusters:
    """Tools that are being joined; a smaller cluster goes into the larger one."""

    def __init__(self, tools: Mapping[str, Traits], apart: Iterable[tuple[str, str]]) -> None:
        self._members = {slug: [slug] for slug in tools}
        self._of = {slug: slug for slug in tools}
        self._traits = {slug: (tool.versions, tool.sizes) for slug, tool in tools.items()}
        self._apart: dict[str, set[str]] = {}
        for one, other in apart:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)

    def join(self, pair: Pair) -> None:
        """Make one cluster of two tools' clusters, unless something speaks against it."""
        large, small = sorted((self._of[slug] for slug in pair.slugs), key=lambda c: -len(self._members[c]))
        if large == small or self._are_ruled_apart(large, small):
            return
        if not pair.decided and self._differ(large, small):
            return
        joined = zip(self._traits[large], self._traits.pop(small), strict=True)
        versions, sizes = (x | y for x, y in joined)
        self._traits[large] = versions, sizes
        moved = self._members.pop(small)
        self._members[large] += moved
        self._of.update(dict.fromkeys(moved, large))

    def found(self) -> Iterable[list[str]]:
        """The clusters."""
        return self._members.values()

    def _are_ruled_apart(self, large: str, small: str) -> bool:
        return any(
            self._of.get(foe) == large for slug in self._members[small] for foe in self._apart.get(slug, ())
        )

    def _differ(self, large: str, small: str) -> bool:
        both = zip(self._traits[large], self._traits[small], strict=True)
        return any(x and y and x.isdisjoint(y) for x, y in both)
