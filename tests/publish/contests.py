"""A comparison that was picked head-to-head, with every ending a chair can have."""

from __future__ import annotations

from panel.core.choices import ChairChoice, OrderedChoice
from panel.core.domain import OFFLINE_MODEL, Failure, Flag, Persona, Seat
from panel.core.outcomes import Comparison
from panel.judgement.comparison import chair_choice, pick_of_choices
from tests.publish import samples
from tests.publish.parts import NAMES, SHA, SONNET

_MOVES = ({"key": "primitive", "ask": "What is it?"},)


def _answer(first: str, choice: str, because: str, **more: object) -> OrderedChoice:
    return OrderedChoice.model_validate(
        {
            "first": first, "choice": choice, "because": because, "for_a": "It waits for nobody.",
            "for_b": "It runs at home.", "a_if": ("If the chores can wait for a branch.",),
            "b_if": ("code may not leave machines of your own",), "call": SHA, "calls": (SHA,),
            "served_model": "claude-sonnet-5", "cost_usd": 0.011, **more,
        }
    )  # fmt: skip


def _chair(slug: str, *asked: OrderedChoice | Failure, model: str = SONNET) -> ChairChoice:
    persona = Persona.model_validate(
        {
            "slug": slug, "name": NAMES[slug], "motto": "M.", "moves": _MOVES, "body": "b", "sha": SHA,
            "chair": "fourth" if slug == "business" else "core", "file": f"personas/{slug}.md",
        }
    )  # fmt: skip
    provider, _, name = model.partition(":")
    return chair_choice(Seat(persona=persona, provider=provider, model=name, because=""), asked, SHA)


def _refused(slug: str) -> Failure:
    return Failure(
        persona=slug, name=NAMES[slug], chair="core", model=SONNET, stage="reply", kind="refusal",
        message="the model refused to answer",
    )  # fmt: skip


def picked(*choices: ChairChoice) -> Comparison:
    """The plain comparison, picked by these."""
    plain = samples.plain()
    return plain.model_copy(update={"pick": pick_of_choices(plain.a, plain.b, choices)})


def contest() -> Comparison:
    """One chair for each tool, one that goes by the order, one that was silent in one order."""
    return picked(
        _chair(
            "builder",
            _answer(
                "a", "b", "I ran Quarry Coder 2, and it saves 37 hours a month.",
                flags=(Flag(kind="hands_on", text="“I ran Quarry Coder 2”"),), unsupported=("37 hours",),
            ),
            _answer("b", "b", "Quarry Coder 2 can be kept."),
        ),
        _chair(
            "skeptic",
            _answer("a", "a", "Lantern Agent names its limits."),
            _answer("b", "b", "Quarry Coder 2 names its limits."),
        ),
        _chair("futurist", _answer("a", "a", "Chores are the first to go."), _refused("futurist")),
        _chair("business", *[_answer(first, "depends", "It turns on who pays.") for first in "ab"]),
    )  # fmt: skip


def settled() -> Comparison:
    """Four chairs of one mind."""
    return picked(*[
        _chair(slug, *[_answer(first, "b", f"What {name} says with {first} first.") for first in "ab"])
        for slug, name in NAMES.items()
    ])  # fmt: skip


def offline() -> Comparison:
    """The offline reader in all chairs."""
    return picked(*[
        _chair(
            slug, *[_answer(first, "a", "No model was asked.") for first in "ab"], model=OFFLINE_MODEL
        )
        for slug in NAMES
    ])  # fmt: skip
