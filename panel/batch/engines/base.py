"""What an engine is: it gets the calls of a tool's panel made, here or on other machines.

To add one, write `panel/batch/engines/<name>.py` with a function `check(workspace)` that raises if it cannot
be used there, and a function `open_engine(kit, session, says)` that gives an asynchronous context manager
around an `Engine`. Nothing else is edited.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from panel.core.domain import Dossier, Seat
from panel.core.errors import InputError
from panel.core.workspace import Workspace
from panel.kit import Kit
from panel.session import Session


class Engine(Protocol):
    """Makes the calls of a run."""

    @property
    def at_once(self) -> int:
        """How many tools it wants in hand at the same time."""
        ...

    async def ask(self, dossier: Dossier, seats: Sequence[Seat]) -> None:
        """Get the calls of one tool's panel made, by whoever.

        Returns when their replies are in the ledger or cannot be had; what is missing then is asked by
        whoever judges.
        """
        ...


def names() -> list[str]:
    """The engines there are, sorted."""
    package = importlib.import_module("panel.batch.engines")
    return sorted(
        each.name for each in pkgutil.iter_modules(package.__path__) if not each.ispkg and each.name != "base"
    )


def check_engine(name: str, workspace: Workspace) -> None:
    """Prove before a run is begun that an engine can be used; nothing is connected.

    Raises:
        InputError: there is none of that name, or it cannot be used here.
    """
    _module(name).check(workspace)


def open_engine(
    name: str, kit: Kit, session: Session, says: Callable[[str], None]
) -> AbstractAsyncContextManager[Engine]:
    """The engine of that name.

    Args:
        name: Its file's.
        kit: What was read.
        session: The run's.
        says: Told in words what a person should know while it works.

    Raises:
        InputError: there is none, or it cannot be used here.
    """
    engine: AbstractAsyncContextManager[Engine] = _module(name).open_engine(kit, session, says)
    return engine


def _module(name: str) -> Any:
    if name not in names():
        raise InputError(f"there is no engine {name!r}; there are: {', '.join(names())}", field="engine")
    return importlib.import_module(f"panel.batch.engines.{name}")
