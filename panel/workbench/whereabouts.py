"""Where each persona's file lies, what it shadows, and which files are no personas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from panel.core.domain import Persona
from panel.core.errors import InputError
from panel.core.workspace import Workspace, shipped
from panel.reviewers.personas import load_persona

Origin = Literal["workspace", "shipped"]


@dataclass(frozen=True)
class Located:
    """The file in force for a slug.

    Attributes:
        slug: The file's name without `.md`.
        path: The file that is read.
        origin: Whether it came with the program or is the workspace's own.
        shadows: A shipped file of the same name that is not read because of it.
        persona: What the file makes, or why it makes none.
    """

    slug: str
    path: Path
    origin: Origin
    shadows: Path | None
    persona: Persona | InputError

    def differs_in(self) -> tuple[str, ...]:
        """The fields in which it differs from the persona it shadows; none where either cannot be read."""
        if self.shadows is None or isinstance(self.persona, InputError):
            return ()
        try:
            below = load_persona(self.shadows).as_json()
        except InputError:
            return ()
        own = self.persona.as_json()
        return tuple(
            name
            for name, value in own.items()
            if name not in {"sha", "file", "model_at"} and below[name] != value
        )


def located(workspace: Workspace) -> dict[str, Located]:
    """Every persona file in force by slug; a README.md is none."""
    folder, own = shipped("personas"), workspace.root / "personas"
    below = {} if own.resolve() == folder.resolve() else {path.stem: path for path in folder.glob("*.md")}
    found = {}
    for slug, path in workspace.files("personas", "*.md").items():
        if path.name.casefold() == "readme.md":
            continue
        is_own = path.is_relative_to(own) and own.resolve() != folder.resolve()
        found[slug] = Located(
            slug=slug,
            path=path,
            origin="workspace" if is_own else "shipped",
            shadows=below.get(slug) if is_own else None,
            persona=_read(path, workspace),
        )
    return found


def in_force(files: Iterable[Located]) -> dict[str, Persona]:
    """The personas among the files that can be read, by slug."""
    return {each.slug: each.persona for each in files if isinstance(each.persona, Persona)}


def _read(path: Path, workspace: Workspace) -> Persona | InputError:
    try:
        return load_persona(path, shown=workspace.shown(path))
    except InputError as error:
        return error
