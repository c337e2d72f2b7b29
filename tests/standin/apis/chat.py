"""OpenAI's Chat Completions: POST /v1/chat/completions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from tests.standin.apis.base import (
    CREATED,
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
from tests.standin.apis.openai_checks import EFFORTS, check_fields, check_format, invalid, one_of
from tests.standin.vendors.openai import OpenAI

_FIELDS = frozenset(
    """
    audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens
    max_tokens messages metadata modalities model moderation n parallel_tool_calls prediction
    presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort
    response_format safety_identifier seed service_tier stop store stream stream_options temperature
    tool_choice tools top_logprobs top_p user verbosity web_search_options
    """.split()  # noqa: SIM905 (reads better than a list)
)
_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_SYSTEM = ("system", "developer")
_FINISH = {"length": "length", "filter": "content_filter", "refusal": "content_filter", "tool": "tool_calls"}


class Chat:
    """The endpoint."""

    name: Literal["responses", "chat", "messages"] = "chat"
    path = "/v1/chat/completions"
    vendor: Vendor = OpenAI()

    def read(self, body: Any) -> Reading:
        """The messages in their order."""
        found = mapping(body)
        messages = objects(found.get("messages"))
        form = mapping(found.get("response_format"))
        options = mapping(found.get("prompt_cache_options"))
        keys = ("model", "prompt_cache_key", "tools", "reasoning_effort", "verbosity", "response_format")
        limit = integer(found.get("max_completion_tokens"))
        return Reading(
            blocks=tuple(_blocks(messages)),
            roles=tuple(str(message.get("role")) for message in messages),
            schema=mapping(mapping(form.get("json_schema")).get("schema")) or None,
            max_tokens=integer(found.get("max_tokens")) if limit is None else limit,
            scope=json.dumps([found.get(key) for key in keys], sort_keys=True),
            implicit=options.get("mode") != "explicit",
            reasoning=found.get("reasoning_effort") not in (None, "none"),
        )

    def check(self, headers: Mapping[str, str], body: dict[str, Any]) -> Rejection | None:  # noqa: ARG002 (see Api)
        """Fields, messages, and the form of the answer."""
        form = body.get("response_format")
        words = str(body.get("messages")) if mapping(form) else ""
        return (
            check_fields(body, _FIELDS, ("max_completion_tokens", "max_tokens"))
            or _check_messages(body.get("messages"))
            or one_of(body.get("reasoning_effort"), EFFORTS, "reasoning_effort")
            or one_of(body.get("verbosity"), ("low", "medium", "high"), "verbosity")
            or check_format(form, mapping(form).get("json_schema"), "response_format", words)
        )

    def envelope(self, outcome: Outcome, tokens: Tokens, body: dict[str, Any], ident: str) -> dict[str, Any]:
        """A chat completion."""
        message: dict[str, Any] = {
            "role": "assistant",
            "content": outcome.text,
            "refusal": outcome.refusal,
            "annotations": [],
        }
        if outcome.tool:
            name, arguments = outcome.tool
            function = {"name": name, "arguments": arguments}
            message["tool_calls"] = [{"id": f"call_{ident}", "type": "function", "function": function}]
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": _FINISH.get(outcome.ending, "stop"),
        }
        return {
            "id": f"chatcmpl-{ident}",
            "object": "chat.completion",
            "created": CREATED,
            "model": body["model"],
            "choices": [] if outcome.bare else [choice],
            "usage": _usage(tokens),
            "service_tier": "default",
            "system_fingerprint": "fp_standin",
        }


def _blocks(messages: list[dict[str, Any]]) -> Iterator[Block]:
    for number, message in enumerate(messages):
        role = "system" if message.get("role") in _SYSTEM else str(message.get("role"))
        content = message.get("content")
        parts = [{"text": content}] if isinstance(content, str) else objects(content)
        for part in parts:
            mark = mapping(part.get("prompt_cache_breakpoint"))
            if isinstance(part.get("text"), str):
                yield Block(role, part["text"], number, mark.get("ttl", "30m") if mark else None)


def _check_messages(messages: Any) -> Rejection | None:
    if not isinstance(messages, list):
        message = "Missing required parameter: 'messages'."
        return invalid(message, "messages", "missing_required_parameter")
    if not messages:
        message = "Invalid 'messages': empty array. Expected an array with minimum length 1."
        return invalid(message, "messages", "empty_array")
    for number, message in enumerate(messages):
        at = f"messages[{number}]"
        wrong = one_of(mapping(message).get("role") or "", _ROLES, f"{at}.role")
        if wrong:
            return wrong
        content = message.get("content")
        if not isinstance(content, (str, list)) and not message.get("tool_calls"):
            return invalid(
                f"Invalid value for 'content': expected a string, got {type(content).__name__}.", at
            )
        for place, part in enumerate(objects(content)):
            wrong = one_of(part.get("type") or "", ("text", "image_url", "refusal"), f"{at}.content[{place}]")
            if wrong:
                return wrong
    return None


def _usage(tokens: Tokens) -> dict[str, Any]:
    return {
        "prompt_tokens": tokens.input,
        "completion_tokens": tokens.output,
        "total_tokens": tokens.input + tokens.output,
        "prompt_tokens_details": {
            "cached_tokens": tokens.cached,
            "cache_write_tokens": tokens.written,
            "audio_tokens": 0,
        },
        "completion_tokens_details": {"reasoning_tokens": tokens.reasoning, "audio_tokens": 0},
    }
