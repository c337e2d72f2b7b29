"""Walks through the parts of a JSON schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

#: Keywords that hold a list of schemas, one schema, or schemas by name.
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = ("items", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedProperties")
_NAMED = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
DEEPEST = 100


class Node(NamedTuple):
    """One part of a schema: where it stands, itself, and how many objects and lists are around it."""

    path: tuple[str, ...]
    schema: Any
    depth: int


def walk(schema: Any) -> Iterator[Node]:
    """Every part of a schema, the whole first, each once, references not followed."""
    open_nodes = [Node((), schema, 0)]
    while open_nodes:
        node = open_nodes.pop()
        yield node
        if isinstance(node.schema, dict) and len(node.path) < DEEPEST:
            open_nodes.extend(reversed(list(_below(node))))


def _below(node: Node) -> Iterator[Node]:
    for keyword in _NAMED:
        named = node.schema.get(keyword)
        if isinstance(named, dict):
            deeper = node.depth + (keyword == "properties")
            for name, schema in named.items():
                yield Node((*node.path, keyword, name), schema, deeper)
    for keyword in _LISTS:
        listed = node.schema.get(keyword)
        if isinstance(listed, list):
            for number, schema in enumerate(listed):
                yield Node((*node.path, keyword, str(number)), schema, node.depth)
    for keyword in _SINGLE:
        if isinstance(node.schema.get(keyword), dict):
            deeper = node.depth + (keyword == "items")
            yield Node((*node.path, keyword), node.schema[keyword], deeper)


def resolve(root: dict[str, Any], reference: Any) -> Any:
    """What a reference within `root` points at; None if it points at nothing, or elsewhere."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found: Any = root
    for step in reference[1:].strip("/").split("/"):
        if step:
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
    return found


def types_of(schema: dict[str, Any]) -> frozenset[str]:
    """The types a part allows by its `type`."""
    named = schema.get("type")
    return frozenset([named] if isinstance(named, str) else named if isinstance(named, list) else [])


def is_object(schema: Any) -> bool:
    """Whether a part describes an object."""
    return isinstance(schema, dict) and ("object" in types_of(schema) or "properties" in schema)
