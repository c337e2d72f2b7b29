"""Sends an issue to each of its recipients once, and keeps who got it, also when it is killed in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from panel.core.records import timestamp, utc_now
from panel.digest.issue import Issue
from panel.digest.message import Letter
from panel.digest.posting import Post, Result
from panel.digest.sent import Delivery, Sent, SentIssues
from panel.digest.settings import Server

_OVER = Result("later", "not tried: the connection was lost", over=True)


@dataclass(frozen=True)
class Plan:
    """What is to be done for an issue.

    Attributes:
        issue: What is sent: as it was begun, where an issue of that day reached some recipients before.
        before: What is known of that day's issue; None where nothing of it was sent.
    """

    issue: Issue
    before: Sent | None

    def known(self, to: str) -> Delivery | None:
        """What is known of a recipient from earlier."""
        return None if self.before is None else self.before.to(to)


def plan(issue: Issue, sent: SentIssues, *, again: bool) -> Plan:
    """What to send: an issue that was begun is finished as it was, unless it is to be sent again.

    Raises:
        DamagedRecord: what was sent before cannot be read.
    """
    before = None if again else sent.like(issue)
    return Plan(issue, None) if before is None else Plan(before.issue, before)


def send(
    letters: Sequence[Letter], planned: Plan, sent: SentIssues, server: Server
) -> Iterator[tuple[Letter, Result]]:
    """Send what has not been sent; what became of each, as soon as it is known.

    Before a message is handed over it is noted that it may arrive, so that no crash sends it twice.

    Raises:
        PanelError: as `Post`; or the note cannot be written, and then nothing more is sent.
    """
    note = planned.before or Sent(issue=planned.issue)
    lost = False
    with Post(server, letters[0].sender.rpartition("@")[2]) as post:
        for letter in letters:
            if lost:
                yield letter, _OVER
                continue
            may_arrive = note.having(_delivery(letter, "unknown"))
            result = post.deliver(letter, partial(sent.write, may_arrive))
            note = _noted(note, letter, result)
            sent.write(note)
            lost = result.over
            yield letter, result


def note_all(letters: Iterable[Letter], planned: Plan, sent: SentIssues) -> None:
    """Keep that an issue was sent to all of these, by another program."""
    note = planned.before or Sent(issue=planned.issue)
    for letter in letters:
        note = note.having(_delivery(letter, "sent"))
    sent.write(note)


def _noted(note: Sent, letter: Letter, result: Result) -> Sent:
    if result.state in {"sent", "unknown"}:
        return note.having(_delivery(letter, result.state))
    return note.without(letter.to)


def _delivery(letter: Letter, state: str) -> Delivery:
    return Delivery.model_validate(
        {"to": letter.to, "message_id": letter.message_id, "state": state, "time": timestamp(utc_now())}
    )
