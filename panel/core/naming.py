"""How tools and editors are called in sentences."""

from __future__ import annotations

from panel.core.domain import Failure, Verdict
from panel.core.outcomes import Override, Side


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
