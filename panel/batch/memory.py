"""What was judged before: each tool by who it is, with a fingerprint of all that its verdict rests on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from panel.calls.ledger.base import Ledger
from panel.core.errors import DamagedRecord
from panel.core.hashing import digest_of
from panel.kit import Kit
from panel.reviewers.rubric import REPLY_SCHEMA

#: A tool that was begun so often and never ended brings the program down; it waits for a person.
MOST_STARTS = 5

#: Why a tool is judged now.
Reason = Literal["new", "content", "reviewers", "unfinished", "failed", "parked"]

#: How a tool can have ended. `parked`: nothing was asked, another run will; `screened`: no run of the night
#: shift will, a person may.
State = Literal["started", "reviewed", "failed", "parked", "screened"]


@dataclass(frozen=True)
class Remembered:
    """What became of a tool the last time.

    Attributes:
        content: Hash of what the list said of it.
        reviewers: Hash of who judged it, and by which prompts.
        state: How it ended; `started` if it did not.
        run: The run that judged it.
        review: The id of its newest review.
        said: What the panel said there, in a word.
        said_before: What the panel before that one said.
        left_open: What of that review needs a person, in words.
        starts: How often it was begun since it last ended.
    """

    content: str
    reviewers: str
    state: State
    run: str
    review: str | None = None
    said: str | None = None
    said_before: str | None = None
    left_open: str = ""
    starts: int = 0


@dataclass(frozen=True)
class Judged:
    """A review as far as it is remembered: its id, what the panel said, and what of it needs a person."""

    review: str
    said: str
    left_open: str


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
        """Why a tool is to be judged; None if that was done, by the same reviewers from the same content.

        What was screened out is new to whoever screens nothing out.
        """
        if before is None or before.state == "screened":
            return "new"
        if before.state == "parked":
            return "parked"
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
        begun = self._anew(content, run, "started", before)
        await self._write({identity: replace(begun, starts=starts)})
        return starts

    async def end(
        self,
        identity: str,
        content: str,
        run: str,
        before: Remembered | None,
        *,
        judged: Judged | None,
        failed: bool,
    ) -> None:
        """Note how a tool ended; `judged` is None where there is no review."""
        note = self._anew(content, run, "failed" if failed else "reviewed", before)
        if judged is not None:
            note = replace(
                note,
                review=judged.review,
                said=judged.said,
                said_before=note.said,
                left_open=judged.left_open,
            )
        await self._write({identity: note})

    async def put_back(self, identity: str, before: Remembered | None) -> None:
        """As if a tool that was begun had not been: it was parked for reasons that are not its own."""
        await self._write({identity: before})

    async def set_aside(
        self,
        tools: Mapping[str, tuple[str, Remembered | None]],
        run: str,
        state: Literal["parked", "screened"],
    ) -> None:
        """Note that nothing was asked about some tools; one that was begun stays one that did not end.

        Args:
            tools: The content and what is known, by identity.
            run: The run that leaves them.
            state: Whether another run will ask.
        """
        await self._write(
            {
                identity: self._anew(content, run, state, before)
                for identity, (content, before) in tools.items()
                if before is None or before.state != "started"
            }
        )

    def _anew(self, content: str, run: str, state: State, before: Remembered | None) -> Remembered:
        note = Remembered(content, self.reviewers, state, run)
        return note if before is None else replace(note, review=before.review, said=before.said)

    async def _write(self, notes: Mapping[str, Remembered | None]) -> None:
        await self._ledger.mark(
            {
                _name(identity): None if note is None else json.dumps(vars(note))
                for identity, note in notes.items()
            }
        )


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
            **_beyond_one(kit),
        }
    )


def _beyond_one(kit: Kit) -> dict[str, Any]:
    """What sets a panel apart from one of one model asked once, whose hash stays as it always was."""
    named, samples = kit.choice.labels, kit.workspace.get("samples")
    overrules = kit.choice.over_personas and any(each.model for each in kit.personas.values())
    found: dict[str, Any] = {"models": list(named)} if len(named) > 1 else {}
    found |= {"overrules": True} if overrules else {}
    return found | ({"samples": samples} if samples > 1 and not kit.choice.offline else {})


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
