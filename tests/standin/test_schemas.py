"""Each vendor's schema rules hold where they should and nowhere else; generated answers fit their schema."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from tests.standin.schemas import anthropic, openai
from tests.standin.schemas.instances import instance

TEXT = {"type": "string"}
NODE = {"$ref": "#/$defs/node"}


def closed(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def having(**keywords: Any) -> dict[str, Any]:
    return closed(field=keywords)


PORTABLE = closed(
    name={**TEXT, "description": "A name."},
    kind={"type": "string", "enum": ["a", "b"]},
    note={"anyOf": [TEXT, {"type": "null"}]},
    items={"type": "array", "items": closed(claim=TEXT, sure={"type": "boolean"})},
    count={"type": "integer"},
    share={"type": "number"},
)
RECURSIVE = {**closed(root=NODE), "$defs": {"node": closed(below={"type": "array", "items": NODE})}}
SHARED = {**closed(a=NODE, b=NODE), "$defs": {"node": closed(name=TEXT)}}
BOUNDED = having(type="integer", minimum=3)


@pytest.mark.parametrize("schema", [PORTABLE, SHARED, closed()])
def test_what_both_vendors_take(schema: dict[str, Any]) -> None:
    assert openai.complaint(schema) is None
    assert anthropic.complaint(schema) is None


ONLY_OPENAI = {
    "bounds": BOUNDED,
    "two items": having(type="array", items=TEXT, minItems=2),
    "pattern": having(type="string", format="odd"),
    "recursion": RECURSIVE,
}
ONLY_ANTHROPIC = {
    "optional": {**closed(a=TEXT, b=TEXT), "required": ["a"]},
    "default": having(type="string", default="x"),
    "root list": {"type": "array", "items": TEXT},
    "all of": having(allOf=[closed(a=TEXT)]),
    "reference with words": {
        **closed(a={**NODE, "description": "It."}),
        "$defs": {"node": closed(name=TEXT)},
    },
}
NEITHER = {
    "open object": {**PORTABLE, "additionalProperties": True},
    "open object inside": closed(inner={"type": "object", "properties": {}, "required": []}),
    "length": having(type="string", minLength=1),
    "unique": having(type="array", items=TEXT, uniqueItems=True),
    "one of": having(oneOf=[TEXT, {"type": "null"}]),
    "not": having(**{"not": TEXT}),
    "dictionary": having(type="object", additionalProperties=TEXT),
    "root text": TEXT,
    "root nothing": None,
    "lost reference": closed(a={"$ref": "#/$defs/none"}),
    "foreign reference": closed(a={"$ref": "https://example.org/schema"}),
}


@pytest.mark.parametrize("schema", ONLY_OPENAI.values(), ids=ONLY_OPENAI)
def test_what_only_openai_takes(schema: dict[str, Any]) -> None:
    assert openai.complaint(schema) is None
    assert anthropic.complaint(schema)


@pytest.mark.parametrize("schema", ONLY_ANTHROPIC.values(), ids=ONLY_ANTHROPIC)
def test_what_only_anthropic_takes(schema: dict[str, Any]) -> None:
    assert openai.complaint(schema)
    assert anthropic.complaint(schema) is None


@pytest.mark.parametrize("schema", NEITHER.values(), ids=NEITHER)
def test_what_neither_takes(schema: Any) -> None:
    assert openai.complaint(schema)
    assert anthropic.complaint(schema)


def test_a_complaint_names_the_place() -> None:
    words = openai.complaint(closed(items={"type": "array", "items": {**closed(a=TEXT), "required": []}}))
    assert words is not None
    assert words.startswith("In context=('properties', 'items', 'items'), 'required' is required")
    assert words.endswith("Missing 'a'.")
    assert anthropic.complaint(BOUNDED) == (
        "properties.field: For 'integer' type, property 'minimum' is not supported"
    )


def test_sizes_are_limited() -> None:
    assert openai.complaint(having(type="string", enum=[str(n) for n in range(1_001)]))
    assert openai.complaint(having(type="string", enum=["x" * 100 + str(n) for n in range(300)]))
    deep: dict[str, Any] = TEXT
    for _ in range(11):
        deep = closed(a=deep)
    assert openai.complaint(deep)
    assert anthropic.complaint({**closed(**{f"p{n}": TEXT for n in range(25)}), "required": []})
    union = {"anyOf": [TEXT, {"type": "null"}]}
    assert anthropic.complaint(closed(**{f"p{n}": union for n in range(17)}))


MADE = {
    "portable": PORTABLE,
    "recursive": RECURSIVE,
    "shared": SHARED,
    "bounded": BOUNDED,
    "sum": {
        "allOf": [NODE, closed(a=TEXT) | {"additionalProperties": True}],
        "$defs": {"node": having(const=3)},
    },
    "formats": closed(day={"type": "string", "format": "date"}, at={"type": "string", "format": "uri"}),
    "list": {"type": "array", "items": {"type": ["integer", "null"]}},
    "empty list": {"type": "array", "items": TEXT, "maxItems": 0},
    "three": {"type": "array", "items": TEXT, "minItems": 3},
}
MADE["sum"]["$defs"]["node"]["additionalProperties"] = True


@pytest.mark.parametrize("schema", MADE.values(), ids=MADE)
def test_a_generated_answer_fits_its_schema(schema: dict[str, Any]) -> None:
    jsonschema.validate(instance(schema), schema)
