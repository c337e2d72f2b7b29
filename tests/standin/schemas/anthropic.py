"""Anthropic's structured outputs: the first thing in a JSON schema that they refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tests.standin.schemas.walking import Node, is_object, resolve, types_of, walk

_UNSUPPORTED = (
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "if",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedProperties",
    "uniqueItems",
)
_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
)
_MOST_OPTIONAL = 24
_MOST_UNIONS = 16


def complaint(schema: Any) -> str | None:
    """What Anthropic says is wrong with the schema; None if it is fine."""
    return _complaint(json.dumps(schema))


@lru_cache(maxsize=64)
def _complaint(text: str) -> str | None:
    schema = json.loads(text)
    if not isinstance(schema, dict) or not (is_object(schema) or "array" in types_of(schema)):
        return "The root of the schema must be an object or an array"
    nodes = list(walk(schema))
    for node in nodes:
        words = next(_of_node(node.schema, schema), None)
        if words:
            return f"{'.'.join(node.path)}: {words}" if node.path else words
    return _of_references(schema) or _of_size(nodes)


def _of_node(part: Any, root: dict[str, Any]) -> Iterator[str]:
    if not isinstance(part, dict):
        yield "A schema must be an object"
        return
    for keyword in _UNSUPPORTED:
        if keyword in part:
            kind = "/".join(sorted(types_of(part))) or "any"
            yield f"For '{kind}' type, property '{keyword}' is not supported"
    if part.get("minItems", 0) not in {0, 1}:
        yield "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    if "format" in part and part["format"] not in _FORMATS:
        yield f"For 'string' type, format '{part['format']}' is not supported"
    if any(isinstance(value, (dict, list)) for value in part.get("enum", [])):
        yield "'enum' values must be primitives"
    if "$ref" in part and not isinstance(resolve(root, part["$ref"]), dict):
        yield f"'$ref' {part['$ref']} cannot be resolved"
    if any("$ref" in item for item in part.get("allOf", []) if isinstance(item, dict)):
        yield "'allOf' with '$ref' is not supported"
    if is_object(part) and part.get("additionalProperties") is not False:
        yield "For 'object' type, 'additionalProperties' must be explicitly set to false"


def _of_references(root: dict[str, Any]) -> str | None:
    """Recursion: a part that holds a reference to itself, directly or by way of others."""
    targets: dict[str, set[str]] = {}
    open_references = {node.schema["$ref"] for node in walk(root) if "$ref" in node.schema}
    while open_references:
        reference = open_references.pop()
        if reference not in targets:
            below = walk(resolve(root, reference))
            targets[reference] = {node.schema["$ref"] for node in below if "$ref" in node.schema}
            open_references |= targets[reference]
    for reference, held in targets.items():
        reached: set[str] = set()
        ahead = set(held)
        while ahead:
            step = ahead.pop()
            reached.add(step)
            ahead |= targets[step] - reached
        if reference in reached:
            return f"Recursive schemas are not supported: {reference}"
    return None


def _of_size(nodes: list[Node]) -> str | None:
    optional = sum(
        len(set(node.schema.get("properties", {})) - set(node.schema.get("required", []))) for node in nodes
    )
    if optional > _MOST_OPTIONAL:
        return f"Schemas contain too many optional parameters ({optional}, at most {_MOST_OPTIONAL})"
    unions = sum("anyOf" in node.schema or isinstance(node.schema.get("type"), list) for node in nodes)
    if unions > _MOST_UNIONS:
        return f"Schemas contain too many parameters with union types ({unions}, at most {_MOST_UNIONS})"
    return None
