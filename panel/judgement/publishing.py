"""What keeps a review from being published, in sentences; nothing is decided here but what the rules say."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from panel.core.choices import ChairChoice
from panel.core.domain import OFFLINE_MODEL, Seating, Verdict
from panel.core.naming import reviewer_name, sitting_several_times
from panel.core.outcomes import Comparison, Review, RunIssue, Side
from panel.judgement.overriding import open_contests, open_contests_shown
from panel.judgement.price_decisions import open_conflicts

#: How a reason begins that only `--strict` makes one.
UNSUPPORTED = "unsupported"
#: What an editor can let through. A price that is not settled is settled with `panel price`.
LENIENT = ("offline", "contested", "no quorum", "stale", UNSUPPORTED)
_OFFLINE_PAIR = "offline: no model was asked for some of the seats"


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


def against_pair(comparison: Comparison) -> list[RunIssue]:
    """Why a comparison must not be published as it is, each reason with the tool it is about, or the pair.

    A dossier that has changed since is no reason here: the page says so.
    """
    issues = []
    for side, seats in shown_on(comparison):
        panel, slug, several = side.panel, side.tool.slug, sitting_several_times(side.seating)
        reasons = []
        if panel.percent is None:
            count = f"{panel.counted} of {panel.seated} reviews, {panel.quorum} needed"
            reasons.append(f"no quorum: {slug}: {count}")
        reasons += [
            f"contested: {slug}: {reviewer_name(each, several)}: {each.contest}"
            for each in open_contests_shown(side, seats)
        ]
        reasons += [f"price: {slug}: {each}" for each in open_conflicts(side.entry)]
        if OFFLINE_MODEL in {seat.model for seat in side.seating}:
            reasons.append(_OFFLINE_PAIR)
        issues += [RunIssue(tool=slug, what=reason) for reason in reasons]
    if OFFLINE_MODEL in {chair.model for chair in comparison.pick.choices}:
        issues.append(RunIssue(tool=_name(comparison), what=_OFFLINE_PAIR))
    lost = unsupported_in(comparison)
    return issues + [each.model_copy(update={"what": f"{each.what} ({each.tool})"}) for each in lost]


def kind_of(reason: str) -> str:
    """What speaks against publishing, in a word or two: `contested`, `no quorum`, `price`."""
    return reason.partition(":")[0]


def shown_on(comparison: Comparison) -> tuple[tuple[Side, list[Verdict]], ...]:
    """Both sides of a comparison, each with the verdicts that are shown of it."""
    rows = comparison.scorecard
    sides = (comparison.a, [row.a for row in rows]), (comparison.b, [row.b for row in rows])
    return tuple((side, [seat for seat in seats if seat is not None]) for side, seats in sides)


def is_unsupported(issue: RunIssue) -> bool:
    """Whether an issue is one of those that `unsupported` and `unsupported_in` find."""
    return kind_of(issue.what) == UNSUPPORTED


def unsupported(review: Review) -> list[RunIssue]:
    """What nothing supports: claims the dossier does not have, quotations not found, invented experience.

    Each says of whom it is; of a persona that sits with several models, of which.
    """
    return _of_seats(review.tool.slug, review.verdicts, review.seating)


def unsupported_in(comparison: Comparison) -> list[RunIssue]:
    """The same of the verdicts that a comparison shows, and of its choices."""
    a, b = comparison.a, comparison.b
    of_tools = [
        issue
        for side, verdicts in shown_on(comparison)
        for issue in _of_seats(side.tool.slug, verdicts, side.seating)
    ]
    pair = _name(comparison)
    several = sitting_several_times([*a.seating, *b.seating])
    return [*of_tools, *(each for chair in comparison.pick.choices for each in _chosen(pair, chair, several))]


def _name(comparison: Comparison) -> str:
    return f"{comparison.a.tool.slug}-vs-{comparison.b.tool.slug}"


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
