"""Every shipped dossier, and every README of the launches beside the project, loads as it should."""

import json
from pathlib import Path

import pytest

from panel.core.slugs import is_slug
from panel.core.workspace import open_workspace, shipped
from panel.evidence.dossiers import load
from panel.evidence.markdown import MAX_PARAGRAPH
from panel.evidence.shelf import files

SHIPPED = files(shipped("dossiers"))
LAUNCHES = Path(__file__).parents[3] / "shared" / "launches" / "launches.jsonl"
needs_launches = pytest.mark.skipif(not LAUNCHES.is_file(), reason="no ../shared/launches beside the project")


def launches() -> list[dict[str, str]]:
    return (
        [json.loads(line) for line in LAUNCHES.read_text("utf-8").splitlines()] if LAUNCHES.is_file() else []
    )


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_dossier_loads_without_warnings_under_its_own_name(path, tmp_path):
    loaded = load(path.stem, open_workspace({}, folder=tmp_path, environ={}))
    dossier = loaded.dossier
    assert loaded.warnings == ()
    assert dossier.notes == ()
    assert dossier.tool.slug == path.stem
    assert dossier.tool.description
    assert all(fact.span is not None for fact in dossier.facts)
    body = dossier.sources[0].text or ""
    for fact in dossier.facts:
        assert fact.span is not None
        assert body[fact.span.start : fact.span.end].split() == (fact.quote or "").split()


def test_there_are_shipped_dossiers():
    assert SHIPPED


@needs_launches
@pytest.mark.parametrize("launch", launches(), ids=lambda launch: launch["slug"])
def test_the_readme_of_a_launch_gives_name_slug_and_description(launch, tmp_path):
    workspace = open_workspace({}, folder=tmp_path, environ={})
    loaded = load(str(LAUNCHES.parent / launch["readme"]), workspace)
    tool = loaded.dossier.tool
    # Inspect's README has no heading of its own: the file's name stands in.
    expected = "inspect-ai" if launch["slug"] == "inspect-ai" else launch["name"]
    assert tool.name.casefold() == expected.casefold()
    assert is_slug(tool.slug)
    assert loaded.warnings == ()
    assert tool.description is not None
    assert 30 <= len(tool.description) <= MAX_PARAGRAPH
    assert not any(mark in tool.description for mark in ("](", "<", "**", "`", "\n"))


@needs_launches
def test_there_are_24_launches():
    assert len(launches()) == 24
