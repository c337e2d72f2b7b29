"""How often the same reviewer, asked the same again, decides otherwise."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from panel.core.domain import Verdict
from panel.core.outcomes import Review


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
        answers = self.ship + self.skip
        return 2 * self.ship * self.skip / (answers * (answers - 1))


def flip_rate(questions: Iterable[Asked]) -> float | None:
    """How often two answers to the same question differ: the mean over questions of the share of pairs.

    A seat that says ship with the chance p flips with 2 p (1 - p), so 0.5 is a coin. None where no question
    was asked twice.
    """
    shares = [each.flips for each in questions]
    return sum(shares) / len(shares) if shares else None


@dataclass(frozen=True)
class Answer:
    """A seat's answer in one review, and enough to know it again.

    Attributes:
        chair: Whose.
        question: What was asked, of whom.
        ship: The decision.
        words: A fingerprint of what was said.
        new: Whether nothing in that review came from the ledger.
    """

    chair: str
    question: Hashable
    ship: bool
    words: int
    new: bool


def answer(verdict: Verdict, review: Review, chair: str) -> Answer:
    """The answer a verdict is."""
    return Answer(
        chair=chair,
        question=(
            verdict.persona,
            verdict.model,
            verdict.persona_sha,
            verdict.prompt_sha,
            review.dossier.id,
        ),
        ship=verdict.decision == "ship",
        words=hash((verdict.decision, verdict.paragraph, *(each.says for each in verdict.findings))),
        new=review.cost.calls > 0 and review.cost.from_ledger == 0,
    )


def asked_again(oldest_first: Iterable[Answer]) -> list[Asked]:
    """The questions that were answered more than once.

    What stands word for word in an earlier review is that answer read again from the ledger, unless the
    whole review was asked anew.
    """
    questions: dict[Hashable, Asked] = {}
    heard: set[tuple[Hashable, int]] = set()
    for each in oldest_first:
        if not each.new and (each.question, each.words) in heard:
            continue
        heard.add((each.question, each.words))
        asked = questions.setdefault(each.question, Asked(each.chair))
        asked.ship, asked.skip = asked.ship + each.ship, asked.skip + (not each.ship)
    return [asked for asked in questions.values() if asked.ship + asked.skip > 1]
