"""Turns an answer of a script into the reply that goes over the wire: status, headers, body and manner."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from http import HTTPStatus
from typing import Any

from tests.standin import answers as a
from tests.standin.apis.base import Api, Outcome, Reading, Rejection, Tokens, Vendor, mapping
from tests.standin.caching import Prefix, count
from tests.standin.schemas.instances import instance
from tests.standin.seen import Seen
from tests.standin.verdicts import is_for_verdicts, verdict

_MESSAGES = {
    400: "The request is invalid.",
    401: "Incorrect API key provided.",
    403: "You are not allowed to do this.",
    404: "There is no such thing.",
    429: "Rate limit reached. Please try again later.",
    503: "The engine is currently overloaded, please try again later",
    529: "Overloaded",
}
_THINKING_TOKENS = 64


@dataclass(frozen=True)
class Manner:
    """How a reply goes over the wire.

    Attributes:
        delay: Seconds before it begins.
        until: What it waits for before it begins.
        hang: It never begins.
        cut: How it is cut.
        reset: It ends in a reset.
        reset_after: After the head and this many bytes of the body; None: before the head.
        seconds_per_byte: Of the body.
    """

    delay: float = 0.0
    until: threading.Event | None = None
    hang: bool = False
    cut: a.CutWire | None = None
    reset: bool = False
    reset_after: int | None = None
    seconds_per_byte: float | None = None


@dataclass(frozen=True)
class Reply:
    """What goes over the wire.

    Attributes:
        status: Of HTTP.
        content: The body: bytes, or what JSON can say.
        headers: By lower-case name.
        manner: How it goes.
        entries: What the prompt cache holds from the moment the reply begins.
    """

    status: int
    content: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = Manner()
    entries: tuple[str, ...] = ()

    @property
    def body(self) -> bytes:
        """The body's bytes; JSON is plain ASCII, so that lone surrogates pass."""
        if isinstance(self.content, bytes):
            return self.content
        return json.dumps(self.content, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Asked:
    """A request that may be answered, and all that its answer is made from."""

    seen: Seen
    api: Api
    reading: Reading
    prefix: Prefix
    ident: str


def rejected(vendor: Vendor, rejection: Rejection, ident: str) -> Reply:
    """The vendor's way of saying no."""
    headers = {**vendor.headers(ident), **dict(rejection.headers)}
    return Reply(rejection.status, vendor.error(rejection, ident), headers)


def default(asked: Asked) -> a.Answer:
    """What is answered where no script says otherwise."""
    if is_for_verdicts(asked.seen.schema, asked.seen):
        return a.Verdict()
    return a.Instance() if asked.seen.schema is not None else a.Text("A stand-in answered.")


def compose(answer: a.Answer | None, asked: Asked) -> Reply:
    """The reply for an answer; None is the default answer."""
    return _compose(default(asked) if answer is None else answer, asked)


@singledispatch
def _compose(answer: Any, asked: Asked) -> Reply:
    """An answer of the model, unless one of the functions below is registered for its class."""
    outcome = _outcome(answer, asked)
    said = outcome.text or outcome.refusal or (outcome.tool[1] if outcome.tool else "")
    thought = _THINKING_TOKENS if asked.reading.reasoning else 0
    output = count(said) + thought
    if outcome.ending == "length" and asked.reading.max_tokens:
        output = asked.reading.max_tokens
    schema = asked.seen.schema
    tokens = Tokens(
        # The description of the answer's form is billed as well.
        input=asked.prefix.tokens + (count(json.dumps(schema)) if schema else 0),
        cached=asked.prefix.cached,
        written=asked.prefix.written,
        ttl=asked.prefix.ttl,
        output=output,
        reasoning=min(thought, output),
    )
    envelope = asked.api.envelope(outcome, tokens, asked.seen.body, asked.ident)
    return Reply(200, envelope, asked.api.vendor.headers(asked.ident), entries=asked.prefix.entries)


# ---------------------------------------------------------------- what the model says


@singledispatch
def _outcome(answer: Any, asked: Asked) -> Outcome:  # noqa: ARG001 (the signature of all of them)
    raise TypeError(f"a script answered {answer!r}, which is no Answer")


@_outcome.register
def _(answer: a.Verdict, asked: Asked) -> Outcome:
    return Outcome(json.dumps(verdict(answer, asked.seen)))


@_outcome.register
def _(answer: a.Instance, asked: Asked) -> Outcome:
    made = dict(answer.fields) if asked.seen.schema is None else instance(asked.seen.schema, answer.fields)
    return Outcome(json.dumps(made))


@_outcome.register
def _(answer: a.Text, asked: Asked) -> Outcome:  # noqa: ARG001
    return Outcome(answer.text)


@_outcome.register
def _(answer: a.Refusal, asked: Asked) -> Outcome:  # noqa: ARG001
    if answer.kind == "prose":
        return Outcome(answer.message)
    return Outcome(refusal=answer.message, ending="refusal" if answer.kind == "stop" else "complete")


@_outcome.register
def _(answer: a.Truncated, asked: Asked) -> Outcome:
    text = answer.text
    if text is None:
        whole = _outcome(default(asked), asked).text or ""
        text = whole[: len(whole) // 2]
    return Outcome(text, ending="length")


@_outcome.register
def _(answer: a.ContentFilter, asked: Asked) -> Outcome:  # noqa: ARG001
    return Outcome(ending="filter")


@_outcome.register
def _(answer: a.ToolCall, asked: Asked) -> Outcome:  # noqa: ARG001
    return Outcome(ending="tool", tool=(answer.name, json.dumps(answer.arguments)))


@_outcome.register
def _(answer: a.Empty, asked: Asked) -> Outcome:  # noqa: ARG001
    return Outcome(text=" \n " if answer.kind == "blank" else None, bare=answer.kind == "no_choices")


# ---------------------------------------------------------------- what is no answer of a model


@_compose.register
def _(answer: a.Status, asked: Asked) -> Reply:
    rejection = Rejection(answer.code, answer.message or _usual(answer.code), answer.code_name)
    reply = rejected(asked.api.vendor, rejection, asked.ident)
    content = reply.content if answer.body is None else answer.body
    return replace(reply, content=content, headers=_merged(reply.headers, answer.headers))


@_compose.register
def _(answer: a.Raw, asked: Asked) -> Reply:  # noqa: ARG001
    return Reply(answer.status, answer.body, _merged({}, answer.headers))


@_compose.register
def _(answer: a.Hang, asked: Asked) -> Reply:  # noqa: ARG001
    return Reply(200, b"", manner=Manner(hang=True))


# ---------------------------------------------------------------- what is changed in another answer


@_compose.register
def _(answer: a.Usage, asked: Asked) -> Reply:
    def edit(envelope: dict[str, Any]) -> dict[str, Any]:
        usual = envelope.pop("usage", None)
        if isinstance(answer.usage, dict):
            return {**envelope, "usage": {**mapping(usual), **answer.usage}}
        return envelope if answer.usage is None else {**envelope, "usage": answer.usage}

    return _compose(a.Edited(edit, answer.then), asked)


@_compose.register
def _(answer: a.Served, asked: Asked) -> Reply:
    return _compose(a.Edited(lambda envelope: {**envelope, "model": answer.model}, answer.then), asked)


@_compose.register
def _(answer: a.Edited, asked: Asked) -> Reply:
    reply = compose(answer.then, asked)
    if not isinstance(reply.content, dict):
        return reply
    return replace(reply, content=answer.edit(reply.content))


@_compose.register
def _(answer: a.Headers, asked: Asked) -> Reply:
    reply = compose(answer.then, asked)
    return replace(reply, headers=_merged(reply.headers, answer.headers))


# ---------------------------------------------------------------- how it goes over the wire


@_compose.register
def _(answer: a.Delay, asked: Asked) -> Reply:
    reply = compose(answer.then, asked)
    return replace(reply, manner=replace(reply.manner, delay=reply.manner.delay + answer.seconds))


@_compose.register
def _(answer: a.Held, asked: Asked) -> Reply:
    return _in_another_manner(answer.then, asked, until=answer.until)


@_compose.register
def _(answer: a.Reset, asked: Asked) -> Reply:
    return _in_another_manner(answer.then, asked, reset=True, reset_after=answer.after_bytes)


@_compose.register
def _(answer: a.Cut, asked: Asked) -> Reply:
    return _in_another_manner(answer.then, asked, cut=answer.wire)


@_compose.register
def _(answer: a.Drip, asked: Asked) -> Reply:
    return _in_another_manner(answer.then, asked, seconds_per_byte=answer.seconds_per_byte)


def _in_another_manner(then: a.Answer | None, asked: Asked, **changes: Any) -> Reply:
    reply = compose(then, asked)
    return replace(reply, manner=replace(reply.manner, **changes))


def _merged(headers: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    return {**headers, **{name.lower(): str(value) for name, value in more.items()}}


def _usual(status: int) -> str:
    try:
        return _MESSAGES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
