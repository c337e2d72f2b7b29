"""The smallest answer that fits a JSON schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.standin.schemas.walking import is_object, resolve, types_of

#: Below this many levels lists stay empty and choices take their shortest way out.
_DEEP = 8
_TOO_DEEP = 60
_PLAIN: dict[str, Any] = {"string": "word", "integer": 1, "number": 0.5, "boolean": True, "null": None}
_FORMATTED = {
    "date": "2027-01-01",
    "date-time": "2027-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "someone@example.org",
    "hostname": "example.org",
    "uri": "https://example.org/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def instance(schema: dict[str, Any], fields: Mapping[str, Any] | None = None) -> Any:
    """An answer for the schema: the first of each choice, one item in each list.

    Args:
        schema: Any JSON schema.
        fields: Values for properties of the root, put in their place; unknown ones come last.
    """
    made = _made(schema, schema, 0)
    return {**made, **fields} if isinstance(made, dict) and fields else made


def _made(schema: Any, root: dict[str, Any], depth: int) -> Any:
    if not isinstance(schema, dict) or depth > _TOO_DEEP:
        return None
    if "const" in schema or schema.get("enum"):
        return schema["const"] if "const" in schema else schema["enum"][0]
    other = _stands_for(schema, root, depth)
    return _of_type(schema, root, depth) if other is None else _made(other, root, depth + 1)


def _stands_for(schema: dict[str, Any], root: dict[str, Any], depth: int) -> Any:
    """The schema that a reference, a choice or a sum comes down to; None if this is none of them."""
    if "$ref" in schema:
        return resolve(root, schema["$ref"])
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        null = {"type": "null"}
        return null if depth > _DEEP and null in choices else choices[0]
    return _merged(schema, root) if schema.get("allOf") else None


def _of_type(schema: dict[str, Any], root: dict[str, Any], depth: int) -> Any:
    if is_object(schema):
        return {name: _made(part, root, depth + 1) for name, part in schema.get("properties", {}).items()}
    types = types_of(schema)
    if "array" in types:
        wanted = schema.get("minItems", 0 if depth > _DEEP or schema.get("maxItems") == 0 else 1)
        return [_made(schema.get("items", {}), root, depth + 1) for _ in range(wanted)]
    if schema.get("format") in _FORMATTED:
        return _FORMATTED[schema["format"]]
    named = next((name for name in _PLAIN if name in types), "null")
    if named in {"integer", "number"}:
        return max(_PLAIN[named], schema.get("minimum", _PLAIN[named]))
    return _PLAIN[named]


def _merged(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {name: value for name, value in schema.items() if name != "allOf"}
    for part in schema["allOf"]:
        found = resolve(root, part["$ref"]) if "$ref" in part else part
        properties = {**merged.get("properties", {}), **found.get("properties", {})}
        merged = {**merged, **found, "properties": properties} if properties else {**merged, **found}
    return merged
