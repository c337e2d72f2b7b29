"""What a job says: one tool's dossier, who is asked about it, and under which settings of which run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Self

from panel.batch.asked import settings_in_force
from panel.calls.client import Mode
from panel.core.domain import Dossier, Seat, Value
from panel.core.hashing import bare, digest_of
from panel.kit import Kit
from panel.reviewers.rubric import REPLY_SCHEMA
from panel.session import Session


class Job(Value):
    """One tool's panel to be asked.

    Attributes:
        run: The run that pays.
        dossier: What the reviewers see.
        chairs: Who they are.
        keys: Of the requests that open their conversations, by which two machines know whether they would
            ask the same.
        settings: Of the run.
        mode: Of the run.
        retry_maybe_paid: Of the run.
    """

    run: str
    dossier: Dossier
    chairs: tuple[str, ...]
    keys: tuple[str, ...]
    settings: dict[str, Any]
    mode: Mode
    retry_maybe_paid: bool

    def as_text(self) -> str:
        """This job as ASCII: PostgreSQL's JSON cannot hold every text."""
        return json.dumps(self.as_json())

    @classmethod
    def read(cls, text: str) -> Self:
        """The job that `as_text` wrote.

        Raises:
            ValueError: it is none of this version.
        """
        return cls.model_validate(json.loads(text))


def job_of(dossier: Dossier, seats: Sequence[Seat], session: Session) -> Job:
    """What another machine has to know to ask these seats."""
    kit = session.kit
    return Job(
        run=session.run.id,
        dossier=dossier,
        chairs=tuple(seat.persona.slug for seat in seats),
        keys=keys_of(kit, dossier, seats),
        settings=settings_in_force(kit),
        mode=session.mode,
        retry_maybe_paid=session.retry_maybe_paid,
    )


def lock_of(run: str, dossier: Dossier) -> str:
    """What the job of a dossier is known by: a run asks about a dossier once."""
    return f"{run}/{dossier.id}"


def keys_of(kit: Kit, dossier: Dossier, seats: Sequence[Seat]) -> tuple[str, ...]:
    """The keys of the first request to each seat: all that can change the answer is in them."""
    return tuple(kit.opening(dossier, seat).key for seat in seats)


def seats_of(job: Job, kit: Kit) -> list[Seat]:
    """The seats of a job, taken by this machine's personas.

    Raises:
        InputError: one of them is not here.
    """
    return kit.seats_of(job.dossier.tool, tuple(dict.fromkeys(job.chairs)))


def queue_of(kit: Kit) -> str:
    """The queue for workers with the same personas, prompts and reply schema; others never see its jobs."""
    reviewers = {
        "personas": {slug: persona.sha for slug, persona in kit.personas.items()},
        "prompts": kit.prompts.sha,
        "schema": REPLY_SCHEMA,
    }
    return f"panel-{bare(digest_of(reviewers))[:12]}"
