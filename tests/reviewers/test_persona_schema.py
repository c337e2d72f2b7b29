"""The schema beside the personas is current, says what the program says, and changes no reviewer."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from panel.core.workspace import shipped
from panel.reviewers.persona_schema import EDITOR_LINE, SCHEMA_FILE, persona_schema, schema_text
from panel.reviewers.personas import load_persona, read_persona

FILES = sorted(shipped("personas").glob("*.md"))
#: The shipped files' hashes before the line for editors: records name them.
HASHES = {
    "builder": "4f5e1c67", "business": "c160a07b", "creative": "6be44d84",
    "futurist": "c156c126", "product": "1afe5c62", "skeptic": "47e0cdb6",
}  # fmt: skip
VALID = {"name": "X", "motto": "Y", "chair": "core", "moves": [{"key": "a", "ask": "Why?"}]}


def front(path):
    return yaml.safe_load(path.read_text(encoding="utf-8").split("\n---\n")[0])


def test_the_file_beside_the_personas_is_current():
    kept = (shipped("personas") / SCHEMA_FILE).read_text(encoding="utf-8")
    assert kept == schema_text(), f"panel schema persona > personas/{SCHEMA_FILE}"


def test_it_is_a_schema_editors_know():
    jsonschema.Draft7Validator.check_schema(persona_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_persona_fits_it_and_names_it_beside_itself(path):
    jsonschema.Draft7Validator(persona_schema()).validate(front(path))
    assert path.read_text(encoding="utf-8").splitlines()[1] == EDITOR_LINE
    assert path.with_name(EDITOR_LINE.rpartition("=")[2].removeprefix("./")).is_file()


@pytest.mark.parametrize(
    "change",
    [
        {"mood": "grim"},
        {"chair": "fifth"},
        {"chair": "fourth"},
        {"sits_when": {"rank": 1}},
        {"moves": []},
        {"moves": [{"key": "A B", "ask": "Why?"}]},
        {"moves": [{"key": "a"}]},
        {"words": [1]},
        {"words": ["a", "b"]},
        {"slug": "x"},
    ],
)
def test_what_the_program_refuses_the_schema_refuses(change):
    jsonschema.Draft7Validator(persona_schema()).validate(VALID)
    assert not jsonschema.Draft7Validator(persona_schema()).is_valid(VALID | change)


def test_every_field_has_its_meaning():
    schema = persona_schema()
    for part in (schema, *schema["definitions"].values()):
        assert part["description"]
        assert all(field["description"] for field in part["properties"].values())


def test_every_field_has_its_line_in_the_document():
    schema = persona_schema()
    nested = {"sits_when": "SitsWhen", "moves": "Move", "signals": "Signals"}
    fields = {*schema["properties"]} | {
        f"{field}.{name}"
        for field, kind in nested.items()
        for name in schema["definitions"][kind]["properties"]
    }
    text = (Path(__file__).parents[2] / "docs" / "personas.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE)) == fields


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_line_for_editors_is_no_part_of_the_reviewer(path):
    text = path.read_text(encoding="utf-8")
    without = read_persona(text.replace(f"{EDITOR_LINE}\n", "", 1), slug=path.stem, file="x.md")
    assert without.sha == load_persona(path).sha
    assert without.sha.removeprefix("sha256:").startswith(HASHES[path.stem])


def test_the_same_line_elsewhere_is_part_of_it():
    text = FILES[0].read_text(encoding="utf-8")
    persona = read_persona(f"{text}\n{EDITOR_LINE}\n", slug="x", file="x.md")
    assert persona.sha != load_persona(FILES[0]).sha
    assert persona.body.endswith(EDITOR_LINE)
