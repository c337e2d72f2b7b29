"""Finding a dossier: by slug, by stem, by path; a miss says what is near, a twin names both files."""

from pathlib import Path

import pytest

from panel.core.errors import InputError
from panel.core.slugs import is_slug
from panel.core.workspace import shipped
from panel.evidence.shelf import files, find, name_hint, own_slug, shown
from tests.evidence.places import dossier, workspace


def test_a_slug_finds_the_file_of_that_stem(tmp_path):
    place = workspace(tmp_path, quill=dossier())
    assert find("quill", place) == tmp_path / "dossiers" / "quill.md"


def test_a_slug_in_front_matter_finds_its_file_and_so_does_the_stem(tmp_path):
    place = workspace(tmp_path, notes=dossier("name: Quill\nslug: quill-2"))
    assert find("quill-2", place) == find("notes", place) == tmp_path / "dossiers" / "notes.md"


def test_a_slug_a_dossier_has_comes_before_a_stem(tmp_path):
    place = workspace(tmp_path, a=dossier("name: A\nslug: b"), b=dossier("name: B\nslug: c"))
    assert find("b", place).stem == "a"


def test_a_file_whose_stem_is_no_slug_is_found_by_the_slug_of_its_name(tmp_path):
    place = workspace(tmp_path)
    (tmp_path / "dossiers" / "My Tool.md").write_text(dossier("name: Quill Pro"), encoding="utf-8")
    assert find("quill-pro", place).name == "My Tool.md"


def test_a_slug_that_merely_occurs_in_another_file_does_not_find_it(tmp_path):
    place = workspace(tmp_path, other=dossier("name: Other\ntagline: better than quill"))
    with pytest.raises(InputError, match="there is no dossier 'quill'"):
        find("quill", place)


def test_two_dossiers_with_one_slug_are_refused_naming_both(tmp_path):
    place = workspace(tmp_path, quill=dossier(), feather=dossier("name: F\nslug: quill"))
    with pytest.raises(InputError) as caught:
        find("quill", place)
    assert "dossiers/quill.md" in caught.value.message
    assert "dossiers/feather.md" in caught.value.message
    assert caught.value.hint is not None


def test_a_broken_neighbour_does_not_keep_a_dossier_from_being_found(tmp_path):
    place = workspace(tmp_path, quill=dossier(), broken="---\nname: [quill\n---\n")
    assert find("quill", place).stem == "quill"


def test_a_broken_file_is_found_by_its_stem_so_that_its_error_can_be_shown(tmp_path):
    place = workspace(tmp_path, broken="---\nname: [x\n---\n")
    assert find("broken", place).stem == "broken"


def test_a_shipped_dossier_is_found_unless_the_workspace_has_one_of_that_slug(tmp_path):
    stem = next(path.stem for path in files(shipped("dossiers")))
    place = workspace(tmp_path)
    assert find(stem, place) == shipped("dossiers") / f"{stem}.md"
    own = tmp_path / "dossiers" / f"{stem}.md"
    own.write_text(dossier(), encoding="utf-8")
    assert find(stem, place) == own


def test_a_path_is_relative_to_the_current_folder(tmp_path, monkeypatch):
    place = workspace(tmp_path)
    (tmp_path / "README.md").write_text("# Quill")
    monkeypatch.chdir(tmp_path)
    assert find("README.md", place).read_text() == "# Quill"
    assert find(str(tmp_path / "README.md"), place).read_text() == "# Quill"


def test_a_slug_comes_before_a_file_of_that_name_and_a_folder_never_counts(tmp_path, monkeypatch):
    place = workspace(tmp_path, quill=dossier())
    (tmp_path / "quill").write_text("# Other")
    (tmp_path / "feather").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find("quill", place) == tmp_path / "dossiers" / "quill.md"
    with pytest.raises(InputError, match="there is no dossier 'feather'"):
        find("feather", place)


def test_a_miss_names_what_comes_close_and_what_to_run(tmp_path):
    place = workspace(tmp_path, quill__pro=dossier(), quilt=dossier("name: Quilt"), other=dossier("name: O"))
    with pytest.raises(InputError) as caught:
        find("quil-pro", place)
    assert "quill-pro" in caught.value.message
    assert "other" not in caught.value.message
    assert caught.value.hint == "panel review path/to/README.md"
    assert caught.value.field == "TOOL"


@pytest.mark.parametrize(
    "reference",
    ["", ".", "none/x.md", "x.md", "x" * 5000, "x" * 5000 + ".md", "a\x00b", "../nope", "Ä", "con"],
)
def test_no_reference_does_worse_than_an_input_error(tmp_path, monkeypatch, reference):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"there is no (dossier|file)"):
        find(reference, workspace(tmp_path))


def test_a_readme_and_hidden_files_in_dossiers_are_no_dossiers(tmp_path):
    place = workspace(tmp_path, quill=dossier(), README="# About this folder")
    (tmp_path / "dossiers" / ".draft.md").write_text("x")
    (tmp_path / "dossiers" / "folder.md").mkdir()
    assert [path.name for path in files(place.root / "dossiers")] == ["quill.md"]


def test_only_a_file_in_dossiers_has_its_stem_for_a_slug(tmp_path):
    place = workspace(tmp_path)
    assert own_slug(tmp_path / "dossiers" / "quill.md", place) == "quill"
    assert own_slug(tmp_path / "dossiers" / "Quill Pro.md", place) is None
    assert own_slug(tmp_path / "quill.md", place) is None


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/x/quill/README.md", "quill"),
        ("/x/quill/Readme.zh.md", "quill"),
        ("/x/quill/index.md", "quill"),
        ("/x/notes/quill.md", "quill"),
        ("/x/notes/bolt.diy.md", "bolt.diy"),
        ("/README.md", None),
    ],
)
def test_a_tool_is_likely_called_like_its_file_or_the_folder_of_its_readme(path, hint):
    assert name_hint(Path(path)) == hint


def test_a_path_is_shown_relative_to_the_workspace_or_as_typed(tmp_path, monkeypatch):
    place = workspace(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "dossiers" / "x.md", place) == "dossiers/x.md"
    assert shown(Path("dossiers/x.md"), place) == "dossiers/x.md"
    assert shown(Path("/elsewhere/x.md"), place) == "/elsewhere/x.md"


def test_every_shipped_file_name_is_a_slug():
    assert all(is_slug(path.stem) for path in files(shipped("dossiers")))
