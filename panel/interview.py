"""One seat's conversation: asked once, repaired at most once, then a value; an interview may ask once more.

Whatever the ledger already holds of the conversation is used before anything is sent. A conversation that was
interrupted goes on where it stopped; one that ended without a verdict is begun again by a later run only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from panel.calls.client import Client
from panel.calls.errand import Answer
from panel.calls.faults import Fault
from panel.core.domain import (
    OFFLINE_MODEL,
    Dossier,
    Failure,
    FailureKind,
    Finding,
    Flag,
    Seat,
    Stage,
    Verdict,
)
from panel.core.outcomes import total_usd
from panel.core.requests import CallRequest
from panel.judgement.consistency import contradiction, flags_for, hands_on
from panel.judgement.grounding import Index, ground, locate
from panel.reviewers.prompting import Prompts
from panel.reviewers.rubric import ReplyInvalid, Said, Spoken, gives_away, read_reply

#: How much more room a reply gets that was cut off at its limit.
MORE_ROOM = 2
#: Both vendors answer this many output tokens without streaming.
MOST_TOKENS = 21_000
_GIVEN_AWAY = "the answer gives away the house rules; void"

#: What is read out of a reply, and what a conversation comes to if it does not fail.
S = TypeVar("S", bound=Spoken)
R = TypeVar("R")


@dataclass(frozen=True)
class Held(Generic[R]):
    """What a conversation came to, the replies it rests on in order, and the fault that ended it."""

    outcome: R | Failure
    answers: tuple[Answer, ...] = ()
    fault: Fault | None = None


@dataclass(frozen=True)
class Turn:
    """Where a conversation stands: what was answered so far, and what may still be asked."""

    answers: tuple[Answer, ...] = ()
    may_repair: bool = True
    may_reask: bool = True
    #: The verdict to fall back on if asking again brings nothing better.
    standing: Verdict | None = None

    def after(self, answer: Answer, **changes: Any) -> Turn:
        """The turn after one more answer."""
        return replace(self, answers=(*self.answers, answer), **changes)


class _NotAsked(Exception):
    """The next request of this conversation is not in the ledger."""


@dataclass(frozen=True)
class Conversation(ABC, Generic[S, R]):
    """One seat that is asked one thing; what that is, the subclasses say.

    Args:
        seat: Who is asked.
        prompts: The templates in force.
        client: Where replies come from.
        opening: The request that opens the conversation.
        tell: Told what the seat is doing.
    """

    seat: Seat
    prompts: Prompts
    client: Client
    opening: CallRequest
    tell: Callable[[str], None]

    @property
    @abstractmethod
    def about(self) -> str:
        """The tool or tools it is about, for the ledger."""

    @abstractmethod
    def _read(self, text: str) -> S:
        """What a reply says, read strictly.

        Raises:
            ReplyInvalid: it is no answer.
        """

    @abstractmethod
    def _repair(self, request: CallRequest, reply: str, problem: str) -> CallRequest:
        """The request that asks for the same again, after a reply that is no answer."""

    @abstractmethod
    async def _judge(
        self, request: CallRequest, answer: Answer, said: S, turn: Turn, *, dry: bool
    ) -> Held[R]:
        """What an answer that can be read comes to."""

    async def hold(self) -> Held[R]:
        """Ask until there is an outcome or a reason why not. Faults become a Failure, never an exception.

        Raises:
            PanelError: the command cannot go on at all (a full disk, a damaged ledger).
        """
        return await self._converse(self.opening, Turn(), dry=False)

    async def _converse(self, request: CallRequest, turn: Turn, *, dry: bool) -> Held[R]:
        """The best the ledger has for `request`; else, unless `dry`, ask."""
        pending: Answer | None = None
        failed: Held[R] | None = None
        stored = await self.client.stored(request)
        for answer in stored:
            if isinstance(answer, Fault):
                failed = failed or self._fault(answer, turn)
                continue
            try:
                result = await self._follow(request, answer, turn, dry=True)
            except _NotAsked:
                pending = pending or answer
                continue
            if not isinstance(result.outcome, Failure):
                return result
            failed = failed or result
        if pending and not dry:
            return await self._follow(request, pending, turn, dry=False)
        if failed and (dry or stored[0].run == self.client.run):
            return failed
        if dry:
            raise _NotAsked
        return await self._ask(request, turn, known=len(stored))

    async def _ask(self, request: CallRequest, turn: Turn, *, known: int) -> Held[R]:
        try:
            answer = await self.client.send(
                request,
                tool=self.about,
                persona=self.seat.persona.slug,
                known=known,
                on_state=self.tell,
            )
        except Fault as fault:
            return self._fault(fault, turn)
        return await self._follow(request, answer, turn, dry=False)

    async def _follow(self, request: CallRequest, answer: Answer, turn: Turn, *, dry: bool) -> Held[R]:
        """What one reply leads to: an outcome, a failure, or the next request."""
        reply = answer.reply
        if reply.ending == "refused":
            return self._failed(turn.after(answer), "refusal", reply.detail or "the model refused to answer")
        if reply.ending == "truncated":
            return await self._with_more_room(request, turn.after(answer), dry=dry)
        said = self._read_or_not(reply.text)
        if gives_away(self.prompts.canary, reply.text, None if isinstance(said, ReplyInvalid) else said):
            return self._failed(turn.after(answer), "invalid", _GIVEN_AWAY)
        if isinstance(said, ReplyInvalid):
            if not turn.may_repair:
                return self._unreadable(turn.after(answer), said)
            self.tell("asked to repair its answer")
            again = self._repair(request, reply.text, said.problem)
            return await self._converse(again, turn.after(answer, may_repair=False), dry=dry)
        return await self._judge(request, answer, said, turn, dry=dry)

    async def _with_more_room(self, request: CallRequest, turn: Turn, *, dry: bool) -> Held[R]:
        limit = request.max_output_tokens
        larger = min(limit * MORE_ROOM, max(limit, MOST_TOKENS))
        if not turn.may_repair or larger == limit:
            return self._failed(turn, "truncated", f"the answer was cut off at {limit:,} tokens")
        self.tell("asked again with more room")
        again = request.followed_by(max_output_tokens=larger)
        return await self._converse(again, replace(turn, may_repair=False), dry=dry)

    # ------------------------------------------------------------ endings

    def _fault(self, fault: Fault, turn: Turn) -> Held[R]:
        stage: Stage = "reply" if fault.cause == "envelope" else "call"
        message = fault.message
        if fault.cause == "model" and self.seat.persona.model in {self.seat.model, self.seat.label}:
            message += f" (named in {self.seat.persona.model_at})"
        held = self._failed(turn, fault.kind, message, stage=stage, attempts=fault.attempts)
        return replace(held, fault=fault)

    def _unreadable(self, turn: Turn, invalid: ReplyInvalid) -> Held[R]:
        kind: FailureKind = "truncated" if invalid.truncated else "invalid"
        what = "truncated JSON" if invalid.truncated else "invalid reply"
        return self._failed(turn, kind, f"{what}: {invalid.problem}")

    def _failed(
        self, turn: Turn, kind: FailureKind, message: str, *, stage: Stage = "reply", attempts: int = 0
    ) -> Held[R]:
        persona = self.seat.persona
        failure = Failure(
            persona=persona.slug,
            name=persona.name,
            chair=persona.chair,
            model=self.seat.label,
            stage=stage,
            kind=kind,
            message=message,
            attempts=sum(answer.attempts for answer in turn.answers) + attempts,
            calls=tuple(answer.key for answer in turn.answers),
        )
        return Held(failure, turn.answers)

    def _read_or_not(self, text: str) -> S | ReplyInvalid:
        try:
            return self._read(text)
        except ReplyInvalid as invalid:
            return invalid


@dataclass(frozen=True)
class Interview(Conversation[Said, Verdict]):
    """One seat before one dossier; a verdict that contradicts itself is asked about once more.

    Args:
        dossier: What about.
        index: The dossier's texts, folded for looking up quotations.
    """

    dossier: Dossier
    index: Index

    @property
    def about(self) -> str:
        """The tool's slug."""
        return self.dossier.tool.slug

    def _read(self, text: str) -> Said:
        return read_reply(text, self.seat.persona)

    def _repair(self, request: CallRequest, reply: str, problem: str) -> CallRequest:
        return self.prompts.repair(request, reply, problem, self.seat.persona)

    async def _judge(
        self, request: CallRequest, answer: Answer, said: Said, turn: Turn, *, dry: bool
    ) -> Held[Verdict]:
        turn = turn.after(answer)
        verdict = self._verdict(answer, said, turn)
        reasons = _objections(verdict)
        if not reasons or not turn.may_reask:
            return Held(verdict, turn.answers)
        self.tell(
            "asked once more: " + ("it contradicts itself" if verdict.contest else "it claims experience")
        )
        again = self.prompts.reask(request, answer.reply.text, reasons)
        return await self._converse(again, replace(turn, may_reask=False, standing=verdict), dry=dry)

    def _verdict(self, answer: Answer, said: Said, turn: Turn) -> Verdict:
        findings = tuple(
            Finding(
                move=finding.move,
                says=finding.says,
                leans=finding.leans,
                weight=finding.weight,
                evidence=tuple(locate(quote, self.index) for quote in finding.quotes),
            )
            for finding in said.findings
        )
        contest = contradiction(said.decision, findings, said.paragraph)
        persona, seat = self.seat.persona, self.seat
        return Verdict(
            persona=persona.slug,
            name=persona.name,
            chair=persona.chair,
            decision=said.decision,
            paragraph=said.paragraph,
            findings=findings,
            bets=said.bets,
            grounding=ground(said.paragraph, self.index),
            contested=contest is not None,
            contest=contest,
            flags=(*reply_flags(answer, seat), *_text_flags(said.paragraph, seat)),
            call=answer.key,
            calls=tuple(each.key for each in turn.answers),
            model=seat.label,
            served_model=answer.reply.served_model,
            persona_sha=persona.sha,
            prompt_sha=self.prompts.sha,
            cost_usd=total_usd(each.cost_usd for each in turn.answers),
        )

    def _failed(
        self, turn: Turn, kind: FailureKind, message: str, *, stage: Stage = "reply", attempts: int = 0
    ) -> Held[Verdict]:
        if turn.standing is not None:
            # Asking again brought no verdict: the one that was questioned stands, with the question open.
            return Held(_after(turn.standing, turn.answers), turn.answers)
        return super()._failed(turn, kind, message, stage=stage, attempts=attempts)


