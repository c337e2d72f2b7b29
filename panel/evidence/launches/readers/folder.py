"""A folder of dossiers as a launch list: every Markdown file in it, by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from panel.core.errors import InputError
from panel.core.frontmatter import parse, read_text
from panel.core.slugs import is_slug
from panel.evidence.card import cleaned_fields
from panel.evidence.cleaning import clean
from panel.evidence.launches.launch import BadLine, Launch, launch_from
from panel.evidence.launches.readers.base import LaunchList
from panel.evidence.markdown import tool_name
from panel.evidence.shelf import MAX_BYTES, files, name_hint

SUFFIXES = ()


def recognises(listing: LaunchList) -> bool:
    """Whether it is a folder."""
    return listing.path is not None and listing.path.is_dir()


def read(listing: LaunchList) -> Iterator[Launch | BadLine]:
    """One launch or complaint for each `*.md` file; a README there is about the folder."""
    folder = listing.path
    for path in files(folder) if folder is not None else ():
        yield _launch(path, f"{listing.name.rstrip('/')}/{path.name}")


def _launch(path: Path, place: str) -> Launch | BadLine:
    if not path.resolve().is_relative_to(path.parent.resolve()):
        return BadLine(place, "is a link that leads out of the folder", "copy the file into it")
    try:
        document = parse(read_text(path, limit=MAX_BYTES), path.name)
    except InputError as error:
        return BadLine(place, error.message.removeprefix(f"{error.file}: "), error.hint)
    fields, _ = cleaned_fields(document.data)
    name = (
        fields.get("name")
        if document.has_front_matter
        else tool_name(clean(document.body).text, name_hint(path))
    )
    slug = fields.get("slug") or (path.stem if is_slug(path.stem) else None)
    known = {"name": name, "slug": slug, "url": fields.get("url"), "dossier": path.name}
    return launch_from(known, place)
