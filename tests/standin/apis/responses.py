"""OpenAI's Responses: POST /v1/responses."""

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
    access_programs background context_management conversation image include input instructions
    max_output_tokens max_tool_calls metadata model moderation parallel_tool_calls
    previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention reasoning
    safety_identifier service_tier store stream stream_options temperature text tool_choice tools
    top_logprobs top_p truncation user
    """.split()  # noqa: SIM905 (reads better than a list)
)
_ROLES = ("user", "developer", "system", "assistant")
_SYSTEM = ("system", "developer")
_REASONS = {"length": "max_output_tokens", "filter": "content_filter", "refusal": "content_filter"}


class Responses:
    """The endpoint."""

    name: Literal["responses", "chat", "messages"] = "responses"
    path = "/v1/responses"
    vendor: Vendor = OpenAI()

    def read(self, body: Any) -> Reading:
        """Instructions first, then the messages of the input."""
        found = mapping(body)
        messages = _messages(found.get("input"))
        text = mapping(found.get("text"))
        form = mapping(text.get("format"))
        options = mapping(found.get("prompt_cache_options"))
        effort = mapping(found.get("reasoning")).get("effort")
        scope = [found.get(key) for key in ("model", "prompt_cache_key", "tools", "reasoning", "text")]
        return Reading(
            blocks=tuple(_blocks(found.get("instructions"), messages)),
            roles=tuple(str(message.get("role")) for message in messages),
            schema=mapping(form.get("schema")) or None,
            max_tokens=integer(found.get("max_output_tokens")),
            scope=json.dumps(scope, sort_keys=True),
            implicit=options.get("mode") != "explicit",
            reasoning=effort not in (None, "none"),
        )

    def check(self, headers: Mapping[str, str], body: dict[str, Any]) -> Rejection | None:  # noqa: ARG002 (see Api)
        """Fields, messages, and the form of the answer."""
        text = mapping(body.get("text"))
        form = text.get("format")
        words = f"{body.get('instructions')} {body.get('input')}" if mapping(form) else ""
        return (
            check_fields(body, _FIELDS, ("max_output_tokens",))
            or _check_input(body)
            or one_of(mapping(body.get("reasoning")).get("effort"), EFFORTS, "reasoning.effort")
            or one_of(text.get("verbosity"), ("low", "medium", "high"), "text.verbosity")
            or check_format(form, form, "text.format", words)
        )

    def envelope(self, outcome: Outcome, tokens: Tokens, body: dict[str, Any], ident: str) -> dict[str, Any]:
        """A Response object."""
        reason = _REASONS.get(outcome.ending)
        return {
            "id": f"resp_{ident}",
            "object": "response",
            "created_at": CREATED,
            "status": "incomplete" if reason else "completed",
            "background": False,
            "error": None,
            "incomplete_details": {"reason": reason} if reason else None,
            "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"),
            "metadata": body.get("metadata") or {},
            "model": body["model"],
            "output": list(_output(outcome, tokens, ident, complete=reason is None)),
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "prompt_cache_key": body.get("prompt_cache_key"),
            "reasoning": mapping(body.get("reasoning")) or {"effort": None, "summary": None},
            "service_tier": "default",
            "store": body.get("store", True),
            "temperature": 1.0,
            "text": {"verbosity": "medium", **(body.get("text") or {"format": {"type": "text"}})},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": _usage(tokens),
        }


def _messages(given: Any) -> list[dict[str, Any]]:
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return [item for item in objects(given) if item.get("type", "message") == "message"]


def _blocks(instructions: Any, messages: list[dict[str, Any]]) -> Iterator[Block]:
    if isinstance(instructions, str):
        yield Block("system", instructions)
    for number, message in enumerate(messages):
        role = "system" if message.get("role") in _SYSTEM else str(message.get("role"))
        content = message.get("content")
        parts = [{"text": content}] if isinstance(content, str) else objects(content)
        for part in parts:
            mark = mapping(part.get("prompt_cache_breakpoint"))
            if isinstance(part.get("text"), str):
                yield Block(role, part["text"], number, mark.get("ttl", "30m") if mark else None)


def _check_input(body: dict[str, Any]) -> Rejection | None:
    given = body.get("input")
    if not isinstance(given, (str, list)):
        return invalid("Missing required parameter: 'input'.", "input", "missing_required_parameter")
    for number, message in enumerate(_messages(given)):
        at = f"input[{number}]"
        wrong = one_of(message.get("role") or "", _ROLES, f"{at}.role")
        if wrong:
            return wrong
        if not isinstance(message.get("content"), (str, list)):
            return invalid(f"Missing required parameter: '{at}.content'.", f"{at}.content")
        own = ("output_text", "refusal") if message["role"] == "assistant" else ("input_text", "input_image")
        for place, part in enumerate(objects(message["content"])):
            wrong = one_of(part.get("type") or "", own, f"{at}.content[{place}].type")
            if wrong:
                return wrong
    return None


def _output(outcome: Outcome, tokens: Tokens, ident: str, *, complete: bool) -> Iterator[dict[str, Any]]:
    if tokens.reasoning:
        yield {"id": f"rs_{ident}", "type": "reasoning", "summary": []}
    if outcome.tool:
        name, arguments = outcome.tool
        call = {"id": f"fc_{ident}", "type": "function_call", "call_id": f"call_{ident}"}
        yield {**call, "name": name, "arguments": arguments, "status": "completed"}
        return
    content: list[dict[str, Any]]
    if outcome.refusal is not None:
        content = [{"type": "refusal", "refusal": outcome.refusal}]
    elif outcome.bare or not (outcome.text or complete):
        return
    else:
        content = [{"type": "output_text", "text": outcome.text, "annotations": [], "logprobs": []}]
    yield {
        "id": f"msg_{ident}",
        "type": "message",
        "role": "assistant",
        "status": "completed" if complete else "incomplete",
        "phase": "final_answer",
        "content": content,
    }


def _usage(tokens: Tokens) -> dict[str, Any]:
    return {
        "input_tokens": tokens.input,
        "input_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": tokens.written},
        "output_tokens": tokens.output,
        "output_tokens_details": {"reasoning_tokens": tokens.reasoning},
        "total_tokens": tokens.input + tokens.output,
    }
