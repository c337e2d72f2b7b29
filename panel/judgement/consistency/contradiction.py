"""Whether a verdict agrees with itself: the decision with its findings, and with what the paragraph says."""

from __future__ import annotations

from collections.abc import Sequence

from panel.core.domain import Decision, Finding, Leaning
from panel.judgement.consistency.leaning import lean, weighed
from panel.judgement.consistency.votes import votes
from panel.judgement.prose import one_line

_AGREES: dict[Decision, Leaning] = {"ship": "for", "skip": "against"}
_OPPOSITE: dict[Leaning, Leaning] = {"for": "against", "against": "for"}
_QUOTED = 160


def contradiction(decision: Decision, findings: Sequence[Finding], paragraph: str) -> str | None:
    """What in a verdict contradicts its decision, in sentences to be shown to the reviewer; None if nothing.

    Three things do: findings that lead the other way, a paragraph that says the opposite in words, and a
    paragraph that says both ("skip as a business, ship as infrastructure for others").
    """
    found = [_of_findings(decision, findings), _of_words(decision, paragraph)]
    return " ".join(reason for reason in found if reason) or None


def _of_findings(decision: Decision, findings: Sequence[Finding]) -> str | None:
    leaning = lean(findings)
    if leaning in {"neutral", _AGREES[decision]}:
        return None
    named = ", ".join(f"{f.move} ({f.weight})" for f in findings if f.leans == leaning)
    own, other = weighed(findings, leaning), weighed(findings, _OPPOSITE[leaning])
    return (
        f"The decision is {decision}, but the findings lean {leaning} the tool by {own} to {other}: {named}."
    )


def _of_words(decision: Decision, paragraph: str) -> str | None:
    said = [vote for vote in votes(paragraph) if vote.scope != "conditional"]
    if len({vote.decision for vote in said}) > 1:
        sides = {vote.decision: vote.sentence for vote in reversed(said)}
        quoted = " and ".join(f"“{one_line(text, _QUOTED)}”" for text in dict.fromkeys(sides.values()))
        return (
            f"The paragraph says both ship and skip ({quoted}), and the decision is {decision}: say which of "
            "the two counts for the reader the tool is made for."
        )
    for vote in said:
        # A word for some readers only ("without a GPU, skip it") leaves the others their decision.
        if vote.decision != decision and vote.scope != "audience":
            return (
                f"The decision is {decision}, but the paragraph says {vote.decision}: "
                f"“{one_line(vote.sentence, _QUOTED)}”."
            )
    return None
