"""How a pick was made, and who chose what in a head-to-head, in plain words; the same in every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from panel.core.choices import ChairChoice, Chosen, OrderedChoice
from panel.core.domain import OFFLINE_MODEL
from panel.core.outcomes import Comparison, Pick
from panel.publish import wording

TITLE = "Who chose what"
LEAD = (
    "Each reviewer was shown both dossiers and none of the verdicts, and asked which tool to use, "
    "once with either tool first. A choice that changes with the order counts for nobody."
)
LEAD_OFFLINE = (
    "No model was asked to choose: for each reviewer the offline reader counted signal words "
    "in both dossiers, once in each order."
)


@dataclass(frozen=True)
class Said:
    """What a reviewer gave as the reason for one choice: the lead, the words, and what to know of them."""

    lead: str
    words: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class ContestSeat:
    """One chair of a head-to-head.

    Attributes:
        reviewer: Who.
        first_order: What it chose with the first tool shown first.
        second_order: What it chose with the second tool shown first.
        counts: What that counts for.
        said: Its reasons: one where the choice counts, else one for each order that was answered.
        absences: Why an order was not answered, a sentence each.
        model: Who spoke.
    """

    reviewer: str
    first_order: str
    second_order: str
    counts: str
    said: tuple[Said, ...]
    absences: tuple[str, ...]
    model: str


@dataclass(frozen=True)
class Camp:
    """The reviewers of a head-to-head that came to the same.

    Attributes:
        key: `a` or `b` for a tool, `none` for those that chose neither of the two.
        label: What they chose, in words.
        names: Who.
    """

    key: str
    label: str
    names: tuple[str, ...]


def camps(comparison: Comparison) -> tuple[Camp, ...]:
    """Who chose what in a head-to-head, the tools first; nothing where nobody was asked to choose."""
    label_a, label_b = wording.labels(comparison)
    found: dict[str, list[str]] = {label_a: [], label_b: []}
    for chair in comparison.pick.choices:
        found.setdefault(_counts(chair, label_a, label_b), []).append(chair.name)
    keys = {label_a: "a", label_b: "b"}
    return tuple(
        Camp(keys.get(label, "none"), label, tuple(names)) for label, names in found.items() if names
    )


def how(pick: Pick) -> str:
    """How the pick was made, in one sentence."""
    if pick.how == "findings":
        return "Picked by rule from what the reviewers found on each tool; nobody was asked to choose."
    if any(chair.model == OFFLINE_MODEL for chair in pick.choices):
        return "Picked head-to-head by the offline reader, which counts signal words: no model was asked."
    chairs = f"{len(pick.choices)} chairs" if len(pick.choices) > 1 else "1 chair"
    return f"Picked head-to-head: {chairs} chose from the two dossiers, in both orders, without the verdicts."


def lead(comparison: Comparison) -> str:
    """What was asked."""
    offline = any(chair.model == OFFLINE_MODEL for chair in comparison.pick.choices)
    return LEAD_OFFLINE if offline else LEAD


def contest(comparison: Comparison) -> tuple[ContestSeat, ...]:
    """All chairs of a head-to-head in the order of the record; none where nobody was asked to choose."""
    return tuple(_seat(chair, comparison) for chair in comparison.pick.choices)


def speakers(chosen: Sequence[ContestSeat]) -> str:
    """Which models chose."""
    return f"Model: {', '.join(dict.fromkeys(seat.model for seat in chosen))}"


def _seat(chair: ChairChoice, comparison: Comparison) -> ContestSeat:
    label_a, label_b = wording.labels(comparison)
    answers = chair.answers
    if chair.counts:
        # A tool's case is heard from the order in which it stood second, where nothing favours it.
        answers = tuple(each for each in answers if (each.first == "a") != (chair.choice == "a"))
    return ContestSeat(
        reviewer=chair.name,
        first_order=_chosen(chair.first_order, label_a, label_b),
        second_order=_chosen(chair.second_order, label_a, label_b),
        counts=_counts(chair, label_a, label_b),
        said=tuple(_said(each, chair, label_a, label_b) for each in answers),
        absences=tuple(wording.failure(each) for each in chair.failures),
        model=wording.model(chair.model),
    )


def _counts(chair: ChairChoice, label_a: str, label_b: str) -> str:
    if chair.counts:
        return _chosen(chair.choice, label_a, label_b)
    return "For nobody: it changed with the order" if chair.flipped else "No vote"


def _chosen(choice: Chosen | None, label_a: str, label_b: str) -> str:
    words: dict[Chosen | None, str] = {
        "a": label_a,
        "b": label_b,
        "depends": "It depends",
        "neither": "Neither is stronger",
        None: "No choice",
    }
    return words[choice]


def _said(answer: OrderedChoice, chair: ChairChoice, label_a: str, label_b: str) -> Said:
    lead = _chosen(answer.choice, label_a, label_b)
    if not chair.counts:
        lead = f"{lead}, with {label_a if answer.first == 'a' else label_b} first"
    unsupported = [f"In neither dossier: “{text}”" for text in answer.unsupported]
    flags = [f"{wording.flag(flag.kind)}: {flag.text}" for flag in answer.flags]
    return Said(lead=lead, words=answer.because, remarks=(*unsupported, *flags))
