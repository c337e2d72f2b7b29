"""The ledger of bets: dated claims of reviewers, how they turned out, and each reviewer's track record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Protocol

from panel.core.decisions import Settled
from panel.core.errors import InputError
from panel.core.hashing import bare, digest_of
from panel.core.outcomes import Comparison, Review
from panel.judgement.due_dates import due_date
from panel.judgement.statistics.intervals import wilson

#: Hex digits of a bet's id: among a million bets two have the same with a chance of 1 in 500.
ID_DIGITS = 12
#: Fewer settled bets than this say nothing of who placed them.
LEAST_SETTLED = 5

State = Literal["open", "right", "wrong", "void"]


@dataclass(frozen=True)
class Bet:
    """A dated claim of a reviewer.

    Attributes:
        id: The same for the same claim of the same reviewer on the same dossier, in whichever run.
        persona: The reviewer.
        name: What the reviewer is called.
        tool: The slug of the tool.
        claim: What is claimed.
        due: By when, as the reviewer wrote it.
        due_date: The last day on which it can still come true; None where `due` does not say one clearly.
        placed: The day of the first review that has it.
        state: How it turned out; `void` if nobody can tell.
        reason: Why an editor says so.
        author: Which editor.
    """

    id: str
    persona: str
    name: str
    tool: str
    claim: str
    due: str
    due_date: date | None
    placed: date
    state: State = "open"
    reason: str | None = None
    author: str | None = None


@dataclass(frozen=True)
class TrackRecord:
    """How a reviewer's bets turned out.

    Attributes:
        persona: The reviewer.
        name: What the reviewer is called.
        right: Bets that came true.
        wrong: Bets that did not.
        void: Bets nobody can settle.
        open: Bets that are not settled.
        share_right: 95 % interval of the share of right among right and wrong; None below five of them.
    """

    persona: str
    name: str
    right: int
    wrong: int
    void: int
    open: int
    share_right: tuple[float, float] | None


def bet_id(dossier: str, persona: str, claim: str) -> str:
    """The id of a bet; white space and case make no other claim."""
    return bare(digest_of([dossier, persona, " ".join(claim.casefold().split())]))[:ID_DIGITS]


class Claimed(Protocol):
    """A dated claim as a record, or a card of one, holds it."""

    @property
    def claim(self) -> str:
        """What is claimed."""

    @property
    def due(self) -> str:
        """By when, as the reviewer wrote it."""


def placed(
    claims: Iterable[Claimed], persona: str, name: str, *, tool: str, dossier: str, created: str
) -> Iterator[Bet]:
    """The bets that a reviewer placed in one record; none where the record does not say on which day.

    Args:
        claims: What was claimed.
        persona: The reviewer.
        name: What the reviewer is called.
        tool: The slug of the tool.
        dossier: The id of the dossier the reviewer read.
        created: When the record was written.
    """
    try:
        day = date.fromisoformat(created[:10])
    except ValueError:
        return
    for each in claims:
        yield Bet(
            id=bet_id(dossier, persona, each.claim),
            persona=persona,
            name=name,
            tool=tool,
            claim=each.claim,
            due=each.due,
            due_date=due_date(each.due, day),
            placed=day,
        )


def of_review(review: Review) -> Iterator[Bet]:
    """The bets in one review."""
    tool, dossier, created = review.tool.slug, review.dossier.id, review.created
    for each in review.verdicts:
        yield from placed(each.bets, each.persona, each.name, tool=tool, dossier=dossier, created=created)


def of_comparison(comparison: Comparison) -> Iterator[Bet]:
    """The bets in one comparison: those of a fourth chair that was asked for its sake are nowhere else."""
    for row in comparison.scorecard:
        for side, verdict in ((comparison.a, row.a), (comparison.b, row.b)):
            if verdict is not None:
                yield from placed(
                    verdict.bets,
                    verdict.persona,
                    verdict.name,
                    tool=side.tool.slug,
                    dossier=side.dossier.id,
                    created=comparison.created,
                )


def ledger(placed: Iterable[Bet], settled: Sequence[Settled]) -> list[Bet]:
    """Every bet once, with how it turned out; the earliest due first, those without a date last.

    The newest word on a bet counts. A settled one stays although its review is gone.

    Args:
        placed: Bets from records, oldest first.
        settled: What editors said, oldest first.
    """
    bets: dict[str, Bet] = {}
    for bet in placed:
        bets.setdefault(bet.id, bet)
    for word in settled:
        bet = bets.get(word.bet) or _of_word(word)
        bets[word.bet] = replace(bet, state=word.outcome, reason=word.reason, author=word.author)
    return sorted(bets.values(), key=lambda bet: (bet.due_date or date.max, bet.placed, bet.id))


def due(bets: Iterable[Bet], by: date) -> list[Bet]:
    """The open bets whose last day is `by` or earlier."""
    return [bet for bet in bets if bet.state == "open" and bet.due_date is not None and bet.due_date <= by]


def named(bets: Iterable[Bet], wanted: str) -> Bet:
    """The bet with that id, or the only one whose id begins so.

    Raises:
        InputError: there is none, or several.
    """
    found = [bet for bet in bets if wanted and bet.id.startswith(wanted.casefold())]
    if len(found) == 1:
        return found[0]
    problem = f"{len(found)} bets begin with {wanted!r}" if found else f"there is no bet {wanted!r}"
    raise InputError(problem, field="ID", hint="panel bets")


def track_records(bets: Iterable[Bet]) -> list[TrackRecord]:
    """Each reviewer's track record, by persona."""
    by_persona: dict[str, list[Bet]] = {}
    for bet in bets:
        by_persona.setdefault(bet.persona, []).append(bet)
    return [_track_record(persona, mine) for persona, mine in sorted(by_persona.items())]


def _track_record(persona: str, bets: Sequence[Bet]) -> TrackRecord:
    states = [bet.state for bet in bets]
    right, wrong = states.count("right"), states.count("wrong")
    return TrackRecord(
        persona=persona,
        name=bets[-1].name,
        right=right,
        wrong=wrong,
        void=states.count("void"),
        open=states.count("open"),
        share_right=wilson(right, right + wrong) if right + wrong >= LEAST_SETTLED else None,
    )


def _of_word(word: Settled) -> Bet:
    placed = date.fromisoformat(word.placed)
    return Bet(
        id=word.bet,
        persona=word.persona,
        name=word.name,
        tool=word.tool,
        claim=word.claim,
        due=word.due,
        due_date=due_date(word.due, placed),
        placed=placed,
    )
