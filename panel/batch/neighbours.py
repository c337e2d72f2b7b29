"""Which reviewed tools a new one is worth comparing with: the nearest of its category, a bounded number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from panel.core.domain import Tool
from panel.core.errors import InputError
from panel.core.records import Records

#: Below this likeness (0 to 100) two tools do different things.
LEAST_LIKENESS = 40.0
#: Reviewed tools that are looked at, the newest first.
MOST_LOOKED_AT = 2_000


@dataclass(frozen=True)
class Known:
    """What is looked at of a review: a review itself is some hundred times as large.

    Attributes:
        id: The review's.
        run: Its run.
        tool: Whom it is about.
        dossier: The id of the dossier it rests on.
        offline: Whether no model was asked.
    """

    id: str
    run: str
    tool: Tool
    dossier: str
    offline: bool


@dataclass(frozen=True)
class Pair:
    """Two reviews worth a comparison, ordered by slug; `likeness` is from 0 to 100."""

    a: Known
    b: Known
    likeness: float

    @property
    def slugs(self) -> tuple[str, str]:
        """Both tools."""
        return self.a.tool.slug, self.b.tool.slug


def nearest(new: Sequence[Known], known: Sequence[Known]) -> list[Pair]:
    """The pairs of a new and any other tool that are most alike, the nearest first.

    Args:
        new: What was judged just now; each is in one pair at most as the one that looks for another.
        known: All tools, the new ones among them or not.
    """
    by_category: dict[str, list[Known]] = {}
    for each in known:
        if each.tool.category is not None:
            by_category.setdefault(_fold(each.tool.category), []).append(each)
    pairs: dict[tuple[str, str], Pair] = {}
    for one in new:
        others = by_category.get(_fold(one.tool.category or ""), [])
        candidates = [_pair(one, other) for other in others if _comparable(one, other)]
        best = max(candidates, key=lambda pair: (pair.likeness, pair.slugs), default=None)
        if best is not None and best.likeness >= LEAST_LIKENESS:
            pairs[best.slugs] = best
    return sorted(pairs.values(), key=lambda pair: (-pair.likeness, pair.slugs))


def current_reviews(records: Records) -> list[Known]:
    """The newest review with quorum of each tool; damaged ones are left to `panel runs verify`."""
    found: dict[str, Known] = {}
    for run in reversed(records.run_ids()):
        for slug in records.slugs_in(run):
            if slug in found:
                continue
            try:
                review = records.review(f"{run}/{slug}")
            except InputError:
                continue
            if review.status != "no_quorum":
                found[slug] = Known(review.id, run, review.tool, review.dossier.id, review.offline)
            if len(found) >= MOST_LOOKED_AT:
                return list(found.values())
    return list(found.values())


def compared_already(records: Records, pairs: Iterable[Pair]) -> set[tuple[str, str]]:
    """Those pairs of which there is a comparison at least as new as their reviews."""
    by_slugs = {pair.slugs: pair for pair in pairs}
    done = set()
    for run in records.run_ids():
        for slugs, pair in by_slugs.items():
            if records.comparison_path(run, f"{slugs[0]}-vs-{slugs[1]}").exists() and run >= max(
                pair.a.run, pair.b.run
            ):
                done.add(slugs)
    return done


def _comparable(one: Known, other: Known) -> bool:
    return one.tool.slug != other.tool.slug and one.offline == other.offline


def _pair(one: Known, other: Known) -> Pair:
    first, second = sorted([one, other], key=lambda each: each.tool.slug)
    return Pair(first, second, _likeness(one.tool, other.tool))


def _likeness(a: Tool, b: Tool) -> float:
    """How many words of what the tools say of themselves are the same, whatever their order."""
    from rapidfuzz.fuzz import token_sort_ratio

    return float(token_sort_ratio(_said(a), _said(b)))


def _said(tool: Tool) -> str:
    return _fold(" ".join(filter(None, [tool.tagline, tool.description])))


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
