"""What both endpoints of OpenAI refuse alike."""

from __future__ import annotations

import re
from typing import Any

from tests.standin.apis.base import Rejection, integer, mapping
from tests.standin.schemas import openai as strict

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_TIERS = ("auto", "default", "flex", "scale", "priority", "fast", "ultrafast")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_METADATA = 16
_LONGEST_KEY, _LONGEST_VALUE, _LONGEST_IDENTIFIER = 64, 512, 128


def invalid(message: str, param: str | None = None, code: str | None = None) -> Rejection:
    """A 400."""
    return Rejection(400, message, code, param)


def check_fields(body: dict[str, Any], known: frozenset[str], limits: tuple[str, ...]) -> Rejection | None:
    """Unknown fields, a missing model, streaming, limits of the output, metadata.

    Args:
        body: The request.
        known: Every field the endpoint takes.
        limits: Fields that hold a limit of the output.
    """
    if not body.get("model") or not isinstance(body["model"], str):
        return invalid("you must provide a model parameter", "model", "missing_required_parameter")
    unknown = sorted(set(body) - known)
    if unknown:
        return invalid(f"Unknown parameter: '{unknown[0]}'.", unknown[0], "unknown_parameter")
    if body.get("stream"):
        return invalid("This stand-in does not stream.", "stream", "unsupported_value")
    for limit in limits:
        if body.get(limit) is not None and (integer(body[limit]) or 0) < 1:
            message = f"Invalid '{limit}': integer below minimum value. Expected a value >= 1."
            return invalid(message, limit, "integer_below_min_value")
    return one_of(body.get("service_tier"), _TIERS, "service_tier") or _check_labels(body)


def one_of(value: Any, allowed: tuple[str, ...], param: str) -> Rejection | None:
    """Refuse a value that is given and not allowed."""
    if value is None or value in allowed:
        return None
    supported = ", ".join(f"'{word}'" for word in allowed)
    message = f"Invalid value: '{value}'. Supported values are: {supported}."
    return invalid(message, param, "invalid_value")


def _check_labels(body: dict[str, Any]) -> Rejection | None:
    metadata = body.get("metadata")
    if metadata is not None:
        if not isinstance(metadata, dict) or len(metadata) > _MOST_METADATA:
            return invalid(f"Invalid 'metadata': at most {_MOST_METADATA} pairs.", "metadata")
        for key, value in metadata.items():
            if len(key) > _LONGEST_KEY or not isinstance(value, str) or len(value) > _LONGEST_VALUE:
                return invalid(f"Invalid 'metadata.{key}'.", f"metadata.{key}")
    if len(str(body.get("safety_identifier") or "")) > _LONGEST_IDENTIFIER:
        return invalid("Invalid 'safety_identifier': string too long.", "safety_identifier")
    return None


def check_format(form: Any, described: Any, param: str, text: str) -> Rejection | None:
    """Check how the answer's form is asked for.

    Args:
        form: The object with the `type`.
        described: The object with name, strict and schema.
        param: How its field is called in complaints.
        text: All text of the prompt; `json_object` wants the word in it.
    """
    kind = "text" if form is None else mapping(form).get("type") or ""
    wrong = one_of(kind, ("text", "json_object", "json_schema"), f"{param}.type")
    if wrong:
        return wrong
    if kind == "json_object" and "json" not in text.lower():
        words = f"to use '{param}' of type 'json_object'."
        return invalid(f"'messages' must contain the word 'json' in some form, {words}", param)
    return _check_schema(mapping(described), param) if kind == "json_schema" else None


def _check_schema(described: dict[str, Any], param: str) -> Rejection | None:
    for name, kind in (("name", str), ("schema", dict)):
        if not isinstance(described.get(name), kind):
            message = f"Missing required parameter: '{param}.{name}'."
            return invalid(message, f"{param}.{name}", "missing_required_parameter")
    name = described["name"]
    if not _NAME.fullmatch(name):
        message = f"Invalid '{param}.name': string does not match pattern '^[a-zA-Z0-9_-]{{1,64}}$'."
        return invalid(message, f"{param}.name", "invalid_value")
    words = strict.complaint(described["schema"]) if described.get("strict") else None
    if words is None:
        return None
    message = f"Invalid schema for response_format '{name}': {words}"
    return invalid(message, f"{param}.schema", "invalid_json_schema")
