"""Versions of a persona: as it lies there, as git has it, as shipped, as another file has it."""

import subprocess

import pytest

from panel.core.errors import InputError
from panel.core.workspace import open_workspace, shipped
from panel.kit import read_kit
from panel.workbench.versions import committed, current, earlier


@pytest.fixture
def workspace(tmp_path):
    """A workspace with a skeptic of its own."""
    (tmp_path / "panel.toml").write_text('provider = "offline"\n')
    (tmp_path / "personas").mkdir()
    text = (shipped("personas") / "skeptic.md").read_text(encoding="utf-8")
    (tmp_path / "personas" / "skeptic.md").write_text(text.replace("A claim is a debt", "A claim is a loan"))
    return tmp_path


def kit_of(workspace):
    return read_kit(open_workspace({}, folder=workspace))


def git(workspace, *words):
    named = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *words], cwd=workspace, check=True, capture_output=True)


def edit(workspace, old, new):
    path = workspace / "personas" / "skeptic.md"
    path.write_text(path.read_text().replace(old, new))


def test_outside_of_git_a_workspaces_persona_is_held_against_the_shipped_one(workspace):
    kit = kit_of(workspace)
    now = current("skeptic", kit)
    was = earlier(now, kit)
    assert (now.persona.motto[:15], was.persona.motto[:15]) == ("A claim is a lo", "A claim is a de")
    assert was.label == "skeptic as shipped"
    assert was.persona.slug == "skeptic"


def test_in_git_it_is_held_against_what_was_committed_or_a_revision(workspace):
    git(workspace, "init", "-q")
    git(workspace, "add", "-A")
    git(workspace, "commit", "-qm", "first")
    edit(workspace, "a loan", "a gift")
    git(workspace, "commit", "-qam", "second")
    edit(workspace, "a gift", "a promise")
    kit = kit_of(workspace)
    now = current("skeptic", kit)
    assert "a gift" in earlier(now, kit).persona.motto
    assert "a loan" in earlier(now, kit, "HEAD~1").persona.motto
    assert committed(now, kit).persona.sha == earlier(now, kit, "HEAD").persona.sha
    with pytest.raises(InputError, match="neither a persona file nor a revision"):
        earlier(now, kit, "--output=x")


def test_another_file_speaks_under_the_same_name(workspace, tmp_path):
    other = tmp_path / "sharper.md"
    other.write_text((shipped("personas") / "skeptic.md").read_text(encoding="utf-8"))
    kit = kit_of(workspace)
    was = earlier(current("skeptic", kit), kit, str(other))
    assert (was.persona.slug, was.label) == ("skeptic", str(other))
    assert current(str(other), kit).persona.slug == "sharper"


def test_a_persona_without_an_earlier_version_says_what_to_name(workspace):
    path = workspace / "personas" / "mine.md"
    path.write_text((shipped("personas") / "skeptic.md").read_text(encoding="utf-8"))
    kit = kit_of(workspace)
    with pytest.raises(InputError, match=r"nothing to hold personas/mine\.md against"):
        earlier(current("mine", kit), kit)
    assert committed(current("mine", kit), kit) is None
    with pytest.raises(InputError, match="no persona 'ghost'"):
        current("ghost", kit)


def test_a_path_means_the_file_where_one_stands_and_a_link_what_it_points_at(workspace, monkeypatch):
    git(workspace, "init", "-q")
    (workspace / "shared.md").write_text((workspace / "personas" / "skeptic.md").read_text())
    (workspace / "personas" / "skeptic.md").unlink()
    (workspace / "personas" / "skeptic.md").symlink_to("../shared.md")
    git(workspace, "add", "-A")
    git(workspace, "commit", "-qm", "first")
    kit = kit_of(workspace)
    monkeypatch.chdir(workspace / "personas")
    for name in ("skeptic", "skeptic.md"):
        assert earlier(current(name, kit), kit).label == "skeptic as committed"


def test_a_copy_elsewhere_is_held_against_nothing_by_its_name_alone(workspace, tmp_path):
    other = tmp_path / "else" / "skeptic.md"
    other.parent.mkdir()
    other.write_text((shipped("personas") / "skeptic.md").read_text(encoding="utf-8"))
    kit = kit_of(workspace)
    with pytest.raises(InputError, match="nothing to hold"):
        earlier(current(str(other), kit), kit)
