"""What the pages are made by, as a hash: another program, or another library, makes them anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from panel.site.raster import engine

#: Whose code the cards and the pages depend on.
_ROOMS = ("core", "evidence", "judgement", "publish", "site")
#: What fills the pages and the feeds, beside that.
_LIBRARIES = ("feedgenerator", "jinja2", "markupsafe")


def program_hash() -> str:
    """A hash of all code, templates and libraries that pages depend on."""
    # Whether there are PNGs, and their bytes, depend on what draws them.
    made_by = [str(engine()), *(f"{name} {version(name)}" for name in _LIBRARIES)]
    found = hashlib.sha256("\0".join(made_by).encode())
    for room in _ROOMS:
        for name, content in sorted(_texts(files(f"panel.{room}"))):
            found.update(f"{room}/{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _texts(folder: Traversable, at: str = "") -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            if each.name != "__pycache__":
                yield from _texts(each, f"{at}{each.name}/")
        elif not each.name.endswith((".pyc", ".pyo")):
            yield f"{at}{each.name}", each.read_bytes()
