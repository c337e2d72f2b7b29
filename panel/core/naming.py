"""How tools, seats and editors are called in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from panel.core.domain import ENTRY_LABELS, Failure, Samples, Seating, Verdict
from panel.core.outcomes import Disagreement, Entry, Override, PriceDecision, Side

AnySeat = Verdict | Failure | Seating


def labels(a: Side, b: Side) -> tuple[str, str]:
    """The two tools' names, told apart by slug where they are the same."""
    first, second = told_apart([(a.tool.name, a.tool.slug), (b.tool.name, b.tool.slug)])
    return first, second


def told_apart(tools: Sequence[tuple[str, str]]) -> list[str]:
    """What tools are called, by their names and slugs: those that share a name by their slugs, too."""
    names = [name.strip() or slug for name, slug in tools]
    times = Counter(name.casefold() for name in names)
    return [
        f"{name} ({slug})" if times[name.casefold()] > 1 else name
        for name, (_, slug) in zip(names, tools, strict=True)
    ]


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def sitting_several_times(seats: Iterable[AnySeat]) -> frozenset[str]:
    """The personas with more than one seat, each with another model."""
    models = {(seat.persona, seat.model) for seat in seats}
    return frozenset(persona for persona, times in Counter(p for p, _ in models).items() if times > 1)


def seat_name(seat: AnySeat, several: Collection[str]) -> str:
    """What a seat is called in commands and logs: `builder`, or `builder@openai:gpt-…` if it is not alone.

    Args:
        seat: Which.
        several: The personas with more than one seat (`sitting_several_times`).
    """
    return f"{seat.persona}@{seat.model}" if seat.persona in several else seat.persona


def reviewer_name(seat: AnySeat, several: Collection[str]) -> str:
    """What a reviewer is called in sentences: `Builder`, or `Builder (openai:gpt-…)` if not alone."""
    return f"{seat.name} ({seat.model})" if seat.persona in several else seat.name


def who_sat(seating: Iterable[Seating]) -> dict[str, list[str]]:
    """By model, the names of the reviewers it spoke for, each once."""
    found: dict[str, dict[str, None]] = {}
    for seat in seating:
        found.setdefault(seat.model, {})[seat.name] = None
    return {model: list(names) for model, names in found.items()}


def in_samples(samples: Samples) -> str:
    """What became of a seat that was asked several times: `4 of 5 samples say ship`.

    Votes are counted of those samples that gave one; the others are named.
    """
    votes = samples.ship + samples.skip
    most = "skip" if samples.skip > samples.ship else "ship"
    said = f"{max(samples.ship, samples.skip)} of {votes} samples say {most}"
    if samples.ship == samples.skip:
        said += f", {samples.skip} skip"
    if not votes:
        said = f"none of {samples.asked} samples votes"
    missing = [
        f"{count} {what}"
        for count, what in ((samples.contested, "contested"), (samples.failed, "without a verdict"))
        if count
    ]
    flips = "" if samples.flip_rate is None else f"; flip rate {100 * samples.flip_rate:.0f} %"
    return f"{said}{''.join(f', {each}' for each in missing)}{flips}"


def family_warning(family: str) -> str:
    """What is said of a panel whose models are all of one family."""
    return (
        f"All seats share one family of models ({family}): what it gets wrong, no vote of this panel shows."
    )


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
