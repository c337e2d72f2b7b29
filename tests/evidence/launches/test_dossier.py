"""A launch and its evidence as a dossier: card, facts, identity, and refusals before any call."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from panel.evidence.dossiers import Loaded, dossier_id
from panel.evidence.launches.dossier import dossier_of
from panel.evidence.launches.evidence import Evidence, evidence_of
from panel.evidence.launches.launch import BadLine, Launch, launch_from
from panel.evidence.launches.readers.base import LaunchList, read_list

LAUNCHES = Path(__file__).parents[4] / "shared" / "launches" / "launches.jsonl"
TEXT = "# Quill\n\nQuill makes slides out of notes.\n"


def launch(**fields: Any) -> Launch:
    made = launch_from({"name": "Quill", **fields}, "list.jsonl:3")
    assert isinstance(made, Launch), made
    return made


def made(of: Launch, evidence: Evidence | None = None) -> Loaded:
    loaded = dossier_of(of, evidence or Evidence(TEXT, "quill.md"))
    assert isinstance(loaded, Loaded), loaded
    return loaded


def test_the_launch_fills_the_card_and_the_evidence_the_body():
    dossier = made(
        launch(url="https://q.example", tagline="Slides", category="Writing", launched="2026")
    ).dossier
    assert dossier.tool.slug == "quill"
    assert dossier.tool.description == "Quill makes slides out of notes."
    body, card = dossier.sources
    assert (card.title, card.origin) == ("launch list", "list.jsonl:3")
    assert (body.origin, body.text) == ("quill.md", TEXT.strip())
    assert card.text == (
        "Name: Quill\nURL: https://q.example\nCategory: Writing\nTagline: Slides\nLaunched: 2026"
    )


def test_licence_source_and_unknown_fields_are_a_source_of_their_own_with_facts_that_point_into_it():
    dossier = made(launch(license="MIT", source="o/r@1", team="Ann & Bo")).dossier
    source = dossier.sources[-1]
    assert (source.id, source.origin, source.text) == (
        "launch",
        "list.jsonl:3",
        "license: MIT\nsource: o/r@1\nteam: Ann & Bo",
    )
    assert [(fact.subject, fact.value) for fact in dossier.facts] == [
        ("license", "MIT"),
        ("source", "o/r@1"),
        ("team", "Ann & Bo"),
    ]
    for fact in dossier.facts:
        assert fact.span is not None
        assert (source.text or "")[fact.span.start : fact.span.end] == fact.quote
    assert dossier.id == dossier_id(dossier.tool, dossier.sources, dossier.facts)


def test_the_front_matter_of_a_dossier_comes_first_and_the_launch_fills_its_gaps():
    evidence = Evidence(
        "---\nname: Quill Pro\nvendor: Feather\nslug: other\n---\nText.", "d.md", is_dossier=True
    )
    tool = made(launch(slug="quill", category="Writing"), evidence).dossier.tool
    assert (tool.name, tool.vendor, tool.category, tool.slug) == ("Quill Pro", "Feather", "Writing", "quill")


def test_front_matter_of_a_readme_is_only_text():
    dossier = made(launch(), Evidence("---\nname: Evil\nlicense: mit\n---\n\nMakes slides.", "r.md")).dossier
    assert dossier.tool.name == "Quill"
    assert "name: Evil" in (dossier.sources[0].text or "")


def test_a_fetched_body_names_its_address_and_the_time_is_no_part_of_the_identity():
    first = made(
        launch(), Evidence(TEXT, "https://q.example", url="https://q.example", retrieved="2026-11-20")
    )
    later = made(
        launch(), Evidence(TEXT, "https://q.example", url="https://q.example", retrieved="2026-11-21")
    )
    assert first.dossier.sources[0].url == "https://q.example"
    assert first.dossier.sources[0].retrieved == "2026-11-20"
    assert first.dossier.id == later.dossier.id


def test_notes_and_warnings_of_the_way_in_are_kept():
    of = launch(tagline="Slides\u200b").model_copy(update={"warnings": ("list.jsonl:3: odd date",)})
    loaded = made(of, Evidence("Makes\u200b slides.", "x", notes=("page: cut at 20,000 tags",)))
    assert loaded.warnings == ("list.jsonl:3: odd date",)
    assert loaded.dossier.notes == (
        "tagline: removed 1 invisible character",
        "page: cut at 20,000 tags",
        "body: removed 1 invisible character",
    )


def test_a_dossier_that_is_wrong_is_refused_with_the_launchs_place():
    wrong = dossier_of(launch(), Evidence("---\nname: [\n---\nText.", "d.md", is_dossier=True))
    assert isinstance(wrong, BadLine)
    assert wrong.message.startswith("list.jsonl:3: d.md:")
    empty = dossier_of(launch(), Evidence(" ", "list.jsonl:3"))
    assert isinstance(empty, BadLine)
    assert empty.message.startswith("list.jsonl:3: empty body")


HOSTILE = {
    "200k lines": "x\n" * 200_000,
    "one long line": "word " * 80_000,
    "quadratic brackets": "[a](b" * 80_000,
    "quadratic stars": "a**b" * 100_000,
    "nested quotes": "> " * 100_000 + "a",
    "open tags": "<div\n<" + "a" * 390_000,
    "ReDoS": "<a display" + " " * 390_000,
    "comments": "a" + "<!--" * 90_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_becomes_a_dossier_in_time(text):  # C15
    started = time.monotonic()
    evidence = evidence_of(launch(text=text))
    assert isinstance(evidence, Evidence)
    made(launch(text=text), evidence)
    assert time.monotonic() - started < 5


@pytest.mark.skipif(not LAUNCHES.is_file(), reason="no ../shared/launches beside the project")
def test_all_real_launches_become_dossiers_without_warnings():
    listing = LaunchList("launches.jsonl", path=LAUNCHES)
    found = list(read_list(listing))
    assert len(found) == 24
    for item in found:
        assert isinstance(item, Launch)
        evidence = evidence_of(item, folder=listing.folder)
        assert isinstance(evidence, Evidence)
        loaded = made(item, evidence)
        given = json.loads(LAUNCHES.read_text("utf-8").splitlines()[int(item.place.split(":")[1]) - 1])
        assert (loaded.dossier.tool.slug, loaded.dossier.tool.name) == (given["slug"], given["name"])
        assert loaded.dossier.tool.description
        assert {fact.subject for fact in loaded.dossier.facts} == {"license", "source"}
        assert loaded.warnings == ()
