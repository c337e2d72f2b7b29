"""What a script can have the stand-in answer: one frozen dataclass for each kind of answer and of fault.

Answers that change another one take it as `then`; None stands for the default answer, a valid verdict.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Answer:
    """Any answer."""


# ---------------------------------------------------------------- what the model says


@dataclass(frozen=True)
class Verdict(Answer):
    """A verdict of the panel's reply schema.

    Attributes:
        decision: "ship" or "skip", or any other text.
        findings: As they shall be said; None: one for each move of the task, leaning with the decision.
        paragraph: None: 95 to 100 words of plain English that depend on moves and dossier.
        bets: As they shall be said.
        extra: Fields of the object that replace or join the others.
    """

    decision: str = "ship"
    findings: Sequence[Mapping[str, Any]] | None = None
    paragraph: str | None = None
    bets: Sequence[Mapping[str, Any]] = ()
    extra: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Instance(Answer):
    """The smallest answer for whatever schema was sent, with these fields at its root."""

    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Text(Answer):
    """The model's text, whatever it is, in a whole and ordinary envelope."""

    text: str


@dataclass(frozen=True)
class Refusal(Answer):
    """The model refuses.

    Attributes:
        message: Its words.
        kind: "field": the vendor's way to say it with words (a refusal part or field; at Anthropic text and
            the stop reason). "stop": the stop reason says it too (at Anthropic without any content).
            "prose": ordinary text.
    """

    message: str = "I can't help with that."
    kind: Literal["field", "stop", "prose"] = "field"


@dataclass(frozen=True)
class Truncated(Answer):
    """The output limit cut the text off; None: half of the default answer, "": not even a word was left."""

    text: str | None = None


@dataclass(frozen=True)
class ContentFilter(Answer):
    """The vendor's filter stopped the answer; at Anthropic a refusal without words."""


@dataclass(frozen=True)
class ToolCall(Answer):
    """The model calls a tool."""

    name: str = "search"
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Empty(Answer):
    """A whole envelope with nothing in it.

    Attributes:
        kind: "no_choices": no choice, output or content. "null_content": the text is null.
            "blank": it is white space.
    """

    kind: Literal["no_choices", "null_content", "blank"] = "blank"


# ---------------------------------------------------------------- what is changed in another answer


@dataclass(frozen=True)
class Usage(Answer):
    """Another usage: an object is laid over the usual one, None leaves it out, anything else replaces it."""

    then: Answer | None = None
    usage: Any = None


@dataclass(frozen=True)
class Served(Answer):
    """Another model in the answer than the one asked for."""

    then: Answer | None = None
    model: str = "another-model"


@dataclass(frozen=True)
class Edited(Answer):
    """The envelope as `edit` returns it; it gets a fresh object and may change it in place."""

    edit: Callable[[dict[str, Any]], Any]
    then: Answer | None = None


@dataclass(frozen=True)
class Headers(Answer):
    """More headers, or others."""

    then: Answer | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- what is no answer of a model


@dataclass(frozen=True)
class Status(Answer):
    """An HTTP status, in the vendor's error shape.

    Attributes:
        code: The status.
        message: None: the vendor's usual words.
        code_name: OpenAI's `code`; Anthropic's `type`, or else `details.error_code`.
        headers: Such as `retry-after`.
        body: Instead of the vendor's shape: bytes, or what JSON can say.
    """

    code: int
    message: str | None = None
    code_name: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True)
class Raw(Answer):
    """Any status, headers and body; length and JSON type are supplied unless the headers say otherwise."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


# ---------------------------------------------------------------- how it goes over the wire


@dataclass(frozen=True)
class Delay(Answer):
    """The answer begins this much later."""

    seconds: float
    then: Answer | None = None


@dataclass(frozen=True)
class Held(Answer):
    """The answer begins when a test sets the event."""

    until: threading.Event
    then: Answer | None = None


@dataclass(frozen=True)
class Hang(Answer):
    """No answer, until the client leaves or the server stops."""


@dataclass(frozen=True)
class Reset(Answer):
    """The connection is reset: before anything is sent, or after the head and this many bytes of the body."""

    after_bytes: int | None = None
    then: Answer | None = None


CutWire = Literal["half", "long_length", "short_length", "no_last_chunk", "nothing"]


@dataclass(frozen=True)
class Cut(Answer):
    """The connection is closed in an orderly way, but not at the end of the answer.

    Attributes:
        wire: "half": after half of the body. "long_length": the length promises more than comes.
            "short_length": it promises less. "no_last_chunk": all comes in chunks, their end does not.
            "nothing": before the first byte.
        then: What is cut.
    """

    wire: CutWire = "half"
    then: Answer | None = None


@dataclass(frozen=True)
class Drip(Answer):
    """The head at once, then the body byte by byte."""

    seconds_per_byte: float = 1.0
    then: Answer | None = None
