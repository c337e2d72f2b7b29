"""One seat's conversation: asked once, repaired at most once, asked again at most once, then a value.

Whatever the ledger already holds of the conversation is used before anything is sent. A conversation that was
interrupted goes on where it stopped; one that ended without a verdict is begun again by a later run only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from panel.calls.client import Answer, Client
from panel.calls.faults import Fault
from panel.core.domain import (
    OFFLINE_MODEL,
    Dossier,
    Failure,
    FailureKind,
    Finding,
    Flag,
    Persona,
    Seat,
    Stage,
    Verdict,
)
from panel.core.outcomes import total_usd
from panel.core.requests import CallRequest
from panel.judgement.consistency import contradiction, flags_for, hands_on
from panel.judgement.grounding import Index, ground, locate
from panel.reviewers.prompting import Prompts
from panel.reviewers.rubric import ReplyInvalid, Said, gives_away, read_reply

#: How much more room a reply gets that was cut off at its limit.
MORE_ROOM = 2
#: Both vendors answer this many output tokens without streaming.
MOST_TOKENS = 21_000
_GIVEN_AWAY = "the answer gives away the house rules; void"


@dataclass(frozen=True)
class Interviewed:
    """What a conversation came to, the replies it rests on in order, and the fault that ended it."""

    outcome: Verdict | Failure
    answers: tuple[Answer, ...] = ()
    fault: Fault | None = None


@dataclass(frozen=True)
class _Turn:
    """Where a conversation stands: what was answered so far, and what may still be asked."""

    answers: tuple[Answer, ...] = ()
    may_repair: bool = True
    may_reask: bool = True
    #: The verdict to fall back on if asking again brings nothing better.
    standing: Verdict | None = None

    def after(self, answer: Answer, **changes: Any) -> _Turn:
        return replace(self, answers=(*self.answers, answer), **changes)


class _NotAsked(Exception):
    """The next request of this conversation is not in the ledger."""


@dataclass(frozen=True)
class Interview:
    """One seat before one dossier.

    Args:
        seat: Who is asked.
        dossier: What about.
        index: The dossier's texts, folded for looking up quotations.
        prompts: The templates in force.
        client: Where replies come from.
        opening: The request that opens the conversation.
        tell: Told what the seat is doing.
    """

    seat: Seat
    dossier: Dossier
    index: Index
    prompts: Prompts
    client: Client
    opening: CallRequest
    tell: Callable[[str], None]

    async def hold(self) -> Interviewed:
        """Ask until there is a verdict or a reason why not. Faults become a Failure, never an exception.

        Raises:
            PanelError: the command cannot go on at all (a full disk, a damaged ledger).
        """
        return await self._converse(self.opening, _Turn(), dry=False)

    async def _converse(self, request: CallRequest, turn: _Turn, *, dry: bool) -> Interviewed:
        """The best the ledger has for `request`; else, unless `dry`, ask."""
        pending: Answer | None = None
        failed: Interviewed | None = None
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
            if isinstance(result.outcome, Verdict):
                return result
            failed = failed or result
        if pending and not dry:
            return await self._follow(request, pending, turn, dry=False)
        if failed and (dry or stored[0].run == self.client.run):
            return failed
        if dry:
            raise _NotAsked
        return await self._ask(request, turn, known=len(stored))

    async def _ask(self, request: CallRequest, turn: _Turn, *, known: int) -> Interviewed:
        try:
            answer = await self.client.send(
                request,
                tool=self.dossier.tool.slug,
                persona=self.seat.persona.slug,
                known=known,
                on_state=self.tell,
            )
        except Fault as fault:
            return self._fault(fault, turn)
        return await self._follow(request, answer, turn, dry=False)

    async def _follow(self, request: CallRequest, answer: Answer, turn: _Turn, *, dry: bool) -> Interviewed:
        """What one reply leads to: a verdict, a failure, or the next request."""
        reply = answer.reply
        if reply.ending == "refused":
            return self._failed(turn.after(answer), "refusal", reply.detail or "the model refused to answer")
        if reply.ending == "truncated":
            return await self._with_more_room(request, turn.after(answer), dry=dry)
        said = _read(reply.text, self.seat.persona)
        if gives_away(self.prompts.canary, reply.text, said if isinstance(said, Said) else None):
            return self._failed(turn.after(answer), "invalid", _GIVEN_AWAY)
        if isinstance(said, ReplyInvalid):
            if not turn.may_repair:
                return self._unreadable(turn.after(answer), said)
            self.tell("asked to repair its answer")
            again = self.prompts.repair(request, reply.text, said.problem, self.seat.persona)
            return await self._converse(again, turn.after(answer, may_repair=False), dry=dry)
        return await self._judge(request, answer, said, turn, dry=dry)

    async def _with_more_room(self, request: CallRequest, turn: _Turn, *, dry: bool) -> Interviewed:
        limit = request.max_output_tokens
        larger = min(limit * MORE_ROOM, max(limit, MOST_TOKENS))
        if not turn.may_repair or larger == limit:
            return self._failed(turn, "truncated", f"the answer was cut off at {limit:,} tokens")
        self.tell("asked again with more room")
        again = request.followed_by(max_output_tokens=larger)
        return await self._converse(again, replace(turn, may_repair=False), dry=dry)

    async def _judge(
        self, request: CallRequest, answer: Answer, said: Said, turn: _Turn, *, dry: bool
    ) -> Interviewed:
        turn = turn.after(answer)
        verdict = self._verdict(answer, said, turn)
        reasons = _objections(verdict)
        if not reasons or not turn.may_reask:
            return Interviewed(verdict, turn.answers)
        self.tell(
            "asked once more: " + ("it contradicts itself" if verdict.contest else "it claims experience")
        )
        again = self.prompts.reask(request, answer.reply.text, reasons)
        return await self._converse(again, replace(turn, may_reask=False, standing=verdict), dry=dry)

    # ------------------------------------------------------------ endings

    def _verdict(self, answer: Answer, said: Said, turn: _Turn) -> Verdict:
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
            flags=(*_reply_flags(answer, seat), *_text_flags(said.paragraph, seat)),
            call=answer.key,
            calls=tuple(each.key for each in turn.answers),
            model=seat.label,
            served_model=answer.reply.served_model,
            persona_sha=persona.sha,
            prompt_sha=self.prompts.sha,
            cost_usd=total_usd(each.cost_usd for each in turn.answers),
        )

    def _fault(self, fault: Fault, turn: _Turn) -> Interviewed:
        stage: Stage = "reply" if fault.cause == "envelope" else "call"
        message = fault.message
        if fault.cause == "model" and self.seat.persona.model in {self.seat.model, self.seat.label}:
            message += f" (named in {self.seat.persona.model_at})"
        held = self._failed(turn, fault.kind, message, stage=stage, attempts=fault.attempts)
        return replace(held, fault=fault)

    def _unreadable(self, turn: _Turn, invalid: ReplyInvalid) -> Interviewed:
        kind: FailureKind = "truncated" if invalid.truncated else "invalid"
        what = "truncated JSON" if invalid.truncated else "invalid reply"
        return self._failed(turn, kind, f"{what}: {invalid.problem}")

    def _failed(
        self, turn: _Turn, kind: FailureKind, message: str, *, stage: Stage = "reply", attempts: int = 0
    ) -> Interviewed:
        if turn.standing is not None:
            # Asking again brought no verdict: the one that was questioned stands, with the question open.
            return Interviewed(_after(turn.standing, turn.answers), turn.answers)
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
        return Interviewed(failure, turn.answers)


def _read(text: str, persona: Persona) -> Said | ReplyInvalid:
    try:
        return read_reply(text, persona)
    except ReplyInvalid as invalid:
        return invalid


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


def _reply_flags(answer: Answer, seat: Seat) -> list[Flag]:
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
