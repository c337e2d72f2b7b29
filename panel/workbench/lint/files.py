"""Persona files of a workspace linted, each among the reviewers in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from panel.core.domain import Persona
from panel.core.errors import InputError
from panel.core.frontmatter import read_text
from panel.core.workspace import Workspace
from panel.reviewers.personas import MAX_BYTES, load_persona
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
    for path in persona_files(workspace).values():
        try:
            found.append(load_persona(path, shown=workspace.shown(path)))
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
            text = read_text(path, limit=MAX_BYTES)
        except InputError as error:
            return tuple(replace(remark, file=shown) for remark in structure.remarks(error))
        return lint(text, slug=path.stem, file=shown, others=others, render=prompts.unbounded_task)

    return {path: linted(path) for path in dict.fromkeys(paths)}
