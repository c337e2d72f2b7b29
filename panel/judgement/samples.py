"""Folds the samples of one seat into what the seat says: the majority counts, a tie is contested."""

from __future__ import annotations

from collections.abc import Sequence

from panel.core.domain import Failure, Samples, Verdict, Vote
from panel.core.outcomes import Review


def fold(outcomes: Sequence[Verdict | Failure], cost_usd: float | None) -> Verdict | Failure:
    """What a seat says that was asked several times.

    Votes are the samples' verdicts that are not contested. The seat says what most votes say, in the words of
    the first that says it, unchanged. Where as many say ship as skip, it is contested: shown, not counted. A
    contested sample is no vote, nor is one that failed: without any vote the seat is the first contested
    sample, and without a verdict the first failure. Whichever it is bears all samples' calls and cost.

    Args:
        outcomes: The samples in their order, at least one; a single one is returned as it is.
        cost_usd: What the calls of all of them cost, those that failed included; None if that is unknown.
    """
    if len(outcomes) == 1:
        return outcomes[0]
    calls = tuple(dict.fromkeys(call for each in outcomes for call in each.calls))
    verdicts = [each for each in outcomes if isinstance(each, Verdict)]
    if not verdicts:
        return _failed([each for each in outcomes if isinstance(each, Failure)], calls)
    votes = [each for each in verdicts if not each.contested]
    samples = _counted(votes, asked=len(outcomes), verdicts=len(verdicts))
    changes = {"samples": samples, "calls": calls, "cost_usd": cost_usd}
    if not votes:
        return verdicts[0].model_copy(update=changes)
    if samples.ship == samples.skip:
        tied = f"its samples are tied: {samples.ship} say ship, {samples.skip} say skip"
        return votes[0].model_copy(update={**changes, "contested": True, "contest": tied})
    most = "ship" if samples.ship > samples.skip else "skip"
    return next(each for each in votes if each.decision == most).model_copy(update=changes)


def times_asked(review: Review) -> int:
    """How often every seat of a review was asked at least; a seat without a verdict does not say.

    The least of them, not the most: that is what holds for the whole panel, of which some seats may have been
    asked anew under another setting.
    """
    return min((1 if v.samples is None else v.samples.asked for v in review.verdicts), default=1)


def flip_rate(ship: int, skip: int) -> float | None:
    """The share of pairs of answers that differ, 2 · ship · skip / (n · (n - 1)); None below two answers."""
    answers = ship + skip
    return 2 * ship * skip / (answers * (answers - 1)) if answers > 1 else None


def _counted(votes: Sequence[Verdict], *, asked: int, verdicts: int) -> Samples:
    ship = sum(vote.decision == "ship" for vote in votes)
    skip = len(votes) - ship
    return Samples(
        asked=asked,
        ship=ship,
        skip=skip,
        contested=verdicts - len(votes),
        failed=asked - verdicts,
        flip_rate=flip_rate(ship, skip),
        votes=tuple(Vote(call=vote.call, decision=vote.decision) for vote in votes),
    )


def _failed(failures: Sequence[Failure], calls: tuple[str, ...]) -> Failure:
    first = failures[0]
    return first.model_copy(
        update={
            "message": f"{first.message} (none of {len(failures)} samples gave a verdict)",
            "attempts": sum(each.attempts for each in failures),
            "calls": calls,
        }
    )
