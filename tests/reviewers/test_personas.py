"""Every persona file is a reviewer; a file that is none says where and why."""

from __future__ import annotations

import pytest

from panel.core.errors import InputError
from panel.core.workspace import open_workspace, shipped
from panel.reviewers.personas import load_persona, load_personas, named

GOOD = """---
name: Tester
motto: Reads twice.
chair: core
moves:
  - {key: primitive, ask: "What is it?", evidence: dossier}
words: [60, 120]
---
You read twice.
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="tester.md"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("path", sorted(shipped("personas").glob("*.md")), ids=lambda path: path.stem)
def test_every_shipped_persona_loads_and_has_five_moves_and_signals_both_ways(path):
    persona = load_persona(path)
    assert len(persona.moves) == 5
    assert persona.signals.for_
    assert persona.signals.against
    assert (persona.sits_when is None) == (persona.chair == "core")


def test_the_six_shipped_personas_are_there():
    personas = load_personas(open_workspace({}, environ={}))
    assert set(personas) >= {"builder", "skeptic", "futurist", "product", "business", "creative"}


def test_no_shipped_persona_uses_a_phrase_it_is_to_avoid():
    for persona in load_personas(open_workspace({}, environ={})).values():
        own = " ".join([persona.body, *(move.ask for move in persona.moves)]).casefold()
        assert [phrase for phrase in persona.avoid if phrase.casefold() in own] == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("motto: Reads twice.\n", ""), "motto"),
        (("chair: core", "chair: fifth"), ":4: chair"),
        (("chair: core", "chair: fourth"), "sits_when"),
        (("motto:", "mood: grim\nmotto:"), ":3: mood"),
        (("[60, 120]", "[120, 60]"), "words"),
        (("[60, 120]", "[60, many]"), ":7: words.1"),
        (("key: primitive", "key: Primitive Thing"), ":6: moves.0.key"),
        (("You read twice.\n", "\n"), "body is empty"),
        (("---\nYou", "You"), "never closed"),
        (("name: Tester", "name: Tester\nname: Other"), ":3: name"),
        (("name: Tester", "name: &x Tester"), "anchors"),
        (("name: Tester", "name: !!python/object:os.system x"), "tag"),
    ],
)
def test_a_broken_persona_is_refused_with_file_line_and_field(write, change, place):
    path = write(GOOD.replace(*change))
    with pytest.raises(InputError) as caught:
        load_persona(path)
    assert str(path) in str(caught.value)
    assert place in str(caught.value)


def test_all_problems_of_all_files_are_named_at_once(tmp_path):
    folder = tmp_path / "personas"
    folder.mkdir()
    (folder / "one.md").write_text(GOOD.replace("motto: Reads twice.\n", ""))
    (folder / "two.md").write_text(GOOD.replace("chair: core", "chair: fifth"))
    with pytest.raises(InputError) as caught:
        load_personas(open_workspace({}, folder=tmp_path, environ={}))
    assert "one.md" in str(caught.value)
    assert "two.md" in str(caught.value)


def test_an_unknown_field_hides_no_other_problem_of_the_same_file(write):
    broken = GOOD.replace("chair: core", "chair: fifth\nmood: grim").replace("You read twice.\n", "\n")
    with pytest.raises(InputError) as caught:
        load_persona(write(broken))
    for place in (":4: chair", ":5: mood", "body is empty"):
        assert place in str(caught.value)


def test_an_unknown_field_and_a_contradiction_are_named_together(write):
    with pytest.raises(InputError) as caught:
        load_persona(write(GOOD.replace("chair: core", "chair: fourth\nmood: grim")))
    assert ":5: mood" in str(caught.value)
    assert "sits_when" in str(caught.value).replace("name, sits_when", "")


@pytest.mark.parametrize("name", ["README.md", "readme.md", "ReadMe.md"])
def test_a_readme_among_the_personas_is_none(tmp_path, name):
    folder = tmp_path / "personas"
    folder.mkdir()
    (folder / name).write_text("# Our reviewers\n")
    workspace = open_workspace({}, folder=tmp_path, environ={})
    assert "readme" not in {slug.casefold() for slug in load_personas(workspace)}
    (folder / "README-2.md").write_text("# Our reviewers\n")
    with pytest.raises(InputError, match="README-2"):
        load_personas(workspace)


def test_a_workspace_file_comes_before_the_shipped_one(tmp_path):
    folder = tmp_path / "personas"
    folder.mkdir()
    (folder / "skeptic.md").write_text(GOOD)
    personas = load_personas(open_workspace({}, folder=tmp_path, environ={}))
    assert personas["skeptic"].name == "Tester"
    assert personas["builder"].name == "Builder"


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(InputError, match="builder"):
        named(load_personas(open_workspace({}, environ={})), "nobody", field="--fourth")


def test_the_line_of_a_model_is_remembered(write):
    persona = load_persona(write(GOOD.replace("words:", "model: gpt-x\nwords:")))
    assert persona.model_at.endswith("tester.md:7")


def test_what_looks_like_a_key_is_refused_by_its_line_and_not_shown(write):
    key = "sk-ant-api03-0123456789abcdefghij"
    with pytest.raises(InputError, match=r"tester\.md:10: looks like an API key") as caught:
        load_persona(write(GOOD + f"My key is {key}.\n"))
    assert key not in f"{caught.value.message} {caught.value.hint}"
