"""What each chair says to "which one?", and what the chairs' preferences come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from panel.core.domain import Choice, Verdict
from panel.core.outcomes import ScorecardRow
from panel.judgement.consistency.leaning import WEIGHTS, score

SideName = Literal["a", "b"]

#: A chair that decides alike on both tools prefers one only by a major finding.
LEAST_MARGIN = WEIGHTS["major"]
#: It prefers it strongly by two, or where it ships one tool and skips the other.
STRONG_MARGIN = 2 * WEIGHTS["major"]
#: A tool wins by at least this many chairs; one chair more is a coin on another day.
LEAST_LEAD = 2


@dataclass(frozen=True)
class Preference:
    """What one chair says: a tool, or None for neither, and how strongly.

    Attributes:
        name: Who sits there.
        verdicts: What was said of either tool.
        side: The tool that is preferred.
        strong: Whether the preference is strong.
    """

    name: str
    verdicts: dict[SideName, Verdict]
    side: SideName | None
    strong: bool


def prefer(row: ScorecardRow) -> Preference | None:
    """Which tool a chair prefers: the one it ships where it skips the other, else by its findings.

    None if the chair has no counted verdict on one of the tools: it cannot compare them.
    """
    a, b = row.a, row.b
    if a is None or b is None or a.contested or b.contested:
        return None
    verdicts: dict[SideName, Verdict] = {"a": a, "b": b}
    if a.decision != b.decision:
        return Preference(a.name, verdicts, "a" if a.decision == "ship" else "b", strong=True)
    margin = score(a.findings) - score(b.findings)
    if abs(margin) < LEAST_MARGIN:
        return Preference(a.name, verdicts, None, strong=False)
    return Preference(a.name, verdicts, "a" if margin > 0 else "b", strong=abs(margin) >= STRONG_MARGIN)


def choose(preferences: Sequence[Preference]) -> Choice:
    """The choice that a set of preferences comes to.

    A tool that at least two chairs more prefer; else it depends if each tool has a chair that strongly
    prefers it; else it is too close.
    """
    for_a = [preference for preference in preferences if preference.side == "a"]
    for_b = [preference for preference in preferences if preference.side == "b"]
    if abs(len(for_a) - len(for_b)) >= LEAST_LEAD:
        return "a" if len(for_a) > len(for_b) else "b"
    if any(p.strong for p in for_a) and any(p.strong for p in for_b):
        return "depends"
    return "too_close"


def is_stable(preferences: Sequence[Preference]) -> bool:
    """Whether the choice survives leaving out any one chair."""
    choice = choose(preferences)
    left_out = ([*preferences[:n], *preferences[n + 1 :]] for n in range(len(preferences)))
    return all(choose(rest) == choice for rest in left_out)
