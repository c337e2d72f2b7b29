"""The count of a panel: percent, quorum, status, and who dissents with which objection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from panel.core.domain import Decision, Leaning, ReviewStatus, Seating, Verdict, Weight
from panel.core.naming import reviewer_name, sitting_several_times
from panel.core.outcomes import Dissent, Tally
from panel.judgement.prose import first_sentence, one_line

#: An objection longer than this is cut at a word: it is to be read at a glance beside the count.
OBJECTION_LENGTH = 160

#: What a panel with a quorum comes to.
Outcome = Literal["ship", "skip", "tie"]

_IN_A_WORD: dict[Outcome | None, str] = {"ship": "ship", "skip": "skip", "tie": "a tie", None: "no quorum"}
_LEANS: dict[Decision, Leaning] = {"ship": "for", "skip": "against"}
_HEAVIEST_FIRST: tuple[Weight, ...] = ("decisive", "major", "minor")


def quorum(seated: int) -> int:
    """How many verdicts must count before there is a percentage: three quarters of the seats, rounded up."""
    return -(-3 * seated // 4)


def percent(ship: int, counted: int, seated: int) -> int | None:
    """The share of ship in whole percent, half rounded up; None below quorum or when nothing counts.

    Args:
        ship: Counted verdicts that say ship.
        counted: Verdicts that count.
        seated: Seats on the panel.
    """
    if counted < max(quorum(seated), 1):
        return None
    # floor(100 s / n + 1/2) in whole numbers: no float decides which way a half goes.
    return (200 * ship + counted) // (2 * counted)


def tally(verdicts: Sequence[Verdict], seated: int) -> Tally:
    """The panel's count. A contested verdict is shown but not counted; a seat without verdict is no vote.

    Args:
        verdicts: What the seats said.
        seated: How many seats were asked, those that failed included.
    """
    return count([verdict.decision for verdict in verdicts if not verdict.contested], seated)


def count(decisions: Sequence[Decision], seated: int) -> Tally:
    """The count of decisions that count, of a panel with so many seats."""
    ship, counted = decisions.count("ship"), len(decisions)
    share = percent(ship, counted, seated)
    return Tally(ship=ship, counted=counted, seated=seated, percent=share, quorum=quorum(seated))


def status(count: Tally) -> ReviewStatus:
    """`complete` if every seat counts, `no_quorum` if too few do, `partial` between."""
    if count.percent is None:
        return "no_quorum"
    return "complete" if count.counted == count.seated else "partial"


def is_tie(count: Tally) -> bool:
    """Whether as many counted seats say ship as skip; a tie is said, not broken."""
    return count.counted > 0 and 2 * count.ship == count.counted


def outcome(count: Tally) -> Outcome | None:
    """What a panel comes to; None without a quorum."""
    if count.percent is None:
        return None
    return "tie" if is_tie(count) else "ship" if 2 * count.ship > count.counted else "skip"


def in_a_word(count: Tally) -> str:
    """What a panel comes to: `ship`, `skip`, `a tie` or `no quorum`."""
    return _IN_A_WORD[outcome(count)]


def same_verdict(one: Tally, other: Tally) -> bool:
    """Whether two counts are the same verdict to a reader: the same outcome, and the same percentage."""
    return (outcome(one), one.percent) == (outcome(other), other.percent)


def headline(count: Tally) -> str:
    """The count in one line: `75 % panel ship, 3 of 4`, or why there is no percentage."""
    if count.percent is None:
        return f"no percentage: {count.counted} of {count.seated} reviews, {max(count.quorum, 1)} needed"
    line = f"{count.percent} % panel ship, {count.ship} of {count.counted}"
    missing = count.seated - count.counted
    if missing > 0:
        line += f" ({missing} of {count.seated} seats not counted)"
    return f"{line}: a tie" if is_tie(count) else line


def dissent(verdicts: Sequence[Verdict], seating: Sequence[Seating] = ()) -> tuple[Dissent, ...]:
    """The counted seats against the majority; on a tie each seat that says skip.

    Skip is named on a tie because a reader who is about to start using a tool needs the reason not to.

    Args:
        verdicts: What the seats said.
        seating: All who sat; a persona that sits with several models is named with its model.
    """
    several = sitting_several_times([*verdicts, *seating])
    return against_the_most(vote(each, several) for each in verdicts if not each.contested)


def vote(verdict: Verdict, several: Collection[str]) -> Dissent:
    """A verdict as it would be said of a dissenter.

    Args:
        verdict: One that counts.
        several: The personas that sit with several models: of these the model is told.
    """
    return Dissent(
        persona=verdict.persona,
        model=verdict.model if verdict.persona in several else None,
        name=reviewer_name(verdict, several),
        decision=verdict.decision,
        objection=objection(verdict),
    )


def against_the_most(votes: Iterable[Dissent]) -> tuple[Dissent, ...]:
    """Those of all counted votes that are dissent by the same rule."""
    every = list(votes)
    ship = sum(vote.decision == "ship" for vote in every)
    minority: Decision = "ship" if 2 * ship < len(every) else "skip"
    return tuple(vote for vote in every if vote.decision == minority)


def objection(verdict: Verdict) -> str:
    """Why a seat decided as it did, in one line.

    The heaviest finding that leans the way of its decision, the first of equals; without one, the first
    sentence of its paragraph.
    """
    leaning = [f for f in verdict.findings if f.leans == _LEANS[verdict.decision] and f.says.strip()]
    if leaning:
        return one_line(min(leaning, key=lambda f: _HEAVIEST_FIRST.index(f.weight)).says, OBJECTION_LENGTH)
    return one_line(first_sentence(verdict.paragraph), OBJECTION_LENGTH)
