"""How tools and editors are called in sentences."""

from __future__ import annotations

from panel.core.domain import ENTRY_LABELS, Failure, Verdict
from panel.core.outcomes import Disagreement, Entry, Override, PriceDecision, Side


def labels(a: Side, b: Side) -> tuple[str, str]:
    """The two tools' names, told apart by slug where they are the same."""
    if a.tool.name.strip().casefold() != b.tool.name.strip().casefold():
        return a.tool.name.strip() or a.tool.slug, b.tool.name.strip() or b.tool.slug
    return f"{a.tool.name} ({a.tool.slug})", f"{b.tool.name} ({b.tool.slug})"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def editors_decision(override: Override, seat: Verdict | Failure | None) -> str:
    """An override as what it is: who decided what and why, and what the reviewer had said."""
    said = "given no verdict"
    if isinstance(seat, Verdict):
        said = f"said {seat.decision}{', contested' if seat.contested else ''}"
    reason = override.reason.rstrip(". ")
    return f"Editor {override.author}: {override.decision}, because {reason}; the reviewer had {said}"


def editors_price(entry: Entry) -> str:
    """An entry price that an editor decided: what, who and why, and what the rule had said."""
    if entry.decided is None:
        return entry.label
    rule = ENTRY_LABELS[entry.by_rule] if entry.by_rule else ENTRY_LABELS["unknown"]
    return f"{entry.label}, {decided_price(entry.decided)}; the rule had said {rule.lower()}"


def decided_price(decision: PriceDecision) -> str:
    """Who decided an entry price, and why."""
    return f"decided by editor {decision.author}, because {decision.reason.rstrip('. ')}"


def in_words(disagreement: Disagreement) -> str:
    """A disagreement in one line: on what, and what each side says."""
    sides = [f"{each.name} says “{each.says}”" for each in (*disagreement.affirm, *disagreement.deny)]
    return f"seats disagree on {disagreement.about}: {', '.join(sides)}"
