"""Launches: what fields become, what is refused, who a launch is and when it has changed."""

from typing import Any

import pytest

from panel.core.slugs import MAX_LENGTH
from panel.evidence.launches.launch import MAX_FACT, MAX_FACTS, BadLine, Launch, content_hash, launch_from


def made(**fields: Any) -> Launch:
    launch = launch_from({"name": "Quill", **fields}, "list.jsonl:3")
    assert isinstance(launch, Launch), launch
    return launch


def refused(**fields: Any) -> str:
    wrong = launch_from({"name": "Quill", **fields}, "list.jsonl:3")
    assert isinstance(wrong, BadLine), wrong
    return wrong.message


def test_a_launch_keeps_its_fields_and_its_place():
    launch = made(url="https://quill.example", tagline=" Slides  from notes ", launched=2026, license=None)
    assert launch.place == "list.jsonl:3"
    assert (launch.name, launch.tagline, launch.launched, launch.license) == (
        "Quill",
        "Slides from notes",
        "2026",
        None,
    )


def test_unknown_fields_are_kept_as_facts_in_the_order_of_their_names():
    launch = made(team=["Ann", "Bo"], stars=12, price="1.10", open=True, none=None, nested={"a": [1]})
    assert launch.facts == (
        ("nested", '{"a": [1]}'),
        ("open", "yes"),
        ("price", "1.10"),
        ("stars", "12"),
        ("team", "Ann, Bo"),
    )


def test_many_or_long_facts_are_cut_and_that_is_noted():
    launch = made(**{f"f{n:03}": "x" * (MAX_FACT + 1) for n in range(MAX_FACTS + 5)})
    assert len(launch.facts) == MAX_FACTS
    assert len(launch.facts[0][1]) == MAX_FACT
    assert "f000: cut to 500 characters" in launch.notes
    assert "left out fields beyond the first 40, from 'f040' on" in launch.notes


def test_what_no_reader_would_see_is_removed_from_fields_and_noted():
    launch = made(tagline="Slides\u202e from\x1b[31m notes")
    assert launch.tagline == "Slides from[31m notes"
    assert launch.notes == (
        "tagline: removed 1 control character",
        "tagline: removed 1 bidirectional control",
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": None}, 'list.jsonl:3: has no name (every launch needs a "name")'),
        ({"name": " \u200b "}, 'list.jsonl:3: has no name (every launch needs a "name")'),
        ({"name": 5}, 'list.jsonl:3: name: must be text, not a number (write "name": "…")'),
        ({"name": ["Quill"]}, 'list.jsonl:3: name: must be text, not a list (write "name": "…")'),
        ({"text": {"a": 1}}, 'list.jsonl:3: text: must be text, not an object (write "text": "…")'),
        (
            {"slug": "My Quill"},
            "list.jsonl:3: slug: 'My Quill' is no slug (write 'my-quill', or leave it out)",
        ),
        (
            {"url": "quill.example"},
            "list.jsonl:3: url: 'quill.example' is no web address (write https://…, or leave it out)",
        ),
    ],
)
def test_a_wrong_field_is_named_with_what_to_write_instead(fields, message):
    assert refused(**fields) == message


def test_a_hostile_slug_does_not_reach_the_message_whole():
    assert len(refused(slug="../" * 500)) < 3 * MAX_LENGTH + 120


def test_identity_is_the_slug_else_the_address_else_the_name():
    assert made(slug="quill", url="https://quill.example").identity == "slug:quill"
    assert made(url="https://www.quill.example/?utm_source=x").identity == "url:quill.example"
    assert made(name="  QUILL  two ").identity == "name:quill two"


def test_a_launch_survives_being_sent_as_json():
    launch = made(slug="quill", stars=3, text="Makes slides.")
    assert Launch.model_validate(launch.as_json()) == launch


def test_a_page_is_wanted_only_where_there_is_an_address_and_no_better_evidence():
    assert made(url="https://quill.example").wants_page
    assert not made(url="https://quill.example", readme="a.md").wants_page
    assert not made().wants_page


def test_the_content_hash_does_not_depend_on_place_slug_or_order():
    first = launch_from({"name": "Quill", "b": "1", "a": "2", "readme": "old.md"}, "a.jsonl:1")
    second = launch_from(
        {"a": "2", "slug": "quill", "b": "1", "readme": "new.md", "name": "Quill"}, "b.jsonl:9"
    )
    assert isinstance(first, Launch)
    assert isinstance(second, Launch)
    assert content_hash(first, "Same text.") == content_hash(second, "Same text.")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Quill 2"},
        {"tagline": "New"},
        {"license": "MIT"},
        {"launched": "2027"},
        {"stars": 4},
        {"url": "https://q.example"},
        {"category": "Writing"},
        {"source": "o/r@1"},
    ],
)
def test_the_content_hash_changes_with_whatever_makes_the_dossier(change):
    assert content_hash(made(**change), "Text.") != content_hash(made(), "Text.")
    assert content_hash(made(), "Text!") != content_hash(made(), "Text.")
