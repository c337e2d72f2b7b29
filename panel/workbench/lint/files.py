"""Persona files of a workspace linted, each among the reviewers in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from panel.core.domain import Persona
from panel.core.errors import InputError
from panel.core.frontmatter import read_text
from panel.core.workspace import Workspace
from panel.reviewers.personas import MAX_BYTES, read_persona
from panel.reviewers.prompting import Prompts
from panel.workbench.lint import lint, structure
from panel.workbench.lint.remarks import Remark


def persona_files(workspace: Workspace) -> dict[str, Path]:
    """The file in force for each slug, none of them read yet; a README.md is none."""
    files = workspace.files("personas", "*.md")
    return {slug: path for slug, path in files.items() if path.name.casefold() != "readme.md"}


def colleagues(workspace: Workspace) -> tuple[Persona, ...]:
    """The reviewers in force whose files can be read."""
    found = []
    for slug, path in persona_files(workspace).items():
        try:
            found.append(read_persona(_text(path), slug=slug, file=workspace.shown(path)))
        except InputError:
            continue
    return tuple(found)


def lint_files(paths: Iterable[Path], workspace: Workspace) -> dict[Path, tuple[Remark, ...]]:
    """What is to be changed in each file; one that cannot be read has that as its remark.

    Raises:
        InputError: a prompt template is none.
    """
    others, prompts = colleagues(workspace), Prompts(workspace)

    def linted(path: Path) -> tuple[Remark, ...]:
        shown = workspace.shown(path)
        try:
            text = _text(path)
        except InputError as error:
            return tuple(replace(remark, file=shown) for remark in structure.remarks(error))
        return lint(text, slug=path.stem, file=shown, others=others, render=prompts.unbounded_task)

    return {path: linted(path) for path in dict.fromkeys(paths)}


def _text(path: Path) -> str:
    """The text of a persona file; a pipe, whose writer may never come, is not waited for.

    Raises:
        InputError: it is no file, is too long, or is not UTF-8.
    """
    try:
        odd = path.exists() and not path.is_file() and not path.is_dir()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from None
    if odd:
        raise InputError(
            "is a pipe or a device, not a file", file=path, hint="save the text as a file, and lint that"
        )
    return read_text(path, limit=MAX_BYTES)
