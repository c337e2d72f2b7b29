"""The kinds of files a site has: one module each in `pages/`, found by its name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Protocol

from panel.site import pages
from panel.site.library import Library
from panel.site.page import Page


class Kind(Protocol):
    """A module in `pages/`."""

    def pages(self, library: Library) -> Iterator[Page]:
        """All files of this kind that the site has; cheap, reads no record."""


def kinds() -> dict[str, Kind]:
    """All kinds by name."""
    names = sorted(each.name for each in pkgutil.iter_modules(pages.__path__))
    return {name: importlib.import_module(f"{pages.__name__}.{name}") for name in names}
