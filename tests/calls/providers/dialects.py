"""The three APIs side by side: how each says the same thing, so that one test can ask all of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from panel.calls.providers import base
from panel.calls.providers.base import Provider
from panel.calls.vendors import Connection, Secret
from panel.core.domain import Move, Persona
from panel.core.requests import CallRequest, Message, RawReply, Reply
from tests.standin import StandIn

#: Shaped like a key, random, and nobody's.
BAIT = "sk-proj-Zq7Lw0TtNn3Yx9Kd2Vb8Gh5Rc1Pm4Js6"
ANSWER = '{"decision": "skip"}'
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"says": {"type": "string"}, "decision": {"type": "string", "enum": ["ship", "skip"]}},
    "required": ["says", "decision"],
    "additionalProperties": False,
}
PERSONA = Persona(
    slug="builder",
    name="The Builder",
    motto="Show me the primitive.",
    chair="core",
    moves=(Move(key="primitive", ask="What is the primitive?"),),
    body="Plain.",
    sha="sha256:0",
    file="personas/builder.md",
)


@dataclass(frozen=True)
class Dialect:
    """One API of one provider.

    Attributes:
        id: Its name in test ids and cassettes.
        provider: The provider's file name.
        model: Its provider's default.
        path: What it posts to.
        options: What the provider puts into requests for it.
        settings: The connection's settings that choose it.
        good: An envelope with that answer.
        read_name: Its name for the count of input tokens.
        output_name: Its name for the count of output tokens.
    """

    id: str
    provider: str
    model: str
    path: str
    options: dict[str, Any]
    settings: dict[str, Any]
    good: Callable[[str], dict[str, Any]]
    read_name: str
    output_name: str

    def connect(self, base_url: str | None = None, key: str | None = BAIT) -> Provider:
        """The provider, speaking this API."""
        secret = Secret(key) if key is not None else None
        return base.connect(self.provider, Connection(base_url=base_url, key=secret, settings=self.settings))

    def request(self, base_url: str | None = None, **changes: Any) -> CallRequest:
        """A request of a seat: dossier first, task last."""
        fields: dict[str, Any] = {
            "provider": self.provider,
            "base_url": base_url,
            "model": self.model,
            "system": "House rules of the panel.",
            "messages": (
                Message(role="user", parts=("The dossier on one tool.", "Your seat and its moves.")),
            ),
            "schema": SCHEMA,
            "max_output_tokens": 700,
            "options": self.options,
        }
        return CallRequest.model_validate(fields | changes)

    def url_of(self, server: StandIn) -> str:
        """The base URL by which the provider reaches the stand-in."""
        return server.openai_base_url if self.provider == "openai" else server.anthropic_base_url

    def ask(
        self, base_url: str, *, deadline: float = 10.0, key: str | None = BAIT, **changes: Any
    ) -> RawReply:
        """Send one request over the network, through the real SDK."""

        async def once() -> RawReply:
            provider = self.connect(base_url, key)
            try:
                return await provider.send(self.request(base_url, **changes), deadline=deadline)
            finally:
                await provider.close()

        return asyncio.run(once())

    def read(self, body: Any) -> Reply:
        """What the provider reads out of that body (bytes as they are, all else as JSON)."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.connect().read(self.request(), RawReply(status=200, body=raw))


def changed(envelope: dict[str, Any], path: Sequence[Any], value: Any) -> dict[str, Any]:
    """The envelope with `value` at `path`."""
    place: Any = envelope
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return envelope


def _response(text: str) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "gpt-6.1-terra",
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {
                "type": "message",
                "id": "msg_1",
                "role": "assistant",
                "status": "completed",
                "phase": "final_answer",
                "content": [{"type": "output_text", "text": text, "annotations": []}],
            },
        ],
        "usage": {
            "input_tokens": 1200,
            "input_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 100},
            "output_tokens": 90,
            "output_tokens_details": {"reasoning_tokens": 30},
            "total_tokens": 1290,
        },
    }


def _completion(text: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-6.1-terra",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text, "refusal": None},
            }
        ],
        "usage": {
            "prompt_tokens": 1200,
            "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 100},
            "completion_tokens": 90,
            "completion_tokens_details": {"reasoning_tokens": 30},
            "total_tokens": 1290,
        },
    }


def _message(text: str) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-5-5",
        "content": [{"type": "thinking", "thinking": "hm", "signature": "x"}, {"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 100,
            "cache_read_input_tokens": 1000,
            "cache_creation_input_tokens": 100,
            "output_tokens": 90,
            "output_tokens_details": {"thinking_tokens": 30},
        },
    }


RESPONSES = Dialect(
    id="responses",
    provider="openai",
    model="gpt-6.1-terra",
    path="/v1/responses",
    options={"api": "responses"},
    settings={"openai_api": "responses"},
    good=_response,
    read_name="input_tokens",
    output_name="output_tokens",
)
CHAT = Dialect(
    id="chat",
    provider="openai",
    model="gpt-6.1-terra",
    path="/v1/chat/completions",
    options={"api": "chat"},
    settings={"openai_api": "chat"},
    good=_completion,
    read_name="prompt_tokens",
    output_name="completion_tokens",
)
MESSAGES = Dialect(
    id="messages",
    provider="anthropic",
    model="claude-sonnet-5-5",
    path="/v1/messages",
    options={},
    settings={},
    good=_message,
    read_name="input_tokens",
    output_name="output_tokens",
)
DIALECTS = (RESPONSES, CHAT, MESSAGES)
