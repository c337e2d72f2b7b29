"""What a script can have become of a batch, answering its create, and of its lines, answering each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.standin import answers as a
from tests.standin.composing import Asked, Reply, _compose, compose
from tests.standin.seen import Seen

Script = Callable[[Seen], a.Answer | None]

#: The header by which a script knows a line of a batch from a live call.
IN_BATCH = "standin-batch"
CREATES = ("/v1/batches", "/v1/messages/batches")


@dataclass(frozen=True)
class Batch(a.Answer):
    """How a batch goes; any other answer of the model to its create lets it go well.

    Attributes:
        delay: It ends so many seconds after it was made.
        until: And not before a test sets this.
        order: Of its results.
        ends: "expired" and "cancelled" cut it short, "failed" is a file that does not validate (at Anthropic
            every line comes back as an error).
        made: How many lines were made before it was cut short.
        strangers: Results of calls that nobody asked for.
        code: Of the error of a file that does not validate.
    """

    delay: float = 0.0
    until: threading.Event | None = None
    order: Literal["same", "reversed", "shuffled"] = "shuffled"
    ends: Literal["completed", "expired", "cancelled", "failed"] = "completed"
    made: int = 0
    strangers: int = 0
    code: str = "invalid"


@dataclass(frozen=True)
class Unmade(a.Answer):
    """A line that was not made before its batch ended."""

    why: Literal["expired", "canceled"] = "expired"


@dataclass(frozen=True)
class Missing(a.Answer):
    """A line that was made and whose result is not there."""


@dataclass(frozen=True)
class Twice(a.Answer):
    """A line whose result is there twice."""

    then: a.Answer | None = None


@dataclass(frozen=True)
class LineReply(Reply):
    """What became of a line.

    Attributes:
        times: How often its result is there.
        unmade: Why it was not made; empty if it was.
    """

    times: int = 1
    unmade: str = ""


def is_create(seen: Seen) -> bool:
    """Whether a request hands over a batch."""
    return seen.path in CREATES and bool(seen.raw)


def to_creates(script: Script) -> Script:
    """The script for creates, the default answer to all else."""
    return lambda seen: script(seen) if is_create(seen) else None


def to_lines(script: Script) -> Script:
    """The script for lines of batches, the default answer to all else."""
    return lambda seen: script(seen) if IN_BATCH in seen.headers else None


@_compose.register
def _(answer: Batch, asked: Asked) -> Reply:
    visit: Any = asked.api
    visit.fate = answer
    return compose(None, asked)


@_compose.register
def _(answer: Unmade, asked: Asked) -> Reply:  # noqa: ARG001 (the signature of all of them)
    return LineReply(0, None, unmade=answer.why)


@_compose.register
def _(answer: Missing, asked: Asked) -> Reply:  # noqa: ARG001
    return LineReply(0, None, times=0)


@_compose.register
def _(answer: Twice, asked: Asked) -> Reply:
    reply = compose(answer.then, asked)
    return LineReply(reply.status, reply.content, reply.headers, times=2)
