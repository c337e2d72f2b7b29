"""Which tool to use: chair by chair from the stored findings, by a rule and without a model."""

from __future__ import annotations

from collections.abc import Sequence

from panel.core.naming import labels
from panel.core.outcomes import Pick, ScorecardRow, Side
from panel.judgement.aggregate import headline, quorum
from panel.judgement.comparison.preferences import Preference, SideName, choose, is_stable, prefer
from panel.judgement.comparison.reasons import conditions, what_weighs, who_prefers


def pick(a: Side, b: Side, scorecard: Sequence[ScorecardRow]) -> Pick:
    """The answer to "which one should I use?".

    `choose` says what the chairs' preferences come to; `stable` whether that survives leaving out any one
    chair. Without a quorum on each side and of chairs that judged both tools there is no answer: too close,
    not stable.

    Args:
        a: The first side.
        b: The second.
        scorecard: Their chairs side by side.
    """
    named: dict[SideName, str] = dict(zip(("a", "b"), labels(a, b), strict=True))
    preferences = [preference for row in scorecard if (preference := prefer(row)) is not None]
    gaps = _gaps(a, b, len(preferences), len(scorecard))
    if gaps:
        return Pick(choice="too_close", stable=False, because=tuple(gaps))
    choice = choose(preferences)
    depends = choice == "depends"
    return Pick(
        choice=choice,
        stable=is_stable(preferences),
        because=tuple(_because(a, b, preferences, named)),
        a_if=conditions(preferences, "a", named) if depends else (),
        b_if=conditions(preferences, "b", named) if depends else (),
    )


def _gaps(a: Side, b: Side, shared: int, chairs: int) -> list[str]:
    """Why there is no answer at all, if there is none."""
    missing = [
        f"{label} has no quorum ({headline(side.panel)})."
        for label, side in zip(labels(a, b), (a, b), strict=True)
        if side.panel.percent is None
    ]
    needed = max(quorum(chairs), 1)
    if missing or shared >= needed:
        return missing
    return [f"Only {shared} of {chairs} chairs have a counted verdict on both tools; {needed} are needed."]


def _because(a: Side, b: Side, preferences: Sequence[Preference], named: dict[SideName, str]) -> list[str]:
    choice = choose(preferences)
    reasons = [
        who_prefers(preferences, named),
        f"{named['a']}: {headline(a.panel)}; {named['b']}: {headline(b.panel)}.",
    ]
    if choice == "a" or choice == "b":  # noqa: PLR1714 (so that the type is known)
        reasons.append(what_weighs(preferences, choice, named))
    if a.entry.price != b.entry.price:
        reasons.append(f"Entry: {a.entry.label} for {named['a']}, {b.entry.label} for {named['b']}.")
    return reasons
