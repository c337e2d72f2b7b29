"""`panel persona list|show`, and the schema of what they find."""

from __future__ import annotations

import pytest

from panel.core.workspace import shipped


def test_the_list_says_who_sits_when_and_what_is_shadowed(panel, workspace):
    panel("persona", "new", "skeptic", "--copy")
    found = {each["persona"]: each for each in panel("persona", "list", "--json").json}
    assert [*found][:3] == ["builder", "futurist", "skeptic"]
    assert found["skeptic"]["file"] == str(workspace / "personas" / "skeptic.md")
    assert found["skeptic"]["shadows"] == str(shipped("personas") / "skeptic.md")
    assert (found["builder"]["origin"], found["builder"]["shadows"]) == ("shipped", None)
    out = panel("persona", "list").out
    assert "personas/skeptic.md, shadows the shipped one" in " ".join(out.split())


@pytest.mark.parametrize("columns", [80, 50])
@pytest.mark.parametrize("command", [["list"], ["show", "skeptic"]])
def test_it_fits_a_narrow_terminal_without_colour(panel, command, columns):
    out = panel("persona", *command, COLUMNS=str(columns)).out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= columns
    assert "\x1b" not in out


def test_a_broken_file_is_listed_and_named(panel, workspace):
    (workspace / "personas").mkdir()
    (workspace / "personas" / "skeptic.md").write_text("---\nname: X\n---\nbody\n")
    ended = panel("persona", "list")
    assert ended.code == 2
    assert "no persona, see below" in " ".join(ended.out.split())
    assert "personas/skeptic.md:1: motto" in ended.err


def test_show_tells_the_questions_and_where_a_copy_differs(panel, workspace):
    panel("persona", "new", "skeptic", "--copy")
    path = workspace / "personas" / "skeptic.md"
    path.write_text(path.read_text().replace("name: Skeptic", "name: Doubter"))
    out = " ".join(panel("persona", "show", "skeptic").out.split())
    assert "Doubter" in out
    assert "differs in name" in out
    assert "breaks In which concrete situation" in out
    assert panel("persona", "show", "skeptic", "--json").json["differs_in"] == ["name"]


def test_show_prints_the_file_or_what_a_model_is_shown(panel):
    text = (shipped("personas") / "skeptic.md").read_text(encoding="utf-8")
    assert panel("persona", "show", "skeptic", "--file").out == text
    prompt = panel("persona", "show", "skeptic", "--prompt").out
    assert prompt.startswith('Your seat: Skeptic. "A claim is a debt')
    assert "$schema" not in prompt
    assert panel("persona", "show", "skeptic", "--file", "--prompt").code == 2
    assert "builder" in panel("persona", "show", "nobody").err


def test_the_schema_is_printed_and_laid_beside_the_personas_by_init(panel, tmp_path):
    printed = panel("schema", "persona").out
    assert printed == (shipped("personas") / "persona.schema.json").read_text(encoding="utf-8")
    assert panel("init", tmp_path / "fresh").code == 0
    assert (tmp_path / "fresh" / "personas" / "persona.schema.json").read_text(encoding="utf-8") == printed
