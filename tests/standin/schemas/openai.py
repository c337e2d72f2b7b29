"""OpenAI's strict mode: the first thing in a JSON schema that it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tests.standin.schemas.walking import Node, is_object, resolve, walk

_UNSUPPORTED = (
    "allOf",
    "contains",
    "default",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "maxLength",
    "maxProperties",
    "minContains",
    "minLength",
    "minProperties",
    "not",
    "oneOf",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
)
_SAYS_ITS_TYPE = ("type", "anyOf", "$ref", "enum", "const")
_MOST_PROPERTIES = 5_000
_MOST_LEVELS = 10
_MOST_ENUM_VALUES = 1_000
_LARGE_ENUM = 250
_MOST_LARGE_ENUM_CHARACTERS = 15_000
_MOST_CHARACTERS = 120_000


def complaint(schema: Any) -> str | None:
    """What OpenAI says is wrong with the schema, in its words; None if it is fine."""
    return _complaint(json.dumps(schema))


@lru_cache(maxsize=64)
def _complaint(text: str) -> str | None:
    schema = json.loads(text)
    if not isinstance(schema, dict) or schema.get("type") != "object":
        found = schema.get("type") if isinstance(schema, dict) else type(schema).__name__
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{found}\"'."
    if "anyOf" in schema:
        return "In context=(), 'anyOf' is not permitted at the root."
    nodes = list(walk(schema))
    for node in nodes:
        words = next(_of_node(node.schema, node.depth, schema), None)
        if words:
            return f"In context=({', '.join(repr(step) for step in node.path)}), {words}"
    return _of_size(nodes)


def _of_node(part: Any, depth: int, root: dict[str, Any]) -> Iterator[str]:
    if not isinstance(part, dict):
        yield "schema must be an object."
        return
    for keyword in _UNSUPPORTED:
        if keyword in part:
            yield f"'{keyword}' is not permitted."
    if not any(keyword in part for keyword in _SAYS_ITS_TYPE):
        yield "schema must have a 'type' key."
    if "$ref" in part and not isinstance(resolve(root, part["$ref"]), dict):
        yield f"reference to component '{part['$ref']}' which was not found in the schema."
    if "$ref" in part and len(part) > 1:
        yield f"$ref cannot have keywords {sorted(set(part) - {'$ref'})}."
    if part.get("type") == "array" and not isinstance(part.get("items"), dict):
        yield "array schema missing items."
    if depth > _MOST_LEVELS:
        yield f"schema exceeds {_MOST_LEVELS} levels of nesting."
    if is_object(part):
        yield from _of_object(part)


def _of_object(part: dict[str, Any]) -> Iterator[str]:
    if part.get("additionalProperties") is not False:
        yield "'additionalProperties' is required to be supplied and to be false."
    properties, required = part.get("properties", {}), part.get("required")
    whole = "'required' is required to be supplied and to be an array including every key in properties."
    if not isinstance(required, list):
        yield whole
        return
    for name in properties:
        if name not in required:
            yield f"{whole} Missing '{name}'."
    for name in required:
        if name not in properties:
            yield f"Extra required key '{name}' supplied."


def _of_size(nodes: list[Node]) -> str | None:
    names = [name for node in nodes for name in node.schema.get("properties", {})]
    enums = [node.schema["enum"] for node in nodes if isinstance(node.schema.get("enum"), list)]
    values = [str(value) for enum in enums for value in enum]
    if len(names) > _MOST_PROPERTIES:
        return f"schema has more than {_MOST_PROPERTIES} properties."
    if len(values) > _MOST_ENUM_VALUES:
        return f"schema has more than {_MOST_ENUM_VALUES} enum values."
    large = (enum for enum in enums if len(enum) > _LARGE_ENUM)
    if any(sum(len(str(value)) for value in enum) > _MOST_LARGE_ENUM_CHARACTERS for enum in large):
        return f"an enum has more than {_MOST_LARGE_ENUM_CHARACTERS} characters."
    if sum(map(len, names)) + sum(map(len, values)) > _MOST_CHARACTERS:
        return f"names and enum values have more than {_MOST_CHARACTERS} characters."
    return None
