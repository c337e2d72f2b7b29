"""What keeps a review from being published, in sentences; nothing is decided here but what the rules say."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from panel.core.choices import ChairChoice
from panel.core.domain import OFFLINE_MODEL, Seating, Verdict
from panel.core.naming import reviewer_name, sitting_several_times
from panel.core.outcomes import Comparison, Review, RunIssue
from panel.judgement.overriding import open_contests
from panel.judgement.price_decisions import open_conflicts

#: How a reason begins that only `--strict` makes one.
UNSUPPORTED = "unsupported"


def publishable(
    review: Review, *, strict: bool, dossier: str | None = None, allow_offline: bool = False
) -> list[str]:
    """Why a review must not be published as it is; empty if it may.

    Args:
        review: The review.
        strict: Whether what nothing supports keeps it back, too.
        dossier: The id of the tool's dossier as it is now; None if that is not known.
        allow_offline: Whether seats that no model spoke for are let through.
    """
    reasons = []
    if review.status == "no_quorum":
        panel = review.panel
        reasons.append(f"no quorum: {panel.counted} of {panel.seated} reviews, {panel.quorum} needed")
    several = sitting_several_times(review.seating)
    reasons += [
        f"contested: {reviewer_name(each, several)}: {each.contest}" for each in open_contests(review)
    ]
    silent = [reviewer_name(seat, several) for seat in review.seating if seat.model == OFFLINE_MODEL]
    if silent and not allow_offline:
        reasons.append(f"offline: no model was asked for {', '.join(silent)}")
    reasons += [f"price: {each}" for each in open_conflicts(review.entry)]
    if dossier not in {None, review.dossier.id}:
        reasons.append("stale: the dossier has changed since this review")
    return [*reasons, *(each.what for each in (unsupported(review) if strict else ()))]


def unsupported(review: Review) -> list[RunIssue]:
    """What nothing supports: claims the dossier does not have, quotations not found, invented experience.

    Each says of whom it is; of a persona that sits with several models, of which.
    """
    return _of_seats(review.tool.slug, review.verdicts, review.seating)


def unsupported_in(comparison: Comparison) -> list[RunIssue]:
    """The same of the verdicts that a comparison shows, and of its choices."""
    a, b, rows = comparison.a, comparison.b, comparison.scorecard
    shown = (a, [row.a for row in rows]), (b, [row.b for row in rows])
    of_tools = [
        issue
        for side, verdicts in shown
        for issue in _of_seats(side.tool.slug, [each for each in verdicts if each is not None], side.seating)
    ]
    pair = f"{a.tool.slug}-vs-{b.tool.slug}"
    several = sitting_several_times([*a.seating, *b.seating])
    return [*of_tools, *(each for chair in comparison.pick.choices for each in _chosen(pair, chair, several))]


def _of_seats(slug: str, verdicts: Sequence[Verdict], seating: Sequence[Seating]) -> list[RunIssue]:
    several = sitting_several_times([*verdicts, *seating])
    return [
        RunIssue(
            tool=slug,
            persona=verdict.persona,
            model=verdict.model if verdict.persona in several else None,
            what=f"{UNSUPPORTED}: {reviewer_name(verdict, several)}: {reason}",
        )
        for verdict in verdicts
        for reason in _unsupported(verdict)
    ]


def _chosen(pair: str, chair: ChairChoice, several: Collection[str]) -> list[RunIssue]:
    """What nothing supports of why a chair chose as it did, in either order."""
    claims = dict.fromkeys(claim for answer in chair.answers for claim in answer.unsupported)
    tried = [flag for answer in chair.answers for flag in answer.flags if flag.kind == "hands_on"]
    reasons = [f"in neither dossier: {', '.join(f'“{claim}”' for claim in claims)}"] if claims else []
    reasons += dict.fromkeys(f"speaks as if it had used a tool: {flag.text}" for flag in tried)
    model = chair.model if chair.persona in several else None
    return [
        RunIssue(
            tool=pair,
            persona=chair.persona,
            model=model,
            what=f"{UNSUPPORTED}: {chair.name} chooses: {reason}",
        )
        for reason in reasons
    ]


def _unsupported(verdict: Verdict) -> list[str]:
    claims = dict.fromkeys(claim.text for claim in verdict.grounding.unsupported)
    lost = dict.fromkeys(e.quote for finding in verdict.findings for e in finding.evidence if not e.found)
    reasons = [f"not in the dossier: {', '.join(f'“{claim}”' for claim in claims)}"] if claims else []
    reasons += [f"no such quotation: “{quote}”" for quote in lost]
    return reasons + [
        f"speaks as if it had used the tool: {f.text}" for f in verdict.flags if f.kind == "hands_on"
    ]
