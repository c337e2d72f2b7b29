"""Anthropic's Messages: POST /v1/messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from tests.standin.apis.anthropic_checks import complaints
from tests.standin.apis.base import (
    Block,
    Outcome,
    Reading,
    Rejection,
    Tokens,
    Vendor,
    integer,
    mapping,
    objects,
)
from tests.standin.vendors.anthropic import Anthropic

_STOP = {"length": "max_tokens", "filter": "refusal", "refusal": "refusal", "tool": "tool_use"}


class Messages:
    """The endpoint."""

    name: Literal["responses", "chat", "messages"] = "messages"
    path = "/v1/messages"
    vendor: Vendor = Anthropic()

    def read(self, body: Any) -> Reading:
        """The system text first, then the messages."""
        found = mapping(body)
        messages = objects(found.get("messages"))
        blocks = [*_blocks("system", found.get("system"), -1)]
        for number, message in enumerate(messages):
            blocks += _blocks(str(message.get("role")), message.get("content"), number)
        if mapping(found.get("cache_control")) and blocks:
            blocks[-1] = replace(blocks[-1], ttl=_ttl(found))
        output = mapping(found.get("output_config"))
        scope = [found.get(key) for key in ("model", "tools", "tool_choice", "thinking", "output_config")]
        return Reading(
            blocks=tuple(blocks),
            roles=tuple(str(message.get("role")) for message in messages),
            schema=mapping(mapping(output.get("format")).get("schema")) or None,
            max_tokens=integer(found.get("max_tokens")),
            scope=json.dumps(scope, sort_keys=True),
            reasoning=mapping(found.get("thinking")).get("type") not in (None, "disabled"),
        )

    def check(self, headers: Mapping[str, str], body: dict[str, Any]) -> Rejection | None:
        """The version, fields, messages, and the form of the answer."""
        if not headers.get("anthropic-version", "").strip():
            return Rejection(400, "anthropic-version: header is required")
        words = next(complaints(body), None)
        return Rejection(400, words) if words else None

    def envelope(self, outcome: Outcome, tokens: Tokens, body: dict[str, Any], ident: str) -> dict[str, Any]:
        """A Message."""
        stop = _STOP.get(outcome.ending, "end_turn")
        details = None
        if outcome.refusal is not None or stop == "refusal":
            stop = "refusal"
            details = {"type": "refusal", "category": None, "explanation": outcome.refusal}
        return {
            "id": f"msg_{ident}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": list(_content(outcome, tokens, ident)),
            "stop_reason": stop,
            "stop_sequence": None,
            "stop_details": details,
            "usage": _usage(tokens),
        }


def _ttl(marked: dict[str, Any]) -> str | None:
    mark = mapping(marked.get("cache_control"))
    return str(mark.get("ttl") or "5m") if mark else None


def _blocks(role: str, content: Any, number: int) -> Iterator[Block]:
    if isinstance(content, str):
        yield Block(role, content, number)
    for part in objects(content):
        if isinstance(part.get("text"), str):
            yield Block(role, part["text"], number, _ttl(part))


def _content(outcome: Outcome, tokens: Tokens, ident: str) -> Iterator[dict[str, Any]]:
    if tokens.reasoning:
        yield {"type": "thinking", "thinking": "", "signature": f"standin-{ident}"}
    if outcome.tool:
        name, arguments = outcome.tool
        yield {"type": "tool_use", "id": f"toolu_{ident}", "name": name, "input": json.loads(arguments)}
    elif outcome.refusal is not None:
        # There is no field for a refusal's words: they come as text, or not at all.
        if outcome.ending != "refusal":
            yield {"type": "text", "text": outcome.refusal, "citations": None}
    elif (
        not outcome.bare
        and outcome.ending != "filter"
        and not (outcome.ending == "length" and not outcome.text)
    ):
        yield {"type": "text", "text": outcome.text, "citations": None}


def _usage(tokens: Tokens) -> dict[str, Any]:
    hour = tokens.written if tokens.ttl == "1h" else 0
    return {
        "input_tokens": tokens.input - tokens.cached - tokens.written,
        "cache_creation_input_tokens": tokens.written,
        "cache_read_input_tokens": tokens.cached,
        "cache_creation": {
            "ephemeral_5m_input_tokens": tokens.written - hour,
            "ephemeral_1h_input_tokens": hour,
        },
        "output_tokens": tokens.output,
        "output_tokens_details": {"thinking_tokens": tokens.reasoning},
        "service_tier": "standard",
        "inference_geo": "global",
        "speed": "standard",
    }
