"""Versions of a persona: the file as it lies there, another file, or as git has it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from panel.core.domain import Persona, Seat
from panel.core.errors import InputError
from panel.core.workspace import shipped
from panel.kit import Kit
from panel.reviewers.personas import MAX_BYTES, load_persona, named, read_persona
from panel.reviewers.prompting import Prompts
from panel.reviewers.seating import Speaker, seat_panel

_GIT_SECONDS = 20


@dataclass(frozen=True)
class Version:
    """A persona as it is at one time.

    Attributes:
        label: What it is called before a person.
        persona: The persona.
        prompts: What it is asked by.
        path: Where its file lies, or lay.
    """

    label: str
    persona: Persona
    prompts: Prompts
    path: Path

    def seat(self, speaker: Speaker, *, because: str = "on the workbench") -> Seat:
        """It alone, seated for any tool."""
        from panel.core.domain import Tool

        nobody = Tool(slug="any", name="any")
        (seat,) = seat_panel(nobody, {self.persona.slug: self.persona}, speaker, only=[self.persona.slug])
        return seat.model_copy(update={"because": because})


def current(name: str, kit: Kit) -> Version:
    """A persona as it is now.

    Args:
        name: Its slug, or a path to a persona file.
        kit: What was read.

    Raises:
        InputError: there is no such persona, or the file is none.
    """
    if name.endswith(".md") or "/" in name:
        path = Path(name).expanduser().absolute()
        return Version(name, load_persona(path, shown=name), kit.prompts, path)
    persona = named(kit.personas, name, field="PERSONA")
    return Version(f"{name} now", persona, kit.prompts, kit.workspace.files("personas", "*.md")[name])


def earlier(now: Version, kit: Kit, against: str | None = None) -> Version:
    """The version that another one is held against.

    Args:
        now: What it is for.
        kit: What was read.
        against: A persona file, or a revision of git; else the last one committed, and outside of git the
            shipped persona that the workspace's hides.

    Raises:
        InputError: there is none.
    """
    slug = now.persona.slug
    if against is not None and (against.endswith(".md") or Path(against).is_file()):
        persona = read_persona(_text(Path(against)), slug=slug, file=against)
        return Version(against, persona, kit.prompts, Path(against))
    file = now.path.resolve()  # git keeps what a link points at, not what it shows
    text = _at(file, against or "HEAD")
    if text is not None:
        label = f"{slug} at {against}" if against else f"{slug} as committed"
        return Version(
            label,
            read_persona(text, slug=slug, file=f"{against or 'HEAD'}:{file.name}"),
            kit.prompts,
            now.path,
        )
    if against is not None:
        raise InputError(
            f"{against!r} is neither a persona file nor a revision of git in which {now.path.name} is",
            field="--against",
            hint="name a file, or a revision such as HEAD~1",
        )
    hidden = shipped("personas") / f"{slug}.md"
    if now.path.parent == kit.workspace.root / "personas" and hidden.is_file() and hidden.resolve() != file:
        return Version(f"{slug} as shipped", load_persona(hidden), kit.prompts, hidden)
    raise InputError(
        f"nothing to hold {now.persona.file} against: it is in no commit, and none is shipped",
        field="--against",
        hint="name another file: --against path/to/older.md",
    )


def committed(now: Version, kit: Kit) -> Version | None:
    """As `earlier` without `against`; None if there is none, or it is no persona any more."""
    try:
        return earlier(now, kit)
    except InputError:
        return None


def _text(path: Path) -> str:
    from panel.core.frontmatter import read_text

    return read_text(path, limit=MAX_BYTES)


def _at(file: Path, revision: str) -> str | None:
    """A file's text in a commit; None if there is no git, no such revision, or no such file in it."""
    if revision.startswith("-"):
        return None  # git would take it for a flag
    try:
        done = subprocess.run(  # noqa: S603 (no shell; the revision cannot be a flag)
            ["git", "-C", str(file.parent), "show", f"{revision}:./{file.name}"],  # noqa: S607 (the user's own git)
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    try:
        return done.stdout.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
