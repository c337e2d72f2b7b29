"""All reviews of one tool, one after another, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from panel.core.domain import Decision, Failure, FailureKind, Verdict
from panel.core.outcomes import Override, PriceDecision, Review, Tally
from panel.judgement.overriding import in_force
from panel.judgement.samples import times_asked

#: What a review can rest on that is not as in the one before: the dossier, a persona that left or joined the
#: panel or whose file is another, the prompts, the models that spoke, which of them sat where, and how often
#: each seat was asked.
Cause = Literal["dossier", "left", "joined", "persona", "prompts", "models", "seats", "samples"]

_WORDS: dict[Cause, str] = {
    "dossier": "dossier",
    "left": "without {persona}",
    "joined": "with {persona}",
    "persona": "persona {persona}",
    "prompts": "prompts",
    "models": "model {shift}",
    "seats": "which model sat where",
    "samples": "samples {shift}",
}


@dataclass(frozen=True)
class Change:
    """One thing that a review rests on and that is not as in the review before.

    Attributes:
        cause: What it is.
        persona: Whose seat or file; empty where it is not one persona's.
        before: Which models spoke, or how often each seat was asked; empty for any other cause.
        after: The same, in the review now.
    """

    cause: Cause
    persona: str = ""
    before: str = ""
    after: str = ""

    @property
    def shift(self) -> str:
        """From what to what: `1 → 3`."""
        return f"{self.before} → {self.after}"

    def __str__(self) -> str:
        """In a word or two: `persona skeptic`, `samples 1 → 3`."""
        return _WORDS[self.cause].format(persona=self.persona, shift=self.shift)


@dataclass(frozen=True)
class SeatThen:
    """What a seat said in one review.

    Attributes:
        persona: Whose seat.
        model: Who spoke, or was asked to.
        decision: What the reviewer said; None where there is no verdict.
        contested: Whether the verdict contradicts itself.
        failure: Why there is no verdict.
        override: What an editor decided instead, and is in force.
    """

    persona: str
    model: str
    decision: Decision | None
    contested: bool
    failure: FailureKind | None
    override: Override | None


@dataclass(frozen=True)
class Chapter:
    """One review in the history of a tool.

    Attributes:
        review: Its id.
        run: Its run.
        created: When it was written.
        dossier: The id of the dossier it rests on.
        models: Who spoke, each once.
        panel: The count.
        seats: The seats in their order.
        overrides: All that editors decided of the seats, oldest first.
        entry: The entry price's label.
        price_decisions: All that editors decided of the entry price, oldest first.
        changed: What is not as in the review before; None for the first, empty where nothing differs.
    """

    review: str
    run: str
    created: str
    dossier: str
    models: tuple[str, ...]
    panel: Tally
    seats: tuple[SeatThen, ...]
    overrides: tuple[Override, ...]
    entry: str
    price_decisions: tuple[PriceDecision, ...]
    changed: tuple[Change, ...] | None


class Seated(Protocol):
    """A seat, in whatever form a review is held."""

    @property
    def persona(self) -> str:
        """Whose seat."""

    @property
    def model(self) -> str:
        """Who spoke, or was asked to."""


S = TypeVar("S", bound=Seated)


def same_seat(seat: S, before: Sequence[S], now: Sequence[S]) -> S | None:
    """A seat as it was in the review before; None where it cannot be told which one it was.

    The one of the same model, or of another where the persona sits once in both reviews.

    Args:
        seat: One of `now`.
        before: All seats of the review before.
        now: All seats of its own review.
    """
    mine = [each for each in before if each.persona == seat.persona]
    alike = [each for each in mine if each.model == seat.model]
    alone = len(mine) == 1 and sum(each.persona == seat.persona for each in now) == 1
    return alike[0] if alike else mine[0] if alone else None


def history(oldest_first: Iterable[Review]) -> Iterator[Chapter]:
    """The history of a tool from all its reviews."""
    before: Review | None = None
    for review in oldest_first:
        yield _chapter(review, None if before is None else tuple(_changes(before, review)))
        before = review


def _chapter(review: Review, changed: tuple[Change, ...] | None) -> Chapter:
    seats: list[Verdict | Failure] = [*review.verdicts, *review.failures]
    return Chapter(
        review=review.id,
        run=review.run,
        created=review.created,
        dossier=review.dossier.id,
        models=tuple(dict.fromkeys(seat.model for seat in review.seating)),
        panel=review.panel,
        seats=tuple(_then(seat, review) for seat in seats),
        overrides=review.overrides,
        entry=review.entry.label,
        price_decisions=review.price_decisions,
        changed=changed,
    )


def _then(seat: Verdict | Failure, review: Review) -> SeatThen:
    verdict = seat if isinstance(seat, Verdict) else None
    return SeatThen(
        persona=seat.persona,
        model=seat.model,
        decision=None if verdict is None else verdict.decision,
        contested=verdict is not None and verdict.contested,
        failure=seat.kind if isinstance(seat, Failure) else None,
        override=in_force(seat, review.overrides),
    )


def _changes(before: Review, now: Review) -> Iterator[Change]:
    """What differs of all that a review rests on."""
    if before.dossier.id != now.dossier.id:
        yield Change("dossier")
    sat, sit = _sitting(before), _sitting(now)
    yield from (Change("left", persona) for persona in sat if persona not in sit)
    yield from (Change("joined", persona) for persona in sit if persona not in sat)
    shas = {verdict.persona: verdict.persona_sha for verdict in before.verdicts}
    for verdict in now.verdicts:
        if shas.get(verdict.persona, verdict.persona_sha) != verdict.persona_sha:
            yield Change("persona", verdict.persona)
    prompts = {v.prompt_sha for v in before.verdicts}, {v.prompt_sha for v in now.verdicts}
    if all(prompts) and prompts[0] != prompts[1]:
        yield Change("prompts")
    spoke, speaks = _models(before), _models(now)
    if spoke != speaks:
        yield Change("models", before=" and ".join(spoke), after=" and ".join(speaks))
    elif any(sit[persona] != models for persona, models in sat.items() if persona in sit):
        yield Change("seats")
    if (asked := times_asked(before)) != (asks := times_asked(now)):
        yield Change("samples", before=str(asked), after=str(asks))


def _sitting(review: Review) -> dict[str, set[str]]:
    """The models each persona sat with."""
    found: dict[str, set[str]] = {}
    for seat in review.seating:
        found.setdefault(seat.persona, set()).add(seat.model)
    return found


def _models(review: Review) -> list[str]:
    return sorted({seat.model for seat in review.seating})
