"""Who sits: the core always, one fourth chair by rule or by word of the editor, each with its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from panel.core.domain import OFFLINE_MODEL, Persona, Seat, Tool
from panel.core.errors import InputError
from panel.reviewers.personas import named

#: The order in which a panel is shown; core personas of a workspace's own come after these.
_ORDER = ("builder", "skeptic", "futurist")


@dataclass(frozen=True)
class Speaker:
    """The provider and model that speak for a seat unless its persona names another model.

    `providers` are the names a persona's `model: provider:model` may begin with. With `over_personas` they
    speak also where the persona names one.
    """

    provider: str
    model: str
    providers: frozenset[str] = frozenset()
    over_personas: bool = False


def seat_panel(
    tool: Tool,
    personas: Mapping[str, Persona],
    speaker: Speaker,
    *,
    only: Sequence[str] | None = None,
    fourth: str | None = None,
) -> list[Seat]:
    """The panel for one tool, core seats first.

    Args:
        tool: What is judged; its modality and surface choose the fourth chair.
        personas: All personas there are.
        speaker: Provider and model in force.
        only: `--personas`: exactly these sit.
        fourth: `--fourth`: this persona takes the fourth chair.

    Raises:
        InputError: a name that is no persona, a persona named twice, or nobody for the fourth chair.
    """
    if only:
        return _named_panel(personas, speaker, only, fourth)
    core = sorted((p for p in personas.values() if p.chair == "core"), key=_place)
    seats = [_seat(p, speaker, "core: always sits") for p in core]
    chair, because = choose_fourth(tool, personas, fourth)
    if chair.slug in {p.slug for p in core}:
        raise InputError(f"{chair.slug} sits already", field="--fourth")
    return [*seats, _seat(chair, speaker, because)]


def cross(panels: Sequence[Sequence[Seat]]) -> list[Seat]:
    """One panel of several with the same personas and another model each: a persona's seats together."""
    return [seat for seats in zip(*panels, strict=True) for seat in seats]


def choose_fourth(
    tool: Tool, personas: Mapping[str, Persona], fourth: str | None = None
) -> tuple[Persona, str]:
    """The fourth chair for a tool and the reason in words.

    Of the fourth chairs whose conditions match, the one with the lowest rank sits. Conditions are met when
    the tool has one of the words listed; an empty list always matches.

    Raises:
        InputError: `fourth` is no persona, or no fourth chair matches.
    """
    if fourth:
        return named(personas, fourth, field="--fourth"), "named with --fourth"
    chairs = sorted(
        (p for p in personas.values() if p.chair == "fourth" and p.sits_when),
        key=lambda p: (_rank(p), p.slug),
    )
    for persona in chairs:
        reason = _match(persona, tool)
        if reason is not None:
            return persona, reason
    raise InputError(
        f"no fourth chair sits for {tool.name}",
        hint="name one with --fourth PERSONA, or give one persona empty conditions",
    )


def agree_on_fourth(a: Tool, b: Tool, personas: Mapping[str, Persona], fallback: str = "business") -> str:
    """The slug of the fourth chair two tools share in a comparison.

    The one both would get; where the rule seats different chairs, `fallback` for both.
    """
    chosen = {choose_fourth(tool, personas)[0].slug for tool in (a, b)}
    return chosen.pop() if len(chosen) == 1 else named(personas, fallback, field="--fourth").slug


def _named_panel(
    personas: Mapping[str, Persona], speaker: Speaker, only: Sequence[str], fourth: str | None
) -> list[Seat]:
    slugs = [*only, *([fourth] if fourth and fourth not in only else [])]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise InputError(f"{', '.join(twice)} is named twice", field="--personas")
    return [
        _seat(named(personas, slug, field="--personas"), speaker, "named with --personas") for slug in slugs
    ]


def _seat(persona: Persona, speaker: Speaker, because: str) -> Seat:
    seat = Seat(persona=persona, provider=speaker.provider, model=speaker.model, because=because)
    if not persona.model or speaker.over_personas or seat.label == OFFLINE_MODEL:
        return seat
    vendor, _, name = persona.model.partition(":")
    # "anthropic:claude-…" names a provider too; a plain id may hold a colon of its own ("llama3.3:70b").
    chosen = {"provider": vendor, "model": name} if vendor in speaker.providers else {"model": persona.model}
    return seat.model_copy(update=chosen)


def _match(persona: Persona, tool: Tool) -> str | None:
    conditions = persona.sits_when
    assert conditions is not None
    reasons = []
    for name, wanted in (("modality", conditions.modality), ("surface", conditions.surface)):
        if not wanted:
            continue
        met = [word for word in getattr(tool, name) if word.casefold() in {w.casefold() for w in wanted}]
        if not met:
            return None
        reasons.append(f"{name} {', '.join(met)}")
    if reasons:
        return " and ".join(reasons)
    if tool.modality or tool.surface:
        return "neither modality nor surface calls for another chair"
    return "the dossier names no modality or surface that would call for another chair"


def _rank(persona: Persona) -> int:
    assert persona.sits_when is not None
    return persona.sits_when.rank


def _place(persona: Persona) -> tuple[int, str]:
    return (_ORDER.index(persona.slug) if persona.slug in _ORDER else len(_ORDER), persona.slug)
