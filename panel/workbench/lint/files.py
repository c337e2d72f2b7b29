"""Persona files of a workspace linted, each among the reviewers in force."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from panel.core.frontmatter import read_text
from panel.core.workspace import Workspace
from panel.reviewers.personas import MAX_BYTES
from panel.reviewers.prompting import Prompts
from panel.workbench.lint import lint
from panel.workbench.lint.remarks import Remark
from panel.workbench.whereabouts import in_force, located


def lint_files(paths: Iterable[Path], workspace: Workspace) -> dict[Path, tuple[Remark, ...]]:
    """What is to be changed in each file.

    Raises:
        InputError: a file cannot be read, or a prompt template is none.
    """
    texts = {path: read_text(path, limit=MAX_BYTES) for path in dict.fromkeys(paths)}
    others, prompts = in_force(located(workspace).values()).values(), Prompts(workspace)
    return {
        path: lint(
            text, slug=path.stem, file=workspace.shown(path), others=others, render=prompts.unbounded_task
        )
        for path, text in texts.items()
    }
