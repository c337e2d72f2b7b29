"""What a chair chose when it was asked for one of two tools, once in each order: part of a comparison."""

from __future__ import annotations

from typing import Literal

from panel.core.domain import Chair, Failure, Flag, Value

#: What one chair can say to "which one?"; `neither` means that neither is the stronger.
Chosen = Literal["a", "b", "depends", "neither"]


class OrderedChoice(Value):
    """What one chair chose from the two dossiers in one order; `first` is the tool that was shown first.

    `unsupported` are checkable pieces of what it says that neither dossier holds. `call`, `calls` and
    `cost_usd` are as in a verdict.
    """

    first: Literal["a", "b"]
    choice: Chosen
    because: str
    for_a: str
    for_b: str
    a_if: tuple[str, ...] = ()
    b_if: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    call: str
    calls: tuple[str, ...]
    served_model: str | None = None
    cost_usd: float | None = None


class ChairChoice(Value):
    """One chair in a head-to-head: its choice with a shown first, with b shown first, and whether it counts.

    It counts if both orders were answered and the choice is the same. `failures` say why an order was not
    answered; that is no choice.
    """

    persona: str
    name: str
    chair: Chair
    model: str
    first_order: Chosen | None
    second_order: Chosen | None
    counts: bool
    answers: tuple[OrderedChoice, ...] = ()
    failures: tuple[Failure, ...] = ()
    persona_sha: str
    prompt_sha: str

    @property
    def choice(self) -> Chosen | None:
        """What it counts for; None if for nobody."""
        return self.first_order if self.counts else None

    @property
    def flipped(self) -> bool:
        """Whether both orders were answered and the choice changed with the order."""
        answered = self.first_order is not None and self.second_order is not None
        return answered and self.first_order != self.second_order

    @property
    def follows(self) -> Literal["first", "second"] | None:
        """The place whose tool was chosen both times, whichever stood there; None where that is not so."""
        if (self.first_order, self.second_order) == ("a", "b"):
            return "first"
        return "second" if (self.first_order, self.second_order) == ("b", "a") else None