def _after(standing: Verdict, answers: Sequence[Answer]) -> Verdict:
    """A verdict that stands although more was asked: it bears what all of that cost."""
    keys = tuple(answer.key for answer in answers)
    return standing.model_copy(
        update={"calls": keys, "cost_usd": total_usd(answer.cost_usd for answer in answers)}
    )


def _objections(verdict: Verdict) -> list[str]:
    """What a verdict is asked about once more: contradictions, and experience nobody had."""
    reasons = [verdict.contest] if verdict.contest else []
    claims = hands_on(verdict.paragraph)
    if claims:
        quoted = ", ".join(f"“{claim}”" for claim in claims[:3])
        reasons.append(
            f"The paragraph claims experience with the tool ({quoted}). You have none: take it out."
        )
    return reasons


def reply_flags(answer: Answer, seat: Seat) -> list[Flag]:
    """What the reply's envelope said that a reader should know."""
    flags = []
    served, usage = answer.reply.served_model, answer.reply.usage
    if served and not _same_model(seat.model, served):
        flags.append(Flag(kind="served_model", text=f"{seat.model} was asked, {served} answered"))
    if usage is None or usage.doubt:
        why = usage.doubt if usage else "the reply does not say what it used"
        flags.append(Flag(kind="usage", text=f"{why}; the reservation was charged"))
    return flags


def _text_flags(paragraph: str, seat: Seat) -> list[Flag]:
    if seat.label == OFFLINE_MODEL:
        return []  # a string of quotations has no style to keep to
    claims = [Flag(kind="hands_on", text=claim) for claim in hands_on(paragraph)]
    return [*claims, *flags_for(paragraph, seat.persona)]


def _same_model(asked: str, served: str) -> bool:
    # A vendor may answer an alias with the dated id behind it.
    return served == asked or served.startswith(f"{asked}-")
