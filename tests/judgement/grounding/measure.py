"""Precision and recall on the labelled paragraphs: `python -m tests.judgement.grounding.measure`.

A piece counts as found only with exactly its characters and its class. `-v` prints every miss.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from panel.judgement.grounding import ground
from tests.judgement.grounding.cases import PARTS, Case, cases

CLASSES = ("dossier", "outside", "unsupported")


@dataclass(frozen=True)
class Score:
    """How many pieces are labelled, how many the rules give, and how many of those are the same."""

    labelled: int
    given: int
    same: int

    @property
    def precision(self) -> float:
        return self.same / self.given

    @property
    def recall(self) -> float:
        return self.same / self.labelled

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f} ({self.same} of {self.given}), "
            f"recall {self.recall:.3f} ({self.same} of {self.labelled})"
        )


def found(case: Case) -> set[tuple[int, int, str]]:
    grounding = ground(case.paragraph, case.index)
    claims = (*grounding.dossier, *grounding.outside, *grounding.unsupported)
    return {(claim.start, claim.end, claim.class_) for claim in claims}


def score(measured: Iterable[Case], class_: str | None = None) -> Score:
    """The score over some paragraphs; of one class, or of all."""
    count: Counter[str] = Counter()
    for case in measured:
        wanted, given = set(case.wanted), found(case)
        if class_ is not None:
            wanted = {span for span in wanted if span[2] == class_}
            given = {span for span in given if span[2] == class_}
        count.update(labelled=len(wanted), given=len(given), same=len(wanted & given))
    return Score(count["labelled"], count["given"], count["same"])


def passed_as_the_dossiers(measured: Iterable[Case]) -> list[str]:
    """What is labelled unsupported and classed as the dossier's: the worst mistake there is."""
    return [
        f"{case.tool}: {case.paragraph[start:end]}"
        for case in measured
        for start, end, class_ in case.wanted
        if class_ == "unsupported" and (start, end, "dossier") in found(case)
    ]


def part(name: str) -> list[Case]:
    return [case for case in cases() if case.part == name]


def _lines(name: str) -> Iterator[str]:
    measured = part(name)
    yield f"{name}: {len(measured)} paragraphs"
    for class_ in (*CLASSES, None):
        yield f"  {class_ or 'all':12} {score(measured, class_)}"
    yield f"  unsupported passed as the dossier's: {passed_as_the_dossiers(measured) or 'none'}"


def _misses(name: str) -> Iterator[str]:
    for case in part(name):
        wanted, given = set(case.wanted), found(case)
        for sign, spans in (("missed", wanted - given), ("wrong ", given - wanted)):
            for start, end, class_ in sorted(spans):
                yield f"  {sign} {case.tool}: {case.paragraph[start:end]!r} as {class_}"


if __name__ == "__main__":
    for each in PARTS:
        sys.stdout.writelines(f"{line}\n" for line in _lines(each))
        if "-v" in sys.argv and (each != "held_out" or "--held-out" in sys.argv):
            sys.stdout.writelines(f"{line}\n" for line in _misses(each))
