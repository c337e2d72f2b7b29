"""Looks for votes that readers hardly cast: what stands out is told to a person, nothing is changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from panel.judgement.community import MINIMUM
from panel.votes.vote import Vote

Kind = Literal["burst", "one_network", "everything_at_once"]

#: So many first votes for one tool within so many seconds are a burst.
BURST_VOTES, BURST_SECONDS = 10, 60.0
#: So many tools voted on by one voter within so many seconds are everything at once.
MANY_TOOLS, AT_ONCE_SECONDS = 8, 60.0
#: Tools named in a finding before the rest is only counted.
_MOST_NAMED = 5


class Remark(NamedTuple):
    """Something a person should look at.

    Attributes:
        kind: Which pattern.
        about: The tool, or the voter's mark.
        votes: How many votes belong to it.
        says: It in plain words.
    """

    kind: Kind
    about: str
    votes: int
    says: str

    def as_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return self._asdict()


def audit(votes: Iterable[Vote]) -> list[Remark]:
    """What stands out among these votes, withdrawn ones included, most votes first.

    A busy day at a company, or a link in a newsletter, looks the same: a remark is no proof.
    """
    by_tool: dict[str, list[Vote]] = defaultdict(list)
    by_voter: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        by_tool[vote.tool].append(vote)
        by_voter[vote.voter].append(vote)
    found = [
        *_each(_burst, by_tool),
        *_each(_one_network, by_tool),
        *_each(_everything_at_once, by_voter),
    ]
    return sorted(found, key=lambda each: (-each.votes, each.kind, each.about))


def _each(
    look: Callable[[str, list[Vote]], Remark | None], groups: dict[str, list[Vote]]
) -> Iterator[Remark]:
    return (remark for name, votes in groups.items() if (remark := look(name, votes)) is not None)


def _burst(tool: str, votes: list[Vote]) -> Remark | None:
    times = sorted(_seconds(vote.first) for vote in votes)
    start, many = _densest(times, BURST_SECONDS)
    if many < BURST_VOTES:
        return None
    return Remark(
        "burst",
        tool,
        many,
        f"{tool}: {many} of its {len(votes)} voters came within {_span(times[start : start + many])}"
        f" from {_moment(times[start])}",
    )


def _one_network(tool: str, votes: list[Vote]) -> Remark | None:
    known = Counter(vote.origin for vote in votes if vote.origin)
    if not known:
        return None
    (_, many), *_ = known.most_common(1)
    if many < MINIMUM or 2 * many <= len(votes):
        return None
    return Remark(
        "one_network",
        tool,
        many,
        f"{tool}: {many} of its {len(votes)} votes came from one network in one day",
    )


def _everything_at_once(voter: str, votes: list[Vote]) -> Remark | None:
    ordered = sorted(votes, key=lambda vote: vote.first)
    times = [_seconds(vote.first) for vote in ordered]
    start, many = _densest(times, AT_ONCE_SECONDS)
    if many < MANY_TOOLS:
        return None
    together = ordered[start : start + many]
    tools = sorted(vote.tool for vote in together)
    named = ", ".join(tools[:_MOST_NAMED]) + (f" and {many - _MOST_NAMED} more" if many > _MOST_NAMED else "")
    choices = Counter(vote.choice for vote in together)
    said = ", ".join(f"{number} {choice}" for choice, number in choices.most_common())
    return Remark(
        "everything_at_once",
        voter,
        many,
        f"voter {voter[:8]}: {many} tools within {_span(times[start : start + many])} ({said}): {named}",
    )


def _densest(times: Sequence[float], seconds: float) -> tuple[int, int]:
    """Where the window with the most of these times begins, and how many are in it; they are sorted."""
    best, start = (0, 0), 0
    for end, time in enumerate(times):
        while time - times[start] > seconds:
            start += 1
        best = max(best, (start, end - start + 1), key=lambda each: each[1])
    return best


def _span(times: Sequence[float]) -> str:
    return f"{max(1, round(times[-1] - times[0]))} s"


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
