"""Which tool to use: chair by chair from the stored findings, by a rule and without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from panel.core.domain import Choice, Finding, Leaning, Pick, ScorecardRow, Side, Verdict, Weight
from panel.core.naming import labels, listed
from panel.judgement.aggregate import headline, quorum
from panel.judgement.consistency.leaning import WEIGHTS, score
from panel.judgement.prose import one_line

SideName = Literal["a", "b"]

#: A chair that decides alike on both tools prefers one only by a major finding.
LEAST_MARGIN = WEIGHTS["major"]
#: It prefers it strongly by two, or where it ships one tool and skips the other.
STRONG_MARGIN = 2 * WEIGHTS["major"]
#: A tool wins by at least this many chairs; one chair more is a coin on another day.
LEAST_LEAD = 2
#: Reasons given for each tool where it depends.
_MOST_REASONS = 2
_QUOTED = 200

_HEAVIEST_FIRST: tuple[Weight, ...] = ("decisive", "major", "minor")
_OTHER: dict[SideName, SideName] = {"a": "b", "b": "a"}


@dataclass(frozen=True)
class Preference:
    """What one chair says to the question "which one?": a tool, or None for neither, and how strongly."""

    row: ScorecardRow
    side: SideName | None
    strong: bool

    @property
    def name(self) -> str:
        """Who sits there."""
        verdict = self.row.a or self.row.b
        return verdict.name if verdict else self.row.chair


def pick(a: Side, b: Side, scorecard: Sequence[ScorecardRow]) -> Pick:
    """The answer to "which one should I use?".

    A tool is picked if at least two chairs more prefer it than the other. If each has a chair that prefers it
    strongly and neither is picked, it depends, and the reviewers' own reasons say on what. Everything else is
    too close.
    `stable` says whether the choice survives leaving out any one chair.

    Args:
        a: The first side.
        b: The second.
        scorecard: Their chairs side by side; only those with a counted verdict on both sides are asked.
    """
    preferences = [prefer(row) for row in scorecard if _counts(row.a) and _counts(row.b)]
    unanswerable = _unanswerable(a, b, len(preferences), len(scorecard))
    if unanswerable:
        return Pick(choice="too_close", stable=False, because=tuple(unanswerable))
    choice = choose(preferences)
    left_out = (preferences[:n] + preferences[n + 1 :] for n in range(len(preferences)))
    depends = choice == "depends"
    return Pick(
        choice=choice,
        stable=all(choose(rest) == choice for rest in left_out),
        because=tuple(_because(a, b, preferences, choice)),
        a_if=_reasons(preferences, "a") if depends else (),
        b_if=_reasons(preferences, "b") if depends else (),
    )


def prefer(row: ScorecardRow) -> Preference:
    """Which tool a chair prefers: the one it ships where it skips the other, else by its findings."""
    if row.a is None or row.b is None:
        return Preference(row, None, strong=False)
    if row.a.decision != row.b.decision:
        return Preference(row, "a" if row.a.decision == "ship" else "b", strong=True)
    margin = score(row.a.findings) - score(row.b.findings)
    if abs(margin) < LEAST_MARGIN:
        return Preference(row, None, strong=False)
    return Preference(row, "a" if margin > 0 else "b", strong=abs(margin) >= STRONG_MARGIN)


def choose(preferences: Sequence[Preference]) -> Choice:
    """The choice that a set of preferences comes to."""
    for_a, for_b = _of(preferences, "a"), _of(preferences, "b")
    if abs(len(for_a) - len(for_b)) >= LEAST_LEAD:
        return "a" if len(for_a) > len(for_b) else "b"
    if any(p.strong for p in for_a) and any(p.strong for p in for_b):
        return "depends"
    return "too_close"


def _counts(verdict: Verdict | None) -> bool:
    return verdict is not None and not verdict.contested


def _of(preferences: Sequence[Preference], side: SideName | None) -> list[Preference]:
    return [preference for preference in preferences if preference.side == side]


# ------------------------------------------------------------ the reasons in words


def _unanswerable(a: Side, b: Side, shared: int, chairs: int) -> list[str]:
    """Why there is no answer at all, if there is none."""
    short = [
        f"{label} has no quorum ({headline(side.panel)})."
        for label, side in zip(labels(a, b), (a, b), strict=True)
        if side.panel.percent is None
    ]
    needed = max(quorum(chairs), 1)
    if not short and shared < needed:
        return [
            f"Only {shared} of {chairs} chairs have a counted verdict on both tools; {needed} are needed."
        ]
    return short


def _because(a: Side, b: Side, preferences: Sequence[Preference], choice: Choice) -> list[str]:
    label_a, label_b = labels(a, b)
    sentences = [
        _who_prefers(preferences, label_a, label_b),
        f"{label_a}: {headline(a.panel)}; {label_b}: {headline(b.panel)}.",
    ]
    if choice in {"a", "b"}:
        sentences += _what_weighs(preferences, "a" if choice == "a" else "b", label_a, label_b)
    if a.entry.price != b.entry.price:
        sentences.append(f"Entry: {a.entry.label} for {label_a}, {b.entry.label} for {label_b}.")
    return sentences


def _who_prefers(preferences: Sequence[Preference], label_a: str, label_b: str) -> str:
    parts = []
    for side, label in (("a", label_a), ("b", label_b)):
        names = [p.name for p in preferences if p.side == side]
        if names:
            parts.append(f"{listed(names)} {'prefers' if len(names) == 1 else 'prefer'} {label}")
    undecided = [p.name for p in _of(preferences, None)]
    if undecided:
        verb = "sees" if len(undecided) == 1 else "see"
        parts.append(f"{listed(undecided)} {verb} no difference that counts")
    return f"{'; '.join(parts)}."


def _what_weighs(
    preferences: Sequence[Preference], chosen: SideName, label_a: str, label_b: str
) -> list[str]:
    """The heaviest finding of the chairs that prefer the chosen tool: for it, or against the other."""
    named = {"a": label_a, "b": label_b}
    reasons = [
        (finding, preference.name, side)
        for preference in _of(preferences, chosen)
        for side, finding in _arguments(preference, chosen)
    ]
    if not reasons:
        return []
    finding, name, side = min(reasons, key=lambda reason: _HEAVIEST_FIRST.index(reason[0].weight))
    return [f"What weighs most is {name} on {named[side]}: “{one_line(finding.says, _QUOTED)}”"]


def _reasons(preferences: Sequence[Preference], side: SideName) -> tuple[str, ...]:
    """When to use this tool, by the chairs that prefer it, strong preferences and heavy findings first."""
    found: list[tuple[tuple[bool, int], str]] = []
    for preference in _of(preferences, side):
        arguments = _arguments(preference, side)
        if arguments:
            _, finding = min(arguments, key=lambda argument: _HEAVIEST_FIRST.index(argument[1].weight))
            rank = (not preference.strong, _HEAVIEST_FIRST.index(finding.weight))
            says = one_line(finding.says, _QUOTED)
            found.append((rank, f"this decides it for you ({preference.name}): “{says}”"))
    return tuple(text for _, text in sorted(found, key=lambda reason: reason[0])[:_MOST_REASONS])


def _arguments(preference: Preference, side: SideName) -> list[tuple[SideName, Finding]]:
    """A chair's findings in favour of one tool: those for it, then those against the other."""
    own: list[tuple[SideName, Finding]] = [(side, f) for f in _leaning(preference.row, side, "for")]
    return [*own, *((_OTHER[side], f) for f in _leaning(preference.row, _OTHER[side], "against"))]


def _leaning(row: ScorecardRow, side: SideName, leaning: Leaning) -> list[Finding]:
    verdict = row.a if side == "a" else row.b
    return [f for f in verdict.findings if f.leans == leaning and f.says.strip()] if verdict else []
