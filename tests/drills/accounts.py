"""The server's count held against the ledger's at every look: what was lost, what was asked for twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.drills.ledgers import Holding
from tests.drills.witness import Asked


@dataclass
class Accounts:
    """One ledger's history, look by look.

    Attributes:
        wrong: What must not be, in words.
        again: Requests that came again, and might: the earlier one's reply was not in the ledger.
        replies: What the ledger held at the last look: the server's word for an answer -> the body's hash.
        bodies: The requests that had a reply then.
        asked: All requests so far.
    """

    wrong: list[str] = field(default_factory=list)
    again: int = 0
    replies: dict[str, str] = field(default_factory=dict)
    bodies: set[str] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)

    def look(self, arrived: Sequence[Asked], found: Holding) -> set[str]:
        """Compare with the last look.

        Args:
            arrived: The requests since then.
            found: What the ledger holds now.

        Returns:
            The requests since then that have no reply in the ledger.
        """
        self.wrong += [f"the ledger is damaged: {each}" for each in found.damage]
        self._require_replies(found)
        seen = {each.body for each in self.asked}
        for each in arrived:
            if each.body in self.bodies:
                self.wrong.append(f"asked again although its reply was in the ledger: {each.body}")
            self.again += each.body in seen
            seen.add(each.body)
        self.asked += arrived
        self.replies = dict(found.replies)
        self.bodies = {each.body for each in self.asked if each.ident in found.replies}
        return {each.body for each in arrived} - self.bodies

    def _require_replies(self, found: Holding) -> None:
        """Whatever was there is there, as it was."""
        for name, body_hash in self.replies.items():
            if found.replies.get(name) != body_hash:
                self.wrong.append(f"a reply is lost: {name}")
