"""Which reviewed tools a new one is worth comparing with: the nearest of its category, a bounded number."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from panel.core.domain import Dossier, Tool
from panel.core.errors import InputError
from panel.core.records import Records

#: Below this likeness (0 to 1) two tools do different things.
LEAST_LIKENESS = 0.08
#: Reviewed tools that are looked at, the newest first.
MOST_LOOKED_AT = 1_000
#: Words of a dossier that are looked at, the most frequent first.
MOST_WORDS = 300

_WORD = re.compile(r"[^\W\d_]{3,}")
_ADDRESS = re.compile(r"https?://\S+")

#: How often something says each word.
Words = dict[str, int]


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
    """Two reviews worth a comparison, ordered by slug; `likeness` is from 0 to 1."""

    a: Known
    b: Known
    likeness: float

    @property
    def slugs(self) -> tuple[str, str]:
        """Both tools."""
        return self.a.tool.slug, self.b.tool.slug


def nearest(new: Sequence[Known], known: Sequence[Known], words: Callable[[Known], Words]) -> list[Pair]:
    """The pairs of a new and any other tool of its category that are most alike, the nearest first.

    Args:
        new: What was judged just now; each looks for one other.
        known: All tools, the new ones among them or not.
        words: Gives what a tool's dossier says.
    """
    wanted = {_fold(each.tool.category) for each in new if each.tool.category}
    all_of_them = {each.id: each for each in (*known, *new)}.values()
    of_interest = [each for each in all_of_them if _fold(each.tool.category or "") in wanted]
    weights = weigh({each.id: words(each) for each in of_interest})
    pairs: dict[tuple[str, str], Pair] = {}
    for one in new:
        others = [other for other in of_interest if one.tool.category and _comparable(one, other)]
        best = max((_pair(one, other, weights) for other in others), key=_rank, default=None)
        if best is not None and best.likeness >= LEAST_LIKENESS:
            pairs[best.slugs] = best
    return sorted(pairs.values(), key=lambda pair: (-pair.likeness, pair.slugs))


def words_of(dossier: Dossier) -> Words:
    """How often a dossier says its most frequent words; addresses are none."""
    tool = dossier.tool
    texts = [tool.tagline, tool.description, *(source.text for source in dossier.sources)]
    said = _ADDRESS.sub(" ", " ".join(filter(None, texts)))
    return dict(Counter(_WORD.findall(said.casefold())).most_common(MOST_WORDS))


def weigh(documents: Mapping[str, Words]) -> dict[str, dict[str, float]]:
    """The words of each document by TF-IDF, as vectors of length 1.

    Logarithmic counts times log(1 + documents / documents with the word): Manning, Raghavan and Schuetze,
    Introduction to Information Retrieval, 6.4.
    """
    common = Counter(word for words in documents.values() for word in words)
    rarity = {word: math.log(1 + len(documents) / count) for word, count in common.items()}
    return {
        name: _unit({word: (1 + math.log(count)) * rarity[word] for word, count in words.items()})
        for name, words in documents.items()
    }


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
    same_kind = _fold(one.tool.category or "") == _fold(other.tool.category or "")
    return same_kind and one.tool.slug != other.tool.slug and one.offline == other.offline


def _pair(one: Known, other: Known, weights: Mapping[str, Mapping[str, float]]) -> Pair:
    first, second = sorted([one, other], key=lambda each: each.tool.slug)
    mine, theirs = weights[one.id], weights[other.id]
    return Pair(first, second, sum(weight * theirs.get(word, 0.0) for word, weight in mine.items()))


def _rank(pair: Pair) -> tuple[float, tuple[str, str]]:
    return pair.likeness, pair.slugs


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {word: weight / length for word, weight in vector.items()}


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
