"""Where dossiers lie: one found by slug or path, all of them listed.

Of what may be typed for a tool, a slug is looked up first: in the workspace's dossiers/, then in those
shipped; by the slug a dossier has, then by its file's stem. Anything else is a path, relative to the current
folder.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from panel.core.errors import InputError
from panel.core.frontmatter import MAX_FRONT_MATTER, parse, read_text
from panel.core.slugs import is_slug, slugify
from panel.core.workspace import Workspace
from panel.evidence.card import cleaned_fields
from panel.evidence.cleaning import clean
from panel.evidence.markdown import tool_name

#: A file of more bytes than this is no dossier.
MAX_BYTES = 400_000
_SUFFIXES = {".md", ".markdown", ".mdown", ".txt", ".text"}
#: Stems that say nothing of the tool; the folder's name says more.
_NAMELESS = {"readme", "index", "about", "dossier"}


def find(reference: str, workspace: Workspace) -> Path:
    """The file a slug or path means.

    Raises:
        InputError: there is none (with the slugs that come close), or two dossiers have the slug.
    """
    folders = list(workspace.folders("dossiers"))
    for folder in folders if is_slug(reference) else ():
        path = _with_slug(reference, folder, workspace)
        if path is not None:
            return path
    is_path = os.sep in reference or Path(reference).suffix.lower() in _SUFFIXES
    if _exists(reference, is_path=is_path):
        return Path(reference)
    slugs = {_slug_of(path) for folder in folders for path in files(folder)}
    near = difflib.get_close_matches(slugify(Path(reference).stem), sorted(slugs), n=3)
    raise InputError(
        f"there is no {'file' if is_path else 'dossier'} {reference!r}"
        + (f"; close to it: {', '.join(near)}" if near else ""),
        field="TOOL",
        hint="panel review path/to/README.md",
    )


def files(folder: Path) -> list[Path]:
    """The dossiers of a folder, sorted; a README there is about the folder."""
    return sorted(
        path
        for path in folder.glob("*.md")
        if path.is_file() and not path.name.startswith(".") and path.stem.lower() != "readme"
    )


def own_slug(path: Path, workspace: Workspace) -> str | None:
    """The slug a file has by its name alone: its stem, if it lies in dossiers/ and the stem is a slug."""
    homes = {folder.resolve() for folder in workspace.folders("dossiers")}
    return path.stem if is_slug(path.stem) and path.absolute().parent.resolve() in homes else None


def name_hint(path: Path) -> str | None:
    """What the tool in a file is likely to be called: the stem, or of a README its folder's name."""
    stem = path.stem.split(".")[0] if path.stem.lower().startswith("readme") else path.stem
    return path.absolute().parent.name or None if stem.lower() in _NAMELESS else stem


def shown(path: Path, workspace: Workspace) -> str:
    """A path as messages and records name it: relative to the workspace, or as it was typed."""
    absolute = path.absolute()
    return workspace.shown(absolute) if absolute.is_relative_to(workspace.root) else str(path)


def twice(slug: str, paths: list[Path], workspace: Workspace) -> InputError:
    """The error that names all files of one folder that have one slug."""
    named = " and ".join(shown(path, workspace) for path in paths)
    return InputError(
        f"{len(paths)} dossiers have the slug {slug!r}: {named}",
        field="slug",
        hint="give all but one of them another `slug:`",
    )


def _with_slug(slug: str, folder: Path, workspace: Workspace) -> Path | None:
    having = [path for path in files(folder) if _may_have(path, slug) and _slug_of(path) == slug]
    if len(having) > 1:
        raise twice(slug, having, workspace)
    stem = folder / f"{slug}.md"
    return having[0] if having else stem if stem.is_file() else None


def _may_have(path: Path, slug: str) -> bool:
    """Whether it is worth parsing the file: a slug is its stem, written in it, or made from its name."""
    if path.stem == slug or not is_slug(path.stem):
        return True
    try:
        with path.open("rb") as file:
            return slug.encode() in file.read(2 * MAX_FRONT_MATTER)
    except OSError:
        return False


def _slug_of(path: Path) -> str:
    """The slug of a file in dossiers/, as far as it can be read: a broken one goes by its stem."""
    try:
        document = parse(read_text(path, limit=MAX_BYTES), str(path))
    except InputError:
        return path.stem
    fields, _ = cleaned_fields(document.data)
    if isinstance(fields.get("slug"), str):
        return str(fields["slug"])
    if is_slug(path.stem):
        return path.stem
    name = fields.get("name") or tool_name(clean(document.body).text, path.stem)
    return slugify(str(name or path.stem))


def _exists(reference: str, *, is_path: bool) -> bool:
    path = Path(reference)
    try:
        return path.exists() if is_path else path.is_file()
    except (OSError, ValueError):  # a name no file can have: too long, or with a NUL
        return False
