"""Same thing twice, before money is spent: who is near-identical to whom, and what editors decided of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import ClassVar, Literal

from panel.core.decisions import Decided, decided
from panel.core.domain import Dossier, Tool
from panel.core.errors import InputError
from panel.core.outcomes import Review
from panel.core.records import Records, read_record
from panel.judgement.aggregate import headline, outcome
from panel.judgement.identity import Kind, Likeness, Resolution, Shelf, Traits, likeness, resolve, traits

#: So much of a review is read to learn whom it is about.
_HEAD = 4096
_TOOL, _NO_QUORUM = '\n  "tool": ', re.compile(r'\n  "status": "no_quorum"')
#: Twins of one tool whose review is opened, to say what the panel said and what differs.
_MOST_OPENED = 10
#: Tools that are kept to be found, some 2 KB each on disk, of those that have a review (the newest) and of
#: those that came (the first). To read of a review whom it is about takes longer than to look for its twins.
MOST_KEPT = 10_000

_SAID: dict[Kind, str] = {
    "same": "may be the same as",
    "variant": "is a variant of",
    "confusable": "is easily taken for",
    "different": "is not",
}


class Identified(Decided):
    """What an editor decided of two tools, ordered by slug; the newest word on a pair counts."""

    KIND: ClassVar[str] = "identity"

    a: str
    b: str
    ruling: Literal["same", "apart"]
    reason: str | None = None
    author: str | None = None
    time: str


#: By the slugs of the two, in order.
Ruled = Mapping[tuple[str, str], Identified]


def ruled(root: Path) -> dict[tuple[str, str], Identified]:
    """What editors of a workspace decided, the newest word on each pair.

    Raises:
        DamagedRecord: a line of `decisions.jsonl` is none.
    """
    return {(each.a, each.b): each for each in decided(root, Identified)}


@dataclass(frozen=True)
class TwinWarning:
    """A tool that is to be judged is near-identical to another one.

    Attributes:
        tool: Its slug.
        other: The other's slug.
        kind: What they are to one another.
        reasons: Why, in words.
        differences: What differs, the tool that is to be judged first.
        standing: What the panel said of the other, if that has a review, and where.
        decided: Whether an editor said that they are one.
        review: The other's review, where it was opened.
    """

    tool: str
    other: str
    kind: Kind
    reasons: tuple[str, ...]
    differences: tuple[str, ...] = ()
    standing: str | None = None
    decided: bool = False
    review: Review | None = None

    @property
    def in_words(self) -> str:
        """All of it in a line."""
        reviewed = f" ({self.standing})" if self.standing else ""
        said = "is the same as" if self.decided else _SAID[self.kind]
        unlike = f"; {'; '.join(self.differences)}" if self.differences else ""
        return f"{self.tool} {said} {self.other}{reviewed}: {', '.join(self.reasons)}{unlike}"


@dataclass(frozen=True)
class Near:
    """Whom a tool is near-identical to.

    Attributes:
        own: The tool.
        likes: What each of the others is to it, by slug and in that order.
        came: Those of them that came before; of the rest only a review is known.
        opens: Whether one has a review, which tells more.
    """

    own: Traits
    likes: Mapping[str, Likeness]
    came: frozenset[str]
    opens: bool


def reviewed_tools(records: Records) -> Iterator[tuple[str, Tool]]:
    """All tools that have a review with quorum, with the newest's id; only its beginning is read.

    Damaged ones are left to `panel runs verify`. Whether a review is still its tool's current one is not
    looked at: a tool that was reviewed in an older state is the same tool.
    """
    seen: set[str] = set()
    for run in reversed(records.run_ids()):
        for slug in records.slugs_in(run):
            tool = None if slug in seen else _reviewed_tool(records.review_path(run, slug))
            if tool is not None:
                seen.add(slug)
                yield f"{run}/{slug}", tool


def _reviewed_tool(path: Path) -> Tool | None:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).decode("utf-8", errors="ignore")
        at = head.index(_TOOL) + len(_TOOL)
        found, _ = json.JSONDecoder().raw_decode(head, at)
        return None if _NO_QUORUM.search(head, 0, at) else Tool.model_validate(found)
    except OSError:
        return None
    except (ValueError, RecursionError):  # its description is long, or it was not written by this program
        return _from_whole(path)


def _from_whole(path: Path) -> Tool | None:
    try:
        review = read_record(path, Review)
    except InputError:
        return None
    return None if review.status == "no_quorum" else review.tool


class Twins:
    """Looks for twins of tools as they come, among those that have a review and those that came before.

    Args:
        records: Where the reviews are.
        rulings: What editors decided (`ruled`).
    """

    def __init__(self, records: Records, rulings: Ruled | None = None) -> None:
        self._records = records
        self._rulings = rulings or {}
        self._called_same = called_same(self._rulings)
        #: Tools an editor called the same as another, as far as they are known.
        self._partners: dict[str, Traits] = {}
        self._came = Shelf()
        self._reviews: dict[str, str] = {}

    @cached_property
    def _judged(self) -> Shelf:
        """The tools that have a review; read when the first tool is met, which none may be."""
        shelf = Shelf()
        for review, tool in islice(reviewed_tools(self._records), MOST_KEPT):
            self._reviews[tool.slug] = review
            self._put(traits(tool), shelf)
        return shelf

    def read_reviews(self) -> None:
        """Read now which tools have a review, and not when the first one is met."""
        len(self._judged)

    def has_review(self, slug: str) -> bool:
        """Whether a tool of that slug has a review."""
        self.read_reviews()
        return slug in self._reviews

    def meet(
        self, tool: Tool, text: str = "", *, reviewed: bool = True, in_full: bool = True
    ) -> list[TwinWarning]:
        """The twins of a tool, which from now on is among those that came before.

        Args:
            tool: It is to be judged.
            text: The texts of its dossier, if they are at hand.
            reviewed: Whether tools that only have a review are looked at, too.
            in_full: Whether reviews are opened, to say what the panel said and what differs.
        """
        return self.explain(self.near(tool, text, reviewed=reviewed), in_full=in_full)

    def near(self, tool: Tool, text: str = "", *, reviewed: bool = True) -> Near:
        """Who is near-identical to a tool, as `meet`; no review is opened."""
        own = traits(tool, text)
        came = {other.slug: (other, like) for other, like in self._came.like(own)}
        judged = {other.slug: (other, like) for other, like in self._judged.like(own)} if reviewed else {}
        called_same = self._called_same.get(tool.slug, frozenset()) if reviewed else frozenset()
        partners = {slug: self._partners[slug] for slug in called_same & self._partners.keys()}
        others = judged | {slug: (other, likeness(own, other)) for slug, other in partners.items()} | came
        self._put(own, self._came)
        likes = {slug: others[slug][1] for slug in sorted(others) if not self._is_apart(tool.slug, slug)}
        return Near(own, likes, frozenset(came), opens=any(slug in self._reviews for slug in likes))

    def explain(self, near: Near, *, in_full: bool = True) -> list[TwinWarning]:
        """What there is to say of them; `in_full` as in `meet`."""
        warnings = []
        for n, slug in enumerate(near.likes):
            like = near.likes[slug]
            review = self._open(slug) if in_full and n < _MOST_OPENED else None
            if review is not None and slug not in near.came:
                like = likeness(near.own, traits(review.tool, _text_of(review, self._records)))
            warnings.append(self._warning(near.own.slug, slug, like, review))
        return warnings

    def _put(self, tool: Traits, shelf: Shelf) -> None:
        if len(shelf) < MOST_KEPT:
            shelf.add(tool)
        if tool.slug in self._called_same:
            self._partners[tool.slug] = tool

    def _is_apart(self, one: str, other: str) -> bool:
        found = self._rulings.get(in_order(one, other))
        return found is not None and found.ruling == "apart"

    def _open(self, slug: str) -> Review | None:
        return _read(self._reviews[slug], self._records) if slug in self._reviews else None

    def _warning(self, own: str, other: str, like: Likeness, review: Review | None) -> TwinWarning:
        ruling = self._rulings.get(in_order(own, other))
        return TwinWarning(
            tool=own,
            other=other,
            kind="same" if ruling else like.kind,
            reasons=(by_whom(ruling),) if ruling else like.reasons,
            differences=like.differences,
            standing=standing(review) if review else None,
            decided=ruling is not None,
            review=review,
        )


def twins_of(
    tools: Iterable[Tool],
    records: Records,
    rulings: Ruled | None = None,
    texts: Mapping[str, str] | None = None,
) -> list[TwinWarning]:
    """Which of some tools are near-identical to one another, or to a tool that has a review.

    Args:
        tools: They are to be judged; in whatever order they come, the answer is the same.
        records: Where the reviews are.
        rulings: What editors decided (`ruled`): it silences a warning, or makes it certain.
        texts: The texts of their dossiers by slug, if they are at hand.
    """
    twins = Twins(records, rulings)
    known = texts or {}
    in_turn = sorted(tools, key=lambda tool: tool.slug)
    return [warning for tool in in_turn for warning in twins.meet(tool, known.get(tool.slug, ""))]


def at_odds(review: Review, twins: Twins, records: Records) -> list[str]:
    """Live records of the same product whose panel or entry price says otherwise, a sentence each.

    A model's review is held against models' reviews only, an offline one against offline ones.
    """
    text = _text_of(review, records)
    found = []
    for each in twins.meet(review.tool, text):
        other = each.review
        if each.kind != "same" or other is None or other.offline != review.offline:
            continue
        prices = {review.entry.price, other.entry.price} - {"unknown"}
        if len(prices) > 1 or outcome(review.panel) != outcome(other.panel):
            found.append(
                f"{each.other} {'is' if each.decided else 'may be'} the same product, and its record says "
                f"{standing(other)}, entry {other.entry.label}; this one {headline(review.panel)}, entry "
                f"{review.entry.label}"
            )
    return found


@dataclass(frozen=True)
class Survey:
    """Who is who among all tools, and what the panel said of those that are shown, by slug."""

    found: Resolution
    standings: Mapping[str, str]


def survey(tools: Iterable[tuple[Tool, str]], records: Records, rulings: Ruled) -> Survey:
    """Who is who among some tools and all that have a review.

    Args:
        tools: With the texts of their dossiers.
        records: Where the reviews are.
        rulings: What editors decided (`ruled`).
    """
    known = {tool.slug: traits(tool, text) for tool, text in tools}
    judged = {tool.slug: (review, tool) for review, tool in reviewed_tools(records)}
    rest = {slug: traits(tool) for slug, (_, tool) in judged.items() if slug not in known}
    verdicts = {slugs: ruling.ruling for slugs, ruling in rulings.items()}
    found = resolve([*known.values(), *rest.values()], verdicts)
    shown = {slug for pair in found.pairs for slug in pair.slugs}
    read = {slug: _read(judged[slug][0], records) for slug in shown & judged.keys()}
    opened = {slug: review for slug, review in read.items() if review is not None}
    for slug in rest.keys() & opened.keys():
        rest[slug] = traits(judged[slug][1], _text_of(opened[slug], records))
    in_full = resolve([tool for slug, tool in (rest | known).items() if slug in shown], verdicts)
    return Survey(in_full, {slug: standing(review) for slug, review in opened.items()})


def text_of(dossier: Dossier) -> str:
    """The texts of a dossier as twins are told by them."""
    return "\n".join(source.text for source in dossier.sources if source.text)


def in_order(one: str, other: str) -> tuple[str, str]:
    """Two slugs as a ruling names them."""
    return (one, other) if one <= other else (other, one)


def by_whom(ruling: Identified) -> str:
    """A ruling in words."""
    why = f", because {ruling.reason.rstrip('. ')}" if ruling.reason else ""
    return f"{ruling.author or 'an editor'} decided so on {ruling.time[:10]}{why}"


def standing(review: Review) -> str:
    """What a panel said, in a line, and the review's id."""
    reader = "offline reader: " if review.offline else ""
    return f"{reader}{headline(review.panel)}, {review.id}"


def called_same(rulings: Ruled) -> dict[str, frozenset[str]]:
    """By slug, the tools that editors said are the same product."""
    partners: dict[str, set[str]] = {}
    for (a, b), ruling in rulings.items():
        if ruling.ruling == "same":
            partners.setdefault(a, set()).add(b)
            partners.setdefault(b, set()).add(a)
    return {slug: frozenset(others) for slug, others in partners.items()}


def _read(review: str, records: Records) -> Review | None:
    try:
        return records.review(review)
    except InputError:
        return None  # `panel runs verify` names it


def _text_of(review: Review, records: Records) -> str:
    try:
        return text_of(records.dossier(review.dossier.id))
    except InputError:
        return ""  # the snapshot was pruned, or is damaged: what its text says is not compared
