"""A reply weighed: read strictly, its quotations looked up, its paragraph grounded; values in, values out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from panel.core.domain import Bet, Decision, Finding, Flag, Grounding, Persona
from panel.judgement.consistency import contradiction, flags_for, hands_on
from panel.judgement.grounding import Index, ground, locate
from panel.reviewers.rubric import read_quietly, read_reply


@dataclass(frozen=True)
class Weighed:
    """What a reply says, and what is to be held against it.

    Attributes:
        contest: How the decision contradicts the findings; None if it does not.
        claims: Where the paragraph claims experience that nobody had.
        style: Where it breaks the persona's rules of style.
    """

    decision: Decision
    paragraph: str
    findings: tuple[Finding, ...]
    bets: tuple[Bet, ...]
    grounding: Grounding
    contest: str | None
    claims: tuple[str, ...]
    style: tuple[Flag, ...]


#: Weighs the text of a persona's reply about one tool; the last is the canary, which no answer may hold.
#: Raises ReplyInvalid and GivenAway, as `weigh`.
Scale = Callable[[Persona, str, str], Awaitable[Weighed]]


class Weighing(Protocol):
    """Where replies are weighed: in this process, or in another one."""

    def about(self, index: Index) -> AbstractContextManager[Scale]:
        """What weighs replies about one tool, until the block is left.

        Args:
            index: The tool's dossier.
        """
        ...


class Here:
    """In this process, at once."""

    @contextmanager
    def about(self, index: Index) -> Iterator[Scale]:
        """As `Weighing` says."""
        yield partial(at_once, index)


async def at_once(index: Index, persona: Persona, text: str, canary: str) -> Weighed:
    """What `weigh` says, for whoever waits for it."""
    return weigh(index, persona, text, canary)


def weigh(index: Index, persona: Persona, text: str, canary: str) -> Weighed:
    """What the text of a persona's reply about a dossier comes to.

    Raises:
        ReplyInvalid: it is no answer.
        GivenAway: it holds the canary.
    """
    said = read_quietly(canary, text, lambda: read_reply(text, persona))
    findings = tuple(
        Finding(
            move=finding.move,
            says=finding.says,
            leans=finding.leans,
            weight=finding.weight,
            evidence=tuple(locate(quote, index) for quote in finding.quotes),
        )
        for finding in said.findings
    )
    return Weighed(
        decision=said.decision,
        paragraph=said.paragraph,
        findings=findings,
        bets=said.bets,
        grounding=ground(said.paragraph, index),
        contest=contradiction(said.decision, findings, said.paragraph),
        claims=hands_on(said.paragraph),
        style=tuple(flags_for(said.paragraph, persona)),
    )
