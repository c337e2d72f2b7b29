"""Two tools before the same chairs: each is asked to choose from the two dossiers, once in each order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from panel.calls.client import Client
from panel.calls.errand import Answer
from panel.core.choices import ChairChoice, Chosen, OrderedChoice
from panel.core.domain import OFFLINE_MODEL, Dossier, Failure, Flag, Seat
from panel.core.outcomes import Cost, total_usd
from panel.core.requests import CallRequest
from panel.interview import Conversation, Held, Turn, reply_flags
from panel.judgement.comparison import chair_choice
from panel.judgement.consistency import hands_on
from panel.judgement.grounding import Index, ground
from panel.kit import Kit
from panel.reviewers.choosing import Place, SaidChoice, read_choice
from panel.session import Session

#: Each seat is asked with either tool first.
ORDERS: tuple[Literal["a", "b"], ...] = ("a", "b")


@dataclass(frozen=True)
class Pair:
    """Two dossiers, ordered by slug, with their texts folded for looking up figures and names."""

    a: Dossier
    b: Dossier
    indexes: tuple[Index, Index]

    @classmethod
    def of(cls, a: Dossier, b: Dossier) -> Pair:
        """The pair of two dossiers."""
        return cls(a, b, (Index(a), Index(b)))

    @property
    def name(self) -> str:
        """What the pair is called in the ledger: `<a>-vs-<b>`."""
        return f"{self.a.tool.slug}-vs-{self.b.tool.slug}"


@dataclass(frozen=True)
class Question(Conversation[SaidChoice, OrderedChoice]):
    """One seat before two dossiers in one order; it sees no verdict, not even its own.

    Args:
        pair: What about.
        first: The tool whose dossier stands first.
    """

    pair: Pair
    first: Literal["a", "b"]

    @classmethod
    def of(
        cls,
        seat: Seat,
        pair: Pair,
        first: Literal["a", "b"],
        *,
        kit: Kit,
        client: Client,
        tell: Callable[[str], None],
    ) -> Question:
        """The question for one seat, one order.

        Raises:
            InputError: the prompt cannot be rendered.
            AccountError: the seat's provider needs a key and there is none.
        """
        return cls(seat, kit.prompts, client, question(pair, first, seat, kit), tell, pair, first)

    @property
    def about(self) -> str:
        """The pair's name."""
        return self.pair.name

    def _read(self, text: str) -> SaidChoice:
        return read_choice(text)

    def _repair(self, request: CallRequest, reply: str, problem: str) -> CallRequest:
        return self.prompts.repair_choice(request, reply, problem)

    async def _judge(
        self,
        request: CallRequest,  # noqa: ARG002 (nothing more is asked)
        answer: Answer,
        said: SaidChoice,
        turn: Turn,
        *,
        dry: bool,  # noqa: ARG002 (same)
    ) -> Held[OrderedChoice]:
        turn = turn.after(answer)
        return Held(self._choice(answer, said, turn), turn.answers)

    def _choice(self, answer: Answer, said: SaidChoice, turn: Turn) -> OrderedChoice:
        turned = self.first == "b"
        speaks, cases = [said.for_first, said.for_second], [said.first_if, said.second_if]
        if turned:
            speaks.reverse()
            cases.reverse()
        printed = "\n".join(said.texts)
        return OrderedChoice(
            first=self.first,
            choice=_tool(said.choice, turned=turned),
            because=said.because,
            for_a=speaks[0],
            for_b=speaks[1],
            a_if=cases[0],
            b_if=cases[1],
            unsupported=self._unsupported(printed),
            flags=(*reply_flags(answer, self.seat), *self._claims(printed)),
            call=answer.key,
            calls=tuple(each.key for each in turn.answers),
            served_model=answer.reply.served_model,
            cost_usd=total_usd(each.cost_usd for each in turn.answers),
        )

    def _unsupported(self, printed: str) -> tuple[str, ...]:
        """Checkable pieces that neither dossier holds."""
        in_a, in_b = (
            [claim.text for claim in ground(printed, index).unsupported] for index in self.pair.indexes
        )
        return tuple(dict.fromkeys(text for text in in_a if text in in_b))

    def _claims(self, printed: str) -> list[Flag]:
        if self.seat.label == OFFLINE_MODEL:
            return []  # what it says is quoted
        return [Flag(kind="hands_on", text=claim) for claim in hands_on(printed)]


def _tool(place: Place, *, turned: bool) -> Chosen:
    """Which tool stood at the place that was chosen."""
    if place in {"first", "second"}:
        return "a" if (place == "first") != turned else "b"
    return "depends" if place == "depends" else "neither"


def question(pair: Pair, first: Literal["a", "b"], seat: Seat, kit: Kit) -> CallRequest:
    """The request that asks one seat in one order; what is raised, `Question.of` says."""
    return kit.choosing(*((pair.a, pair.b) if first == "a" else (pair.b, pair.a)), seat)


@dataclass(frozen=True)
class Contest:
    """What the chairs chose, in their order, and what was newly spent."""

    choices: tuple[ChairChoice, ...]
    cost: Cost


async def head_to_head(pair: Pair, seats: Sequence[Seat], session: Session) -> Contest:
    """Ask all seats at once, each in both orders; an order without an answer is a Failure, never a choice.

    Raises:
        PanelError: the command cannot go on (disk, ledger, an input found wrong only now).
    """
    kit, client = session.kit, session.client
    before = client.cost_of(pair.name)
    questions = [
        Question.of(
            seat,
            pair,
            first,
            kit=kit,
            client=client,
            tell=partial(session.tell, pair.name, who(seat, pair, first)),
        )
        for seat in seats
        for first in ORDERS
    ]
    held = await session.together(_hold(question, session) for question in questions)
    per_seat = [held[n : n + len(ORDERS)] for n in range(0, len(held), len(ORDERS))]
    stored = sum(answer.from_ledger for each in held for answer in each.answers)
    return Contest(
        choices=tuple(
            chair_choice(seat, [each.outcome for each in both], kit.prompts.pick_sha)
            for seat, both in zip(seats, per_seat, strict=True)
        ),
        cost=client.cost_of(pair.name).since(before).plus(Cost(from_ledger=stored)),
    )


def who(seat: Seat, pair: Pair, first: Literal["a", "b"]) -> str:
    """A seat and the order it is asked in, for a person."""
    return f"{seat.persona.slug}, {(pair.a if first == 'a' else pair.b).tool.slug} first"


async def _hold(question: Question, session: Session) -> Held[OrderedChoice]:
    held = await question.hold()
    outcome, persona = held.outcome, question.seat.persona.slug
    if held.fault is not None and isinstance(outcome, Failure):
        session.faults.append((question.about, persona, held.fault))
    question.tell(_in_a_word(outcome, question.pair))
    return held


def _in_a_word(outcome: OrderedChoice | Failure, pair: Pair) -> str:
    if isinstance(outcome, Failure):
        return f"no choice: {outcome.kind}"
    named = {"a": pair.a.tool.slug, "b": pair.b.tool.slug}
    return f"chooses {named.get(outcome.choice, outcome.choice)}"
