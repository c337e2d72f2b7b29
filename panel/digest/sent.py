"""What was sent: one file for each issue, with the issue and who got it, so that nothing is told twice."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from panel.core.domain import Value
from panel.core.files import make_folder, write_atomic
from panel.core.outcomes import Tally
from panel.core.records import Records, read_record, to_pretty
from panel.digest.issue import BetNews, Correction, Issue

FOLDER = "digests"
_NAME = re.compile(r"\d{4}-\d\d-\d\d\.json", re.ASCII)


class Delivery(Value):
    """A recipient of an issue.

    `unknown`: the message was handed over, and nobody heard whether it was taken.
    """

    to: str
    message_id: str
    state: Literal["sent", "unknown"]
    time: str


class Sent(Value):
    """An issue that was sent, to some recipients at least."""

    schema_: Literal["panel.digest-sent/1"] = Field(default="panel.digest-sent/1", alias="schema")
    issue: Issue
    deliveries: tuple[Delivery, ...] = ()

    def to(self, recipient: str) -> Delivery | None:
        """What is known of one recipient."""
        return next((each for each in self.deliveries if each.to == recipient), None)

    def having(self, delivery: Delivery) -> Sent:
        """With what is known of its recipient now."""
        others = tuple(each for each in self.deliveries if each.to != delivery.to)
        return self.model_copy(update={"deliveries": (*others, delivery)})

    def without(self, recipient: str) -> Sent:
        """As if the recipient had never been tried."""
        return self.model_copy(
            update={"deliveries": tuple(each for each in self.deliveries if each.to != recipient)}
        )


@dataclass(frozen=True)
class Told:
    """What earlier issues have told: of tools the verdict that was told last, of all else whether it was.

    Attributes:
        verdicts: By slug, the review and its count.
        comparisons: Ids of records.
        bets: Ids with the state that was told.
        corrections: Each as `told_as` names it.
    """

    verdicts: dict[str, tuple[str, Tally]] = field(default_factory=dict)
    comparisons: set[str] = field(default_factory=set)
    bets: set[tuple[str, str]] = field(default_factory=set)
    corrections: set[str] = field(default_factory=set)


def told_as(correction: Correction) -> str:
    """What makes a correction the same as one that was told."""
    return f"{correction.kind} {correction.of} {correction.name} {correction.day} {correction.reason or ''}"


class SentIssues:
    """The folder `runs/digests`, one file for each day.

    Args:
        records: Beside whose runs it lies.
    """

    def __init__(self, records: Records) -> None:
        self.folder = records.root / FOLDER

    def like(self, issue: Issue) -> Sent | None:
        """The issue of the same day; None if none was sent. Rehearsals are kept apart.

        Raises:
            DamagedRecord: it cannot be read.
        """
        path = self._path(issue)
        return read_record(path, Sent) if path.exists() else None

    def before(self, day: date) -> list[Sent]:
        """All issues of earlier days but rehearsals, oldest first.

        Raises:
            DamagedRecord: one cannot be read.
        """
        names = sorted(path.name for path in self.folder.glob("*.json") if _NAME.fullmatch(path.name))
        return [read_record(self.folder / name, Sent) for name in names if name < day.isoformat()]

    def write(self, sent: Sent) -> None:
        """Keep an issue, durably before this returns; one that reached nobody is not kept."""
        path = self._path(sent.issue)
        if sent.deliveries:
            write_atomic(path, to_pretty(sent), inside=self.folder)
        else:
            path.unlink(missing_ok=True)

    def make(self) -> Path:
        """The folder, made if it is not there."""
        with contextlib.suppress(FileExistsError):
            make_folder(self.folder)
        return self.folder

    def _path(self, issue: Issue) -> Path:
        return self.folder / f"{issue.day}{'.rehearsal' if issue.rehearsal else ''}.json"


def told(earlier: Iterable[Sent]) -> Told:
    """What these issues told, oldest first; one that reached nobody told nothing."""
    found = Told()
    for issue in (each.issue for each in earlier if each.deliveries):
        verdicts = (*issue.new, *(change.now for change in issue.changed))
        found.verdicts.update({each.slug: (each.review, each.panel) for each in verdicts})
        found.comparisons.update(each.record for each in issue.comparisons)
        bets: Sequence[BetNews] = (*issue.due, *issue.settled)
        found.bets.update((each.id, each.state) for each in bets)
        found.corrections.update(told_as(each) for each in issue.corrections)
    return found
