"""Persona files: found, read and checked, with the line of whatever is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from panel.core.domain import Persona
from panel.core.errors import InputError, ManyInputErrors
from panel.core.frontmatter import Document, parse, read_text, validated
from panel.core.hashing import digest
from panel.core.slugs import is_slug
from panel.core.workspace import Workspace

MAX_BYTES = 64_000
_FIELDS = {"name", "motto", "chair", "sits_when", "moves", "signals", "words", "avoid", "model"}


#: How both vendors' keys begin, and are never shorter.
_KEY = re.compile(r"\bsk-[A-Za-z0-9_-]{20,}")
#: The line right below the opening `---` by which an editor finds the schema: no part of the reviewer.
_FOR_EDITORS = re.compile(r"(\A---[^\S\n]*\n)# yaml-language-server:[^\n]*\n")


def load_personas(workspace: Workspace) -> dict[str, Persona]:
    """All personas by slug, the workspace's own files before those shipped; a README.md is none.

    Raises:
        ManyInputErrors: files that are no personas; every problem of every file is named at once.
    """
    personas: dict[str, Persona] = {}
    errors: list[InputError] = []
    for slug, path in workspace.files("personas", "*.md").items():
        if path.name.casefold() == "readme.md":
            continue
        try:
            personas[slug] = load_persona(path, shown=workspace.shown(path))
        except InputError as error:
            errors += error.errors
    if errors:
        raise ManyInputErrors(errors)
    return personas


def _refuse_keys(text: str, shown: str) -> None:
    """A persona is sent to models and committed; what looks like a vendor's key has no business in it."""
    found = _KEY.search(text)
    if found:
        raise InputError(
            "looks like an API key; it is not shown and nothing was sent",
            file=shown,
            line=text.count("\n", 0, found.start()) + 1,
            hint="take it out and have it withdrawn: keys belong into the environment or into .env",
        )


def load_persona(path: Path, *, shown: str | None = None) -> Persona:
    """Read one persona file; its stem is the slug.

    Args:
        path: The file.
        shown: How messages and records name it; the path itself if None.

    Raises:
        InputError: not UTF-8 Markdown with front matter, an unknown or missing field, a blank body, or a
            name that is no slug; file, line and field are named.
    """
    return read_persona(read_text(path, limit=MAX_BYTES), slug=path.stem, file=shown or str(path))


def read_persona(text: str, *, slug: str, file: str) -> Persona:
    """The persona a text makes.

    Args:
        text: What the file holds.
        slug: The file's stem.
        file: How messages and records name the file.

    Raises:
        InputError: as `load_persona`.
    """
    _refuse_keys(text, file)
    document = parse(text, file)
    if not is_slug(slug):
        raise document.error("the file's name must be lower-case words joined by hyphens")
    if not document.has_front_matter:
        raise document.error("a persona opens with front matter: `---`, name, motto, chair, moves, `---`")
    known = {key: value for key, value in document.data.items() if key in _FIELDS and value is not None}
    sha = digest(_FOR_EDITORS.sub(r"\1", text))
    derived = {"slug": slug, "body": document.body.strip(), "sha": sha, "file": document.file}
    if "model" in known:
        derived["model_at"] = f"{document.file}:{document.line_of(('model',))}"
    errors = _outside_the_model(document)
    try:
        persona = validated(Persona, document, {**known, **derived})
    except ManyInputErrors as error:
        raise ManyInputErrors([*errors, *error.errors]) from None
    errors += _contradictions(persona, document)
    if errors:
        raise ManyInputErrors(errors)
    return persona


def _outside_the_model(document: Document) -> list[InputError]:
    """What the type of a persona cannot see: fields it does not have, and a body left blank."""
    fields = f"no such field; there are: {', '.join(sorted(_FIELDS))}"
    errors = [document.error(fields, key) for key in document.data if key not in _FIELDS]
    if not document.body.strip():
        errors.append(document.error("the body is empty: it is the reviewer's voice"))
    return errors


def _contradictions(persona: Persona, document: Document) -> list[InputError]:
    if persona.chair == "core" and persona.sits_when is not None:
        return [document.error("a core chair always sits; only a fourth chair has conditions", "sits_when")]
    if persona.chair == "fourth" and persona.sits_when is None:
        return [document.error("a fourth chair must say when it sits", "sits_when")]
    return []


def named(personas: Mapping[str, Persona], slug: str, *, field: str) -> Persona:
    """The persona called `slug`.

    Raises:
        InputError: there is none; those that exist are listed.
    """
    if slug not in personas:
        raise InputError(f"no persona {slug!r}; there are: {', '.join(personas)}", field=field)
    return personas[slug]
