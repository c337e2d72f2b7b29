"""What Anthropic's Messages refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.standin.apis.base import integer, mapping, objects
from tests.standin.schemas import anthropic as structured

_FIELDS = frozenset(
    """
    cache_control container diagnostics inference_geo max_tokens messages metadata model output_config
    service_tier speed stop_sequences stream system thinking tool_choice tools user_profile_id
    workspace_id
    """.split()  # noqa: SIM905 (reads better than a list)
)
_SAMPLING = ("temperature", "top_p", "top_k")
_ROLES = ("user", "assistant", "system")
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_THINKING = ("adaptive", "enabled", "disabled", "between_tools")
_TIERS = ("auto", "standard_only")
_TTLS = ("5m", "1h")
_MOST_MARKS = 4


def complaints(body: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a request, the first thing first; only the first may be asked for."""
    yield from _of_fields(body)
    yield from _of_messages(body["messages"])
    if "system" in body:
        yield from _of_content(body["system"], "system", blank=isinstance(body["system"], str))
    yield from _of_marks(body)
    yield from _of_output(body)


def _of_fields(body: dict[str, Any]) -> Iterator[str]:
    for name, kind in (("model", str), ("messages", list), ("max_tokens", int)):
        if body.get(name) is None:
            yield f"{name}: Field required"
        if not isinstance(body[name], kind) or isinstance(body[name], bool):
            yield f"{name}: Input should be a valid {kind.__name__}"
    for name in _SAMPLING:
        if name in body:
            yield f"`{name}` is not supported for this model."
    for name in sorted(set(body) - _FIELDS):
        yield f"{name}: Extra inputs are not permitted"
    yield from _of_values(body)


def _of_values(body: dict[str, Any]) -> Iterator[str]:
    if body.get("stream"):
        yield "stream: this stand-in does not stream"
    if (integer(body["max_tokens"]) or 0) < 1:
        yield "max_tokens: Input should be greater than or equal to 1"
    if body.get("service_tier", "auto") not in _TIERS:
        yield "service_tier: Input should be 'auto' or 'standard_only'"
    if body.get("thinking") is not None and mapping(body["thinking"]).get("type") not in _THINKING:
        yield "thinking.type: Input should be 'adaptive', 'enabled', 'disabled' or 'between_tools'"


def _of_messages(messages: list[Any]) -> Iterator[str]:
    if not messages:
        yield "messages: at least one message is required"
    for number, message in enumerate(messages):
        if mapping(message).get("role") not in _ROLES:
            yield f"messages.{number}.role: Input should be 'user', 'assistant' or 'system'"
        yield from _of_content(message.get("content"), f"messages.{number}")
    if messages[0]["role"] != "user":
        yield 'messages: first message must use the "user" role'
    if messages[-1]["role"] == "assistant":
        yield (
            "This model does not support assistant message prefill. "
            "The conversation must end with a user message."
        )


def _of_content(content: Any, at: str, *, blank: bool = False) -> Iterator[str]:
    """Content that is neither text nor blocks, and blank text unless that is allowed."""
    if isinstance(content, str):
        if not blank and not content.strip():
            yield f"{at}: text content must be non-empty"
        return
    if not isinstance(content, list) or len(objects(content)) != len(content):
        yield f"{at}.content: Input should be a valid string or list of blocks"
    if not content:
        yield f"{at}: all messages must have non-empty content"
    for place, part in enumerate(content):
        if not isinstance(part.get("type"), str):
            yield f"{at}.content.{place}.type: Field required"
        if part["type"] == "text" and not str(part.get("text") or "").strip():
            yield f"{at}: text content blocks must be non-empty"


def _of_marks(body: dict[str, Any]) -> Iterator[str]:
    contents = [body.get("system"), *(message.get("content") for message in body["messages"])]
    marks = [part.get("cache_control") for content in contents for part in objects(content)]
    given = [mark for mark in (*marks, body.get("cache_control")) if mark]
    if len(given) > _MOST_MARKS:
        yield f"A maximum of {_MOST_MARKS} blocks with cache_control may be provided. Found {len(given)}."
    for mark in given:
        if mapping(mark).get("type") != "ephemeral" or mapping(mark).get("ttl", "5m") not in _TTLS:
            yield f"cache_control: Input should be ephemeral for 5m or 1h, not {json.dumps(mark)}"


def _of_output(body: dict[str, Any]) -> Iterator[str]:
    output = body.get("output_config", {})
    if not isinstance(output, dict):
        yield "output_config: Input should be an object"
    for name in sorted(set(output) - {"effort", "format"}):
        yield f"output_config.{name}: Extra inputs are not permitted"
    if output.get("effort") is not None and output["effort"] not in _EFFORTS:
        yield "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"
    form = output.get("format")
    if form is None:
        return
    if mapping(form).get("type") != "json_schema":
        yield "output_config.format.type: Input should be 'json_schema'"
    for name in sorted(set(form) - {"type", "schema"}):
        yield f"output_config.format.{name}: Extra inputs are not permitted"
    words = structured.complaint(form.get("schema"))
    if words:
        yield f"output_config.format.schema: {words}"
