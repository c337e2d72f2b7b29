"""The JSON Schema of a persona's front matter, by which editors complete and check it while somebody types.

It is made from the type of a persona, so that it cannot say something else than the program does. Draft 7,
because that is what the YAML language server reads.
"""

from __future__ import annotations

import json
from typing import Any

from panel.core.domain import Persona

#: The file beside the personas; each opens with a comment that names it, and editors look beside the file.
SCHEMA_FILE = "persona.schema.json"
#: The line right below a persona's opening `---`.
EDITOR_LINE = f"# yaml-language-server: $schema=./{SCHEMA_FILE}"

#: What the program adds when it reads a file.
_DERIVED = ("slug", "body", "sha", "file", "model_at")
_SAYS = {
    "Persona": "One reviewer. The text below the front matter is its voice.",
    "Persona.name": "What the reviewer is called on pages and in prompts.",
    "Persona.motto": "One sentence the reviewer lives by; the model is shown it.",
    "Persona.chair": "core: sits for every tool. fourth: sits when its conditions are met.",
    "Persona.sits_when": "Conditions of a fourth chair; a core chair has none.",
    "Persona.moves": "The questions this reviewer answers about every tool, in this order.",
    "Persona.signals": "Phrases the offline reader leans by; no model ever sees them.",
    "Persona.words": "The fewest and the most words of the printed paragraph.",
    "Persona.avoid": "Phrases this reviewer is told not to use; one that is used is flagged, never refused.",
    "Persona.model": "The model that speaks for this reviewer, if it is not the one in force.",
    "SitsWhen": "When a fourth chair sits. An empty condition always matches.",
    "SitsWhen.modality": "Sits for tools that work in one of these: text, code, image, audio, video …",
    "SitsWhen.surface": "Sits for tools people meet as one of these: editor, app, cli, api, service …",
    "SitsWhen.rank": "Of the chairs whose conditions match, the one with the lowest rank sits.",
    "Move": "One question.",
    "Move.key": "One lower-case word by which findings name the question.",
    "Move.ask": "The question, open to both answers.",
    "Move.evidence": "What the answer may rest on: the dossier, outside knowledge, or either.",
    "Signals": "Phrases the offline reader leans by.",
    "Signals.for": "Phrases in a dossier that speak for the tool.",
    "Signals.against": "Phrases in a dossier that speak against the tool.",
}


def persona_schema() -> dict[str, Any]:
    """The schema of the front matter as plain JSON types, every field with its meaning."""
    made = Persona.model_json_schema(mode="validation", ref_template="#/definitions/{model}")
    definitions = made.pop("$defs")
    for name, definition in {"Persona": made, **definitions}.items():
        _describe(definition, name)
    fields = {name: each for name, each in made["properties"].items() if name not in _DERIVED}
    # Draft 7 has no prefixItems: both numbers are alike.
    number = {"type": "integer", "minimum": 1}
    fields["words"] = {**fields["words"], "items": number}
    del fields["words"]["prefixItems"]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Made by `panel schema persona`; edits here change nothing.",
        "title": "Front matter of a persona",
        "description": made["description"],
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in made["required"] if name not in _DERIVED],
        "properties": fields,
        # Which chair has conditions is no matter of one field.
        "if": {"properties": {"chair": {"const": "fourth"}}, "required": ["chair"]},
        "then": {"required": ["sits_when"]},
        "else": {"not": {"required": ["sits_when"]}},
        "definitions": definitions,
    }


def schema_text() -> str:
    """The schema as the file beside the personas holds it."""
    return json.dumps(persona_schema(), indent=2, ensure_ascii=False) + "\n"


def _describe(definition: dict[str, Any], name: str) -> None:
    definition["description"] = _SAYS[name]
    for field, each in definition["properties"].items():
        each.pop("title", None)
        if name != "Persona" or field not in _DERIVED:
            each["description"] = _SAYS[f"{name}.{field}"]
        if "$ref" in each:
            # In draft 7 nothing beside a $ref is read.
            each["allOf"] = [{"$ref": each.pop("$ref")}]
