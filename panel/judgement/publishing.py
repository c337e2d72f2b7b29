"""What keeps a review from being published, in sentences; nothing is decided here but what the rules say."""

from __future__ import annotations

from collections.abc import Iterable

from panel.core.choices import ChairChoice
from panel.core.domain import OFFLINE_MODEL, Verdict
from panel.core.outcomes import Comparison, Review, Side
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
    reasons += [f"contested: {each.name}: {each.contest}" for each in open_contests(review)]
    silent = [seat.name for seat in review.seating if seat.model == OFFLINE_MODEL]
    if silent and not allow_offline:
        reasons.append(f"offline: no model was asked for {', '.join(silent)}")
    reasons += [f"price: {each}" for each in open_conflicts(review.entry)]
    if dossier not in {None, review.dossier.id}:
        reasons.append("stale: the dossier has changed since this review")
    return [*reasons, *(unsupported(review.verdicts) if strict else ())]


def publishable_pair(comparison: Comparison) -> list[str]:
    """The same of a comparison, for what it shows of either tool; each reason names the tool it is about.

    A dossier that has changed since is no reason here: the page says so.
    """
    reasons = []
    for side, seats in shown_on(comparison):
        panel, slug = side.panel, side.tool.slug
        if panel.percent is None:
            count = f"{panel.counted} of {panel.seated} reviews, {panel.quorum} needed"
            reasons.append(f"no quorum: {slug}: {count}")
        contested = (each for each in seats if each.contested and side.override_of(each) is None)
        reasons += [f"contested: {slug}: {each.name}: {each.contest}" for each in contested]
        reasons += [f"price: {slug}: {each}" for each in open_conflicts(side.entry)]
    if comparison.offline:
        reasons.append("offline: no model was asked for some of the seats")
    of_claims = (each.partition(": ") for each in unsupported_in(comparison))
    return reasons + [
        f"{UNSUPPORTED}: {who}: {what.removeprefix(UNSUPPORTED + ': ')}" for who, _, what in of_claims
    ]


def kind_of(reason: str) -> str:
    """What speaks against publishing, in a word or two: `contested`, `no quorum`, `price`."""
    return reason.partition(":")[0]


def shown_on(comparison: Comparison) -> tuple[tuple[Side, list[Verdict]], ...]:
    """Both sides of a comparison, each with the verdicts that are shown of it."""
    rows = comparison.scorecard
    sides = (comparison.a, [row.a for row in rows]), (comparison.b, [row.b for row in rows])
    return tuple((side, [seat for seat in seats if seat is not None]) for side, seats in sides)


def unsupported(verdicts: Iterable[Verdict]) -> list[str]:
    """What nothing supports: claims the dossier does not have, quotations not found, invented experience."""
    return [reason for verdict in verdicts for reason in _unsupported(verdict)]


def unsupported_in(comparison: Comparison) -> tuple[str, ...]:
    """The same of the verdicts that a comparison shows, each after its tool's slug, and of its choices."""
    of_tools = [
        f"{side.tool.slug}: {reason}"
        for side, verdicts in shown_on(comparison)
        for reason in unsupported(verdicts)
    ]
    pair = f"{comparison.a.tool.slug}-vs-{comparison.b.tool.slug}"
    return (*of_tools, *(f"{pair}: {each}" for chair in comparison.pick.choices for each in _chosen(chair)))


def _chosen(chair: ChairChoice) -> list[str]:
    """What nothing supports of why a chair chose as it did, in either order."""
    claims = dict.fromkeys(claim for answer in chair.answers for claim in answer.unsupported)
    tried = [flag for answer in chair.answers for flag in answer.flags if flag.kind == "hands_on"]
    reasons = [f"in neither dossier: {', '.join(f'“{claim}”' for claim in claims)}"] if claims else []
    reasons += dict.fromkeys(f"speaks as if it had used a tool: {flag.text}" for flag in tried)
    return [f"{UNSUPPORTED}: {chair.name} chooses: {reason}" for reason in reasons]


def _unsupported(verdict: Verdict) -> list[str]:
    claims = dict.fromkeys(claim.text for claim in verdict.grounding.unsupported)
    lost = dict.fromkeys(e.quote for finding in verdict.findings for e in finding.evidence if not e.found)
    reasons = [f"not in the dossier: {', '.join(f'“{claim}”' for claim in claims)}"] if claims else []
    reasons += [f"no such quotation: “{quote}”" for quote in lost]
    reasons += [f"speaks as if it had used the tool: {f.text}" for f in verdict.flags if f.kind == "hands_on"]
    return [f"{UNSUPPORTED}: {verdict.name}: {reason}" for reason in reasons]
