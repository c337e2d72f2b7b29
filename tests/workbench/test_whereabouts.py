"""Every persona's file is told with its origin and what it shadows."""

from __future__ import annotations

import pytest

from panel.core.errors import InputError
from panel.core.workspace import open_workspace, shipped
from panel.workbench.whereabouts import in_force, located

SKEPTIC = (shipped("personas") / "skeptic.md").read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path):
    (tmp_path / "personas").mkdir()

    def write(name, text):
        (tmp_path / "personas" / name).write_text(text, encoding="utf-8")
        return located(open_workspace({}, folder=tmp_path, environ={}))

    return write


def test_shipped_files_shadow_nothing(write):
    found = write("README.md", "Our reviewers.")
    assert {(each.origin, each.shadows) for each in found.values()} == {("shipped", None)}
    assert "README" not in found


def test_a_workspace_file_shadows_the_shipped_one_of_its_name(write):
    found = write("skeptic.md", SKEPTIC.replace("name: Skeptic", "name: Doubter"))["skeptic"]
    assert (found.origin, found.shadows) == ("workspace", shipped("personas") / "skeptic.md")
    assert found.differs_in() == ("name",)


def test_a_copy_differs_in_nothing_and_neither_does_the_editors_line(write):
    assert write("skeptic.md", SKEPTIC)["skeptic"].differs_in() == ()
    without = "".join(line for line in SKEPTIC.splitlines(keepends=True) if "$schema" not in line)
    assert write("skeptic.md", without)["skeptic"].differs_in() == ()


def test_a_new_reviewer_shadows_nobody(write):
    found = write("doubter.md", SKEPTIC)["doubter"]
    assert (found.origin, found.shadows) == ("workspace", None)


def test_a_broken_file_is_told_with_its_error_and_is_not_in_force(write):
    files = write("skeptic.md", "no front matter")
    assert isinstance(files["skeptic"].persona, InputError)
    assert "skeptic" not in in_force(files.values())
    assert "builder" in in_force(files.values())
