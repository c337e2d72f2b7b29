"""One request to a model and what came back, as values: the only thing rooms exchange about a call."""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import Field
from pydantic_core import PydanticSerializationError, to_json

from panel.core.domain import Value
from panel.core.hashing import canonical_json, digest, keeping_results

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
        """The request's identity: the tagged hash of its canonical JSON.

        That is put together from pieces here, since a thousand requests share rules, schema and tasks.
        """
        messages = (
            b'{"parts":[%b],"role":%b}'
            % (b",".join(map(_canonical, message.parts)), _canonical(message.role))
            for message in self.messages
        )
        pieces = {
            b"base_url": canonical_json(self.base_url),
            b"max_output_tokens": canonical_json(self.max_output_tokens),
            b"messages": b"[%b]" % b",".join(messages),
            b"model": canonical_json(self.model),
            b"options": canonical_json(self.options),
            b"provider": canonical_json(self.provider),
            b"sample": canonical_json(self.sample),
            b"schema": _canonical_schema(self.schema_text),
            b"system": _canonical(self.system),
        }
        return digest(b"{%b}" % b",".join(b'"%b":%b' % piece for piece in pieces.items()))

    @cached_property
    def schema_text(self) -> str:
        """The schema as JSON, its keys in the order of the reply."""
        try:
            return to_json(self.schema_, inf_nan_mode="constants").decode()
        except PydanticSerializationError:  # a lone surrogate, which a stored request may hold
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


_TEXTS_KEPT = 128
_canonical = keeping_results(canonical_json, _TEXTS_KEPT)


@lru_cache(maxsize=_TEXTS_KEPT)
def _canonical_schema(text: str) -> bytes:
    return canonical_json(json.loads(text))


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
