"""How often the same reviewer, asked the same again, decides otherwise."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from panel.core.domain import Verdict
from panel.core.outcomes import Review
from panel.judgement.samples import flip_rate as flip_share


@dataclass
class Asked:
    """The answers to one question: one seat, its persona's file, the prompts, the dossier.

    Attributes:
        chair: Whose.
        ship: Answers that say ship.
        skip: Answers that say skip.
    """

    chair: str
    ship: int = 0
    skip: int = 0

    @property
    def flips(self) -> float:
        """The share of pairs of answers that differ; there are at least two answers."""
        return flip_share(self.ship, self.skip) or 0.0


def flip_rate(questions: Iterable[Asked]) -> float | None:
    """How often two answers to the same question differ: the mean over questions of the share of pairs.

    A seat that says ship with the chance p flips with 2 p (1 - p), so 0.5 is a coin. None where no question
    was asked twice.
    """
    shares = [each.flips for each in questions]
    return sum(shares) / len(shares) if shares else None


@dataclass(frozen=True)
class Answer:
    """One answer of a seat in one review, and enough to know it again.

    Attributes:
        chair: Whose.
        question: What was asked, of whom.
        ship: The decision.
        marks: What it leaves behind to be known again by.
        known_by: The marks of an earlier review that say it is the same answer.
        new: Whether nothing in that review came from the ledger.
    """

    chair: str
    question: Hashable
    ship: bool
    marks: frozenset[Hashable]
    known_by: frozenset[Hashable]
    new: bool


def answers(verdict: Verdict, review: Review, chair: str) -> list[Answer]:
    """The answers a verdict stands for: one, or one for each vote of its samples, tied ones included."""
    question = (
        verdict.persona,
        verdict.model,
        verdict.persona_sha,
        verdict.prompt_sha,
        review.dossier.id,
    )
    new = review.cost.calls > 0 and review.cost.from_ledger == 0
    if verdict.samples is None:
        if verdict.contested:
            return []
        ship = verdict.decision == "ship"
        words = hash((verdict.decision, verdict.paragraph, *(each.says for each in verdict.findings)))
        marks = frozenset({("words", words), ("call", verdict.call, ship)})
        known_by = frozenset({("words", words), ("sample", verdict.call, ship)})
        return [Answer(chair, question, ship, marks, known_by, new)]
    votes = [(vote.call, vote.decision == "ship") for vote in verdict.samples.votes]
    return [
        Answer(
            chair,
            question,
            ship,
            # Of a sample no record has the words: the call and what it decided must do.
            marks=frozenset({("sample", call, ship)}),
            known_by=frozenset({("sample", call, ship), ("call", call, ship)}),
            new=new,
        )
        for call, ship in votes
    ]


def asked_again(oldest_first: Iterable[Answer]) -> list[Asked]:
    """The questions that were answered more than once.

    What stands in an earlier review, word for word or by its call, is that answer read again from the ledger,
    unless the whole review was asked anew.
    """
    questions: dict[Hashable, Asked] = {}
    heard: set[tuple[Hashable, Hashable]] = set()
    for each in oldest_first:
        if not each.new and any((each.question, mark) in heard for mark in each.known_by):
            continue
        heard |= {(each.question, mark) for mark in each.marks}
        asked = questions.setdefault(each.question, Asked(each.chair))
        asked.ship, asked.skip = asked.ship + each.ship, asked.skip + (not each.ship)
    return [asked for asked in questions.values() if asked.ship + asked.skip > 1]
