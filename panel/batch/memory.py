"""What was judged before: each tool by who it is, with a fingerprint of all that its verdict rests on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from panel.calls.ledger.base import Ledger
from panel.core.errors import DamagedRecord
from panel.core.hashing import digest_of
from panel.reviewers.rubric import REPLY_SCHEMA
from panel.session import Kit

#: A tool that was begun so often and never ended brings the program down; it waits for a person.
MOST_STARTS = 5

#: Why a tool is judged now.
Reason = Literal["new", "content", "reviewers", "unfinished", "failed"]


@dataclass(frozen=True)
class Remembered:
    """What became of a tool the last time.

    Attributes:
        content: Hash of what the list said of it.
        reviewers: Hash of who judged it, and by which prompts.
        state: How it ended; `started` if it did not.
        run: The run that judged it.
        review: The review's id.
        starts: How often it was begun since it last ended.
    """

    content: str
    reviewers: str
    state: Literal["started", "reviewed", "failed"]
    run: str
    review: str | None = None
    starts: int = 0


class Memory:
    """Tools judged before, in the ledger, so that every machine knows of them.

    Args:
        ledger: Where it is kept.
        reviewers: Hash of who judges now (`reviewers_in_force`).
    """

    def __init__(self, ledger: Ledger, reviewers: str) -> None:
        self._ledger = ledger
        self.reviewers = reviewers

    async def recall(self, identities: Collection[str]) -> dict[str, Remembered]:
        """What is known of these tools, by identity.

        Raises:
            DamagedRecord: a note cannot be read.
        """
        found = await self._ledger.marked([_name(identity) for identity in identities])
        return {
            identity: _read(found[_name(identity)], identity, self._ledger.place)
            for identity in identities
            if _name(identity) in found
        }

    def reason(self, content: str, before: Remembered | None) -> Reason | None:
        """Why a tool is to be judged; None if that was done, by the same reviewers from the same content."""
        if before is None:
            return "new"
        if before.content != content:
            return "content"
        if before.reviewers != self.reviewers:
            return "reviewers"
        if before.state == "started":
            return "unfinished"
        return "failed" if before.state == "failed" else None

    async def begin(self, identity: str, content: str, run: str, before: Remembered | None) -> int:
        """Note that a tool is begun; how often it was, this time included."""
        same = before is not None and before.state == "started" and before.content == content
        starts = 1 + (before.starts if same and before else 0)
        await self._write(identity, Remembered(content, self.reviewers, "started", run, starts=starts))
        return starts

    async def end(self, identity: str, content: str, run: str, *, review: str | None, failed: bool) -> None:
        """Note how a tool ended."""
        state: Literal["failed", "reviewed"] = "failed" if failed else "reviewed"
        await self._write(identity, Remembered(content, self.reviewers, state, run, review))

    async def put_back(self, identity: str, before: Remembered | None) -> None:
        """As if a tool that was begun had not been: it was parked for reasons that are not its own."""
        await self._write(identity, before)

    async def _write(self, identity: str, note: Remembered | None) -> None:
        await self._ledger.mark({_name(identity): None if note is None else json.dumps(asdict(note))})


def reviewers_in_force(kit: Kit) -> str:
    """The hash of what a verdict rests on besides its dossier: personas, prompts, schema, models, seats."""
    settings = {name: kit.workspace.get(name) for name in ("personas", "fourth", "max_output_tokens")}
    return digest_of(
        {
            "personas": {slug: persona.sha for slug, persona in kit.personas.items()},
            "prompts": kit.prompts.sha,
            "schema": REPLY_SCHEMA,
            "speaker": [kit.choice.vendor.name, kit.choice.model, kit.choice.base_url],
            "settings": _plain(settings),
        }
    )


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}


def _name(identity: str) -> str:
    return f"tool/{identity}"


def _read(text: str, identity: str, place: str) -> Remembered:
    try:
        return Remembered(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise DamagedRecord(
            f"table marks, row {_name(identity)}: {error}", file=place, hint="panel runs verify"
        ) from error
