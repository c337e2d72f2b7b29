"""Simulated reviewers: one file for each way of being dishonest or useless, and one for an honest one.

A file is found by its name and has two members: `CAUGHT_BY`, the name of the one rule that must catch it
(None: no rule), and `answer(seen)`, what it says to a request. `tests/cli/test_models.py` runs over all.
To add one, write the file; nothing else is edited unless it needs a rule of its own there.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Protocol, cast

from tests.standin.answers import Answer
from tests.standin.seen import Seen


class Model(Protocol):
    """A simulated reviewer; a module with these two members is one."""

    CAUGHT_BY: str | None

    def answer(self, seen: Seen) -> Answer | None:
        """What it says; None is the stand-in's default answer."""
        ...


def models() -> dict[str, Model]:
    """All of them by file name; `answering` is what they share."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    found = {name: importlib.import_module(f"{__name__}.{name}") for name in names if name != "answering"}
    return cast("dict[str, Model]", found)
