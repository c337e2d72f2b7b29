"""Which tool to use by what the chairs chose head-to-head, and what makes one chair's choice count."""

from __future__ import annotations

from collections.abc import Sequence

from panel.core.choices import ChairChoice, Chosen, OrderedChoice
from panel.core.domain import Choice, Failure, Seat
from panel.core.naming import labels, listed
from panel.core.outcomes import Pick, Side
from panel.judgement.aggregate import quorum
from panel.judgement.comparison.preferences import LEAST_LEAD, SideName
from panel.judgement.prose import one_line

_QUOTED = 300
_OTHER: dict[SideName, SideName] = {"a": "b", "b": "a"}


def chair_choice(seat: Seat, asked: Sequence[OrderedChoice | Failure], prompt_sha: str) -> ChairChoice:
    """What one chair's answers come to: a choice counts if both orders were answered, and alike.

    Args:
        seat: Who was asked.
        asked: What came of each order, in any order.
        prompt_sha: The hash of the templates it was asked with.
    """
    answers = {each.first: each for each in asked if isinstance(each, OrderedChoice)}
    first, second = (answers[side].choice if side in answers else None for side in ("a", "b"))
    persona = seat.persona
    return ChairChoice(
        persona=persona.slug,
        name=persona.name,
        chair=persona.chair,
        model=seat.label,
        first_order=first,
        second_order=second,
        counts=first is not None and first == second,
        answers=tuple(answers[side] for side in ("a", "b") if side in answers),
        failures=tuple(each for each in asked if isinstance(each, Failure)),
        persona_sha=persona.sha,
        prompt_sha=prompt_sha,
    )


def pick_of_choices(a: Side, b: Side, choices: Sequence[ChairChoice]) -> Pick:
    """The answer to "which one should I use?" by what the chairs chose; who chose what is in it.

    `stable` says whether the answer survives leaving out any one chair whose choice counts.

    Args:
        a: The first side.
        b: The second.
        choices: All chairs that were asked.
    """
    named: dict[SideName, str] = dict(zip(("a", "b"), labels(a, b), strict=True))
    counted = [chair for chair in choices if chair.counts]
    needed = max(quorum(len(choices)), 1)
    enough = len(counted) >= needed
    choice = settle(counted) if enough else "too_close"
    gap = f"Only {len(counted)} of {len(choices)} chairs chose alike in both orders; {needed} are needed."
    depends = choice == "depends"
    return Pick(
        choice=choice,
        stable=enough and _is_stable(counted),
        because=(
            *who_chose(choices, named),
            *(() if enough else (gap,)),
            *(_reason(counted, choice) if choice == "a" or choice == "b" else ()),  # noqa: PLR1714 (for the type)
        ),
        a_if=_cases(counted, "a") if depends else (),
        b_if=_cases(counted, "b") if depends else (),
        how="head_to_head",
        choices=tuple(choices),
    )


def settle(counted: Sequence[ChairChoice]) -> Choice:
    """What choices that count come to.

    A tool that more than half of them choose, and two more than the other; else too close if more than half
    see neither as the stronger; else it depends if they name a case for each tool; else it is too close.
    """
    of_all = [chair.choice for chair in counted]
    for_a, for_b, neither = (of_all.count(each) for each in ("a", "b", "neither"))
    if abs(for_a - for_b) >= LEAST_LEAD and 2 * max(for_a, for_b) > len(of_all):
        return "a" if for_a > for_b else "b"
    if 2 * neither <= len(of_all) and _cases(counted, "a") and _cases(counted, "b"):
        return "depends"
    return "too_close"


def _is_stable(counted: Sequence[ChairChoice]) -> bool:
    choice = settle(counted)
    return all(settle([*counted[:n], *counted[n + 1 :]]) == choice for n in range(len(counted)))


# ---------------------------------------------------------------- in words


def who_chose(choices: Sequence[ChairChoice], named: dict[SideName, str]) -> list[str]:
    """Which chairs chose what, whose choice changed with the order, and who did not choose."""

    def who(wanted: Chosen) -> list[str]:
        return [chair.name for chair in choices if chair.choice == wanted]

    parts = [
        _with_verb(who("a"), "chooses", "choose", named["a"]),
        _with_verb(who("b"), "chooses", "choose", named["b"]),
        _with_verb(who("depends"), "says", "say", "that it depends"),
        _with_verb(who("neither"), "finds", "find", "neither the stronger"),
    ]
    said = "; ".join(part for part in parts if part)
    flips = [f"{chair.name} ({_flip(chair, named)})" for chair in choices if chair.flipped]
    silent = [
        f"{chair.name} ({', '.join(dict.fromkeys(each.kind for each in chair.failures)) or 'not asked'})"
        for chair in choices
        if not chair.counts and not chair.flipped
    ]
    sentences = [f"{said}."] if said else []
    if flips:
        sentences.append(f"Changed with the order, so it counts for nobody: {listed(flips)}.")
    if silent:
        sentences.append(f"No choice, which is no vote: {listed(silent)}.")
    return sentences


def _flip(chair: ChairChoice, named: dict[SideName, str]) -> str:
    if chair.follows:
        return f"took whichever stood {chair.follows}"
    words = {"a": named["a"], "b": named["b"], "depends": "“it depends”", "neither": "neither"}
    said = [words[each] for each in (chair.first_order, chair.second_order) if each is not None]
    return f"{said[0]} with {named['a']} first, {said[1]} with {named['b']} first"


def _with_verb(names: list[str], one: str, many: str, what: str) -> str:
    return f"{listed(names)} {one if len(names) == 1 else many} {what}" if names else ""


def _reason(counted: Sequence[ChairChoice], choice: SideName) -> tuple[str, ...]:
    """Why, in the words of the first chair that chose it: from the order in which the tool stood second."""
    chair = next(chair for chair in counted if chair.choice == choice)
    says = one_line(_answer(chair, _OTHER[choice]).because, _QUOTED)
    return (f"{chair.name}: {says if says.startswith('“') else f'“{says}”'}",)


def _cases(counted: Sequence[ChairChoice], side: SideName) -> tuple[str, ...]:
    """When to use a tool, to be read after "if": the first case of each chair that chose it or "depends".

    They are taken from the order in which the tool stood first, or from the other where that names none.
    """
    found: dict[str, str] = {}
    for chair in counted:
        if chair.choice not in {side, "depends"}:
            continue
        said = [case for first in (side, _OTHER[side]) for case in _named(_answer(chair, first), side)]
        if said:
            found.setdefault(said[0].casefold(), f"{said[0]} ({chair.name})")
    return tuple(found.values())


def _named(answer: OrderedChoice, side: SideName) -> list[str]:
    cases = answer.a_if if side == "a" else answer.b_if
    return [clause for case in cases if (clause := _clause(case))]


def _clause(case: str) -> str:
    """A case so that it can stand after "if"."""
    text = one_line(case, _QUOTED).rstrip(". ")
    return text[3:].lstrip() if text[:3].casefold() == "if " else text


def _answer(chair: ChairChoice, first: SideName) -> OrderedChoice:
    return next(answer for answer in chair.answers if answer.first == first)
