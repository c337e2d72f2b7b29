"""Which reviewed tools a new one is worth comparing with: the nearest of its category, a bounded number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from panel.core.domain import Tool
from panel.core.errors import InputError
from panel.core.outcomes import Review
from panel.core.records import Records

#: Below this likeness (0 to 100) two tools do different things.
LEAST_LIKENESS = 40.0
#: Reviewed tools that are looked at, the newest first.
MOST_LOOKED_AT = 2_000


@dataclass(frozen=True)
class Pair:
    """Two reviews worth a comparison, ordered by slug; `likeness` is from 0 to 100."""

    a: Review
    b: Review
    likeness: float

    @property
    def slugs(self) -> tuple[str, str]:
        """Both tools."""
        return self.a.tool.slug, self.b.tool.slug


def nearest(new: Sequence[Review], known: Sequence[Review], *, most: int) -> list[Pair]:
    """The pairs of a new and any other tool that are most alike, at most one for each new tool.

    Args:
        new: Reviews of this run.
        known: Reviews of all tools, the new ones among them or not.
        most: Pairs at most.
    """
    pairs: dict[tuple[str, str], Pair] = {}
    for review in new:
        candidates = [_pair(review, other) for other in known if _comparable(review, other)]
        best = max(candidates, key=lambda pair: (pair.likeness, pair.slugs), default=None)
        if best is not None and best.likeness >= LEAST_LIKENESS:
            pairs[best.slugs] = best
    ranked = sorted(pairs.values(), key=lambda pair: (-pair.likeness, pair.slugs))
    return ranked[:most]


def current_reviews(records: Records) -> list[Review]:
    """The newest review with quorum of each tool; damaged ones are left to `panel runs verify`."""
    found: dict[str, Review] = {}
    for run in reversed(records.run_ids()):
        for slug in _slugs_in(records, run):
            if slug in found:
                continue
            try:
                review = records.review(f"{run}/{slug}")
            except InputError:
                continue
            if review.status != "no_quorum":
                found[slug] = review
            if len(found) >= MOST_LOOKED_AT:
                return list(found.values())
    return list(found.values())


def compared_already(records: Records, pairs: Iterable[Pair]) -> set[tuple[str, str]]:
    """Those pairs of which there is a comparison that rests on the same two reviews."""
    by_slugs = {pair.slugs: pair for pair in pairs}
    done = set()
    for run in records.run_ids():
        for slugs, pair in by_slugs.items():
            if records.comparison_path(run, f"{slugs[0]}-vs-{slugs[1]}").exists() and run >= max(
                pair.a.run, pair.b.run
            ):
                done.add(slugs)
    return done


def _comparable(review: Review, other: Review) -> bool:
    a, b = review.tool, other.tool
    same_kind = a.category is not None and b.category is not None and _fold(a.category) == _fold(b.category)
    return same_kind and a.slug != b.slug and review.offline == other.offline


def _pair(review: Review, other: Review) -> Pair:
    first, second = sorted([review, other], key=lambda each: each.tool.slug)
    return Pair(first, second, _likeness(review.tool, other.tool))


def _likeness(a: Tool, b: Tool) -> float:
    """How many words of what the tools say of themselves are the same, whatever their order."""
    from rapidfuzz.fuzz import token_sort_ratio

    return float(token_sort_ratio(_said(a), _said(b)))


def _said(tool: Tool) -> str:
    return _fold(" ".join(filter(None, [tool.tagline, tool.description])))


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _slugs_in(records: Records, run: str) -> list[str]:
    return sorted(path.stem for path in (records.root / run / "reviews").glob("*.json"))
