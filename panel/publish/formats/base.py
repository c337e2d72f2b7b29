"""What an output format is: one file with a suffix and a `render` function, found by its file name.

To add one, write `panel/publish/formats/<name>.py` with the two members of `Format`. Nothing else is edited;
`tests/publish/formats/test_contract.py` runs over every file here. Jinja2 is imported inside functions, never
at the top of the file, so that the command line can list formats without loading it.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Protocol, runtime_checkable

from panel.core.outcomes import Comparison


@runtime_checkable
class Format(Protocol):
    """A way to write a comparison down; a module with these two members is one."""

    #: How the file's name ends, with the dot: `.html`. No two formats share one.
    SUFFIX: str

    def render(self, comparison: Comparison) -> str:
        """The whole file as text. The same record always gives the same text.

        All text of the record is data: it must not be able to become markup of the format. Characters that
        a format cannot hold, lone surrogates included, are replaced; a record that was read is never refused.
        """
        ...


def names() -> list[str]:
    """The formats there are: every file of this folder but `base`, sorted."""
    package = importlib.import_module("panel.publish.formats")
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name != "base")


def formats() -> dict[str, Format]:
    """Every format by its file name, in that order."""
    found: dict[str, Format] = {}
    for name in names():
        module = importlib.import_module(f"panel.publish.formats.{name}")
        if not isinstance(module, Format):
            raise TypeError(f"panel/publish/formats/{name}.py lacks SUFFIX or render")
        found[name] = module
    return found
