"""Copied reasoning: the same runs of words by two seats of a panel, or by one reviewer on two tools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from panel.judgement.prose import MASK, unquoted
from panel.workbench.content import words
from panel.workbench.voice.said import Said

#: Words in a row that two writers seldom share by chance. Quotations do not count.
RUN = 5
#: Two paragraphs that share this much of the shorter one's runs are shown.
SHOWN = 0.10
_MOST_SHOWN = 5

Run = tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """Two paragraphs with the same runs of words.

    Attributes:
        tools: The tool, or the two tools.
        names: The two reviewers, or the one.
        share: How much of the shorter paragraph stands in the other, 0 to 1.
        example: The longest run both have.
    """

    tools: tuple[str, ...]
    names: tuple[str, ...]
    share: float
    example: str


@dataclass(frozen=True)
class Copied:
    """How much is shared: over how many comparisons, on average, and the worst of them."""

    compared: int
    mean: float
    worst: tuple[Shared, ...]


def between_seats(said: Sequence[Said], only: Sequence[str] = ()) -> Copied | None:
    """Each two seats of one panel on one tool; None where no panel has two.

    Args:
        said: All paragraphs.
        only: Pairs in which one of these personas sits; all pairs if empty.
    """
    panels: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for each in said:
        panels[each.panel, each.tool].append(each)
    pairs = [
        (a, b)
        for seats in panels.values()
        for a, b in combinations(seats, 2)
        if a.persona != b.persona and (not only or a.persona in only or b.persona in only)
    ]
    if not pairs:
        return None
    runs = {id(each): _runs(_own_words(each)) for each in said}
    shares = [(_share(runs[id(a)], runs[id(b)]), a, b) for a, b in pairs]
    worst = sorted((each for each in shares if each[0] >= SHOWN), key=lambda each: -each[0])[:_MOST_SHOWN]
    return Copied(
        len(pairs),
        sum(share for share, _, _ in shares) / len(pairs),
        tuple(Shared((a.tool,), (a.name, b.name), share, _longest(a, b)) for share, a, b in worst),
    )


def between_tools(said: Sequence[Said]) -> Copied | None:
    """One reviewer's paragraphs: how much of each stands in those on other tools; None for a single tool."""
    if len({each.tool for each in said}) < 2:  # noqa: PLR2004 (there is no other tool)
        return None
    written = [_runs(_own_words(each)) for each in said]
    places: dict[Run, dict[str, Said]] = defaultdict(dict)
    for each, runs in zip(said, written, strict=True):
        for run in runs:
            # Two tools are enough to know that it is repeated; what is kept stays small.
            if len(places[run]) < 2:  # noqa: PLR2004 (see above)
                places[run].setdefault(each.tool, each)
    shares = []
    for each, runs in zip(said, written, strict=True):
        repeated = [run for run in runs if len(places[run]) > 1]
        shares.append((len(repeated) / len(runs) if runs else 0.0, each, repeated))
    worst = sorted((each for each in shares if each[0] >= SHOWN), key=lambda each: -each[0])[:_MOST_SHOWN]
    return Copied(
        len(said),
        sum(share for share, _, _ in shares) / len(said),
        tuple(_repeated(share, each, runs, places) for share, each, runs in worst),
    )


def _repeated(share: float, each: Said, runs: Sequence[Run], places: dict[Run, dict[str, Said]]) -> Shared:
    other = next(there for tool, there in places[runs[0]].items() if tool != each.tool)
    return Shared((each.tool, other.tool), (each.name,), share, _longest(each, other))


def _own_words(said: Said) -> list[list[str]]:
    """The words between quotations, each stretch for itself."""
    return [words(stretch) for stretch in unquoted(said.paragraph).split(MASK)]


def _runs(stretches: Sequence[Sequence[str]]) -> frozenset[Run]:
    return frozenset(_each_run(stretches))


def _each_run(stretches: Sequence[Sequence[str]]) -> Iterator[Run]:
    for text in stretches:
        for at in range(len(text) - RUN + 1):
            yield tuple(text[at : at + RUN])


def _share(a: frozenset[Run], b: frozenset[Run]) -> float:
    shorter = min(len(a), len(b))
    return len(a & b) / shorter if shorter else 0.0


def _longest(a: Said, b: Said) -> str:
    """The longest run of words that stands in both."""
    one, other = (words(unquoted(each.paragraph)) for each in (a, b))
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return " ".join(one[match.a : match.a + match.size])
