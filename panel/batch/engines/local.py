"""This process makes the calls itself, when it judges."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from panel.core.domain import Dossier, Seat
from panel.core.workspace import Workspace
from panel.kit import Kit
from panel.session import Session


@dataclass(frozen=True)
class Local:
    """Nothing to be done beforehand."""

    at_once: int

    async def ask(self, dossier: Dossier, seats: Sequence[Seat]) -> None:
        """Leave it to whoever judges."""


def check(workspace: Workspace) -> None:
    """It can be used everywhere."""


@asynccontextmanager
async def open_engine(
    kit: Kit,
    session: Session,  # noqa: ARG001 (it needs none)
    says: Callable[[str], None],  # noqa: ARG001 (nothing happens that nobody knows)
) -> AsyncIterator[Local]:
    """As many tools at once as there may be calls in flight."""
    yield Local(kit.workspace.get("concurrency"))
