"""One request to a model and what came back, as values: the only thing rooms exchange about a call."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from panel.core.domain import Value
from panel.core.hashing import digest_of

#: How a reply ended, as told apart from every vendor's own words for it.
Ending = Literal["complete", "truncated", "refused"]


class Message(Value):
    """One turn. Its parts are sent as separate blocks; every part but a message's last may be cached."""

    role: Literal["user", "assistant"]
    parts: tuple[str, ...]


class CallRequest(Value):
    """All that can change an answer, and nothing else.

    Cache marks, timeouts, retries, priorities and live-or-batch are no part of it.
    `base_url` is None at the vendor's own host. `options` are the vendor's own switches.
    """

    provider: str
    base_url: str | None = None
    model: str
    system: str
    messages: tuple[Message, ...]
    schema_: dict[str, Any] = Field(alias="schema")
    max_output_tokens: int
    options: dict[str, Any] = Field(default_factory=dict)
    sample: int = 0

    def as_json(self) -> dict[str, Any]:
        """This request as plain JSON types; a request is hashed and stored for every call."""
        return {
            "provider": self.provider,
            "base_url": self.base_url,
            "model": self.model,
            "system": self.system,
            "messages": [{"role": message.role, "parts": list(message.parts)} for message in self.messages],
            "schema": self.schema_,
            "max_output_tokens": self.max_output_tokens,
            "options": self.options,
            "sample": self.sample,
        }

    @cached_property
    def key(self) -> str:
        """The request's identity: the tagged hash of its canonical JSON."""
        return digest_of(self.as_json())

    @cached_property
    def schema_text(self) -> str:
        """The schema as JSON, its keys in the order of the reply."""
        return json.dumps(self.schema_, ensure_ascii=False)

    @cached_property
    def size(self) -> int:
        """UTF-8 bytes of all texts of the request, its schema included."""
        texts = [
            self.system,
            *(part for message in self.messages for part in message.parts),
            self.schema_text,
        ]
        return sum(len(text.encode("utf-8", errors="surrogatepass")) for text in texts)

    def followed_by(self, *messages: Message, max_output_tokens: int | None = None) -> CallRequest:
        """The same request with further turns, and another limit where one is given."""
        # Not model_copy: it would carry the cached key along.
        return CallRequest(
            provider=self.provider,
            base_url=self.base_url,
            model=self.model,
            system=self.system,
            messages=(*self.messages, *messages),
            schema_=self.schema_,
            max_output_tokens=max_output_tokens or self.max_output_tokens,
            options=self.options,
            sample=self.sample,
        )


class RawReply(Value):
    """What the provider sent, unread: the HTTP status, the headers worth keeping, the body as it came."""

    status: int
    headers: dict[str, str] = Field(default_factory=dict)
    body: bytes


class Usage(Value):
    """Tokens of one call. `input_tokens` counts all input, cached and cache-written included.

    `output_tokens` includes reasoning. `doubt` says what was wrong with the vendor's numbers, if anything.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    doubt: str | None = None


class Reply(Value):
    """A provider's answer read out of its envelope: the text, how it ended, what it used."""

    text: str
    ending: Ending
    detail: str | None = None
    served_model: str | None = None
    response_id: str | None = None
    usage: Usage | None = None


class Call(Value):
    """One request with its raw reply, usage, cost and timing: the record `panel.call/1` of the ledger.

    `reserved_usd` was set aside before sending, `cost_usd` is what it came to (None: price unknown).
    `why` says what went wrong with a call that brought no reply.
    """

    schema_: Literal["panel.call/1"] = Field(default="panel.call/1", alias="schema")
    key: str
    run: str
    tool: str
    persona: str
    request: CallRequest
    status: int | None
    headers: dict[str, str] = Field(default_factory=dict)
    body: str | None
    usage: Usage | None = None
    reserved_usd: float | None = None
    cost_usd: float | None = None
    state: Literal["open", "kept", "settled", "abandoned", "maybe_paid"]
    why: str | None = None
    started: str
    finished: str | None = None
