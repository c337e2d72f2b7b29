"""`panel persona lint`, and what cannot be read at all."""

from __future__ import annotations

import os

import pytest

from panel.core.workspace import shipped
from tests.cli.archivist import NEW


def test_the_shipped_reviewers_are_clean(panel):
    ended = panel("persona", "lint")
    assert (ended.code, ended.out) == (0, "")
    assert "6 personas, nothing to change" in ended.err


def test_warnings_leave_the_exit_code_at_0_and_errors_make_it_2(panel, workspace):
    panel(*NEW)
    path = workspace / "personas" / "archivist.md"
    good = path.read_text()
    path.write_text(good.replace("after tapes.", "after tapes. You never skip."))
    ended = panel("persona", "lint", "archivist")
    assert ended.code == 0
    assert "personas/archivist.md:26: warning (skipping): “never skip” rules skip out" in ended.out
    assert "  instead: name the case" in ended.out
    path.write_text(good.replace("chair: fourth", "chair: fifth"))
    ended = panel("persona", "lint", path)
    assert ended.code == 2
    assert "personas/archivist.md:5: error (structure): chair: must be 'core' or 'fourth'" in ended.out


def test_a_file_from_elsewhere_is_linted_beside_those_in_force(panel, tmp_path_factory):
    path = tmp_path_factory.mktemp("elsewhere") / "twin.md"
    path.write_text((shipped("personas") / "skeptic.md").read_text())
    (found,) = panel("persona", "lint", path, "--json").json
    assert {remark["rule"] for remark in found["remarks"]} == {"overlap"}
    assert len(found["remarks"]) == 5


@pytest.mark.parametrize("json_flag", [[], ["--json"]])
def test_a_file_that_cannot_be_read_is_a_remark_and_the_others_are_linted(panel, workspace, json_flag):
    folder = workspace / "personas"
    panel(*NEW)
    (folder / "latin.md").write_bytes("---\nname: Café\n".encode("latin-1"))
    (folder / "long.md").write_text("x" * 64_001)
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.md")
    ended = panel("persona", "lint", *json_flag)
    assert ended.code == 2
    if json_flag:
        found = {each["persona"]: each["remarks"] for each in ended.json}
        assert len(found) == 11
        assert {slug for slug, remarks in found.items() if remarks} == {"latin", "long", "folder", "pipe"}
    else:
        assert "personas/latin.md:2: error (structure): is not UTF-8 (byte 0xe9)" in ended.out
        assert "personas/long.md: error (structure): has 64,001 bytes; at most 64,000 are read" in ended.out
        assert "personas/folder.md: error (structure): is a folder, not a file" in ended.out
        assert "personas/pipe.md: error (structure): is a pipe or a device, not a file" in ended.out
        assert ended.out.count("  instead: ") == 4
        assert "11 personas: 4 errors, 0 warnings; 7 clean" in ended.err


def test_what_is_neither_persona_nor_file_is_refused(panel):
    ended = panel("persona", "lint", "nobody")
    assert ended.code == 2
    assert "builder" in ended.err


@pytest.mark.parametrize(
    "command",
    [["persona", "list"], ["persona", "show", "pipe"], ["review", "codestral-2-0", "--provider", "offline"]],
)
def test_a_pipe_among_reviewers_is_named_by_every_verb_and_waited_for_by_none(panel, workspace, command):
    (workspace / "personas").mkdir()
    os.mkfifo(workspace / "personas" / "pipe.md")
    ended = panel(*command)
    assert ended.code == 2
    assert "personas/pipe.md: is a pipe or a device, not a file" in ended.err
