"""Which way a reviewer's findings point, added up by a fixed rule."""

from __future__ import annotations

from collections.abc import Iterable

from panel.core.domain import Finding, Leaning, Weight

#: Each step weighs three of the step below: a decisive finding outweighs two major ones and two minor ones.
WEIGHTS: dict[Weight, int] = {"minor": 1, "major": 3, "decisive": 9}
#: A side leads only by at least one major finding,
MARGIN = WEIGHTS["major"]
#: and only if it weighs at least twice the other: three major findings against two are a close call.
RATIO = 2


def weighed(findings: Iterable[Finding], leaning: Leaning) -> int:
    """What the findings of one leaning weigh together."""
    return sum(WEIGHTS[finding.weight] for finding in findings if finding.leans == leaning)


def score(findings: Iterable[Finding]) -> int:
    """What speaks for a tool less what speaks against it, in weights."""
    found = tuple(findings)
    return weighed(found, "for") - weighed(found, "against")


def lean(findings: Iterable[Finding]) -> Leaning:
    """Which way findings lead; neutral wherever a careful person could decide either way.

    1. If one side alone has a decisive finding and is the heavier, it leads; if it is not the heavier,
       or both sides have one, nobody leads.
    2. Without a decisive finding a side leads that weighs at least twice the other and a major finding more.

    A further finding for a tool never turns the result towards against, nor the reverse.
    """
    found = tuple(findings)
    favour, harm = weighed(found, "for"), weighed(found, "against")
    decided = {finding.leans for finding in found if finding.weight == "decisive"} & {"for", "against"}
    if len(decided) > 1:
        return "neutral"
    if _leads(favour, harm, alone="for" in decided, other="against" in decided):
        return "for"
    if _leads(harm, favour, alone="against" in decided, other="for" in decided):
        return "against"
    return "neutral"


def _leads(own: int, opposite: int, *, alone: bool, other: bool) -> bool:
    if alone or other:
        return alone and own > opposite
    return own >= RATIO * opposite and own - opposite >= MARGIN
