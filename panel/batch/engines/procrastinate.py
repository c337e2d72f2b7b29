"""`panel worker` processes make the calls, on any number of machines; Procrastinate hands out the tools."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from panel.calls.ledger.base import ledger_url
from panel.core.errors import InputError
from panel.core.workspace import Workspace
from panel.kit import Kit
from panel.session import Session

if TYPE_CHECKING:
    from panel.batch.engines.on_procrastinate.coordinator import Coordinator


def check(workspace: Workspace) -> None:
    """Prove that it can be used here; nothing is connected.

    Raises:
        InputError: the ledger is a file of this machine, or a library is not installed.
    """
    if urlsplit(ledger_url(workspace)).scheme not in {"postgresql", "postgres"}:
        raise InputError(
            "the ledger is a file that only this machine has; workers share one in PostgreSQL",
            field="ledger_url",
            hint="set PANEL_LEDGER_URL=postgresql://user:password@host/name, the same for every worker",
        )
    try:
        import procrastinate  # noqa: F401 (whether it is there)
        import psycopg_pool  # noqa: F401 (whether it is there)
    except ImportError as error:
        raise InputError(
            f"many machines need a library: {error}",
            field="engine",
            hint="pip install 'shipskip[distributed]'",
        ) from error


@asynccontextmanager
async def open_engine(kit: Kit, session: Session, says: Callable[[str], None]) -> AsyncIterator[Coordinator]:
    """Hand out the tools of a run until the block is left.

    Raises:
        InputError: as `check`; or the database cannot be reached, or does not let us.
    """
    check(kit.workspace)
    from panel.batch.engines.on_procrastinate.coordinator import coordinator_of

    async with coordinator_of(kit, session, says) as coordinator:
        yield coordinator
