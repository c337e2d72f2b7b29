"""What a name says: words, versions, sizes, and what a headline names besides."""

import pytest

from panel.judgement.identity.letters import cleaned, looks
from panel.judgement.identity.names import (
    former_names,
    read_name,
    sizes_in_slug,
    title,
    version_of,
    versions_in_field,
)


@pytest.mark.parametrize(
    ("name", "words", "versions", "sizes"),
    [
        ("Mistral Small 3.1", ("mistral", "small", "#"), {"3.1"}, set()),
        ("Llama-3.1-8B-Instruct", ("llama", "#", "instruct"), {"3.1"}, {"8B"}),
        ("Mixtral 8x7B", ("mixtral",), set(), {"8X7B"}),
        ("Qwen2.5-Coder 1.5b", ("qwen", "#", "coder"), {"2.5"}, {"1.5B"}),
        ("GPT-4o", ("gpt", "4o"), set(), set()),
        ("GPT4", ("gpt", "#"), {"4"}, set()),
        ("Mem0", ("mem0",), set(), set()),
        ("v0", ("v0",), set(), set()),
        ("o3", ("o3",), set(), set()),
        ("DeepSeek R1", ("deepseek", "r", "#"), {"1"}, set()),
        ("bolt.diy", ("bolt", "diy"), set(), set()),
        ("3.1", ("3.1",), set(), set()),
        ("70B", ("70b",), set(), set()),
        ("🚀", ("🚀",), set(), set()),
        ("", (), set(), set()),
    ],
)
def test_a_name_is_read_as_words_versions_and_sizes(name, words, versions, sizes):
    found = title(name)
    assert (found.words, found.versions, found.sizes) == (words, versions, sizes)


def test_a_headline_of_features_names_each_of_them_under_its_family():
    found = read_name("Cursor v0.50 – Background Agent & Codebase Refactoring")
    assert [each.exact for each in found.titles[1:]] == [
        ("cursor", "background", "agent"),
        ("cursor", "codebase", "refactoring"),
    ]
    assert found.family.exact == ("cursor",)
    assert {version for each in found.titles for version in each.versions} == {"0.50"}


@pytest.mark.parametrize(
    "name", ["Aider: pair programming in your terminal", "Aider – AI Pair Programming in Your Terminal"]
)
def test_what_stands_behind_a_name_and_is_a_tagline_is_no_part_of_it(name):
    found = read_name(name)
    assert (found.titles[0].exact, found.family) == (("aider",), None)


def test_a_size_in_brackets_counts_and_other_words_there_do_not():
    (found,) = read_name("Nova (YC S24, 70B)").titles
    assert (found.exact, found.sizes, found.versions) == (("nova",), {"70B"}, set())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("OpenHands, formerly OpenDevin, writes code.", ("OpenDevin",)),
        ("Quill (previously known as Plume Writer)", ("Plume Writer",)),
        ("Built by people previously at Google.", ()),
        ("Quill, f.k.a. Plume.", ("Plume",)),
    ],
)
def test_former_names_are_found_where_they_are_said_to_be_names(text, names):
    assert former_names(text) == names


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2.0", "2", True), ("2.0.0", "2.0", True), ("0.50", "0.5", False), ("3.1", "3", False)],
)
def test_versions_are_the_same_but_for_noughts_behind_a_point(one, other, same):
    assert (version_of(one) == version_of(other)) == same


@pytest.mark.parametrize(
    ("field", "versions"), [("v2.0 (beta)", {"2"}), ("beta", {"beta"}), ("", set()), (None, set())]
)
def test_the_version_field_is_read_whatever_is_written_in_it(field, versions):
    assert versions_in_field(field) == versions


def test_sizes_are_read_from_a_slug():
    assert sizes_in_slug("code-llama-4-70b") == {"70B"}
    assert sizes_in_slug("tool-1b2c3d4e") == frozenset()


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Cur\u200bsor\u202e", "Cursor"),
        ("Ｃｕｒｓｏｒ", "Cursor"),
        (" Café\tNoir\n", "Cafe Noir"),
        ("\ud800", ""),
    ],
)
def test_a_name_is_cleaned_of_what_is_not_seen(name, read):
    assert cleaned(name) == read


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Сursor", "Cursor"),
        ("OpenAI", "OpenAl"),
        ("Mem0", "Memo"),
        ("R10", "Rlo"),
        ("10", "10"),
        ("Ωmega", None),
    ],
)
def test_a_name_is_read_as_hasty_eyes_may_read_it(name, seen):
    assert (seen in looks(name)) == (seen is not None)
