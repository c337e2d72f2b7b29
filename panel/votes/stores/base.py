"""What every store of votes does, and which one is at an address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from panel.core.errors import InputError
from panel.votes.vote import Choice, Count, Vote

_FILE, _SERVER = frozenset({"sqlite"}), frozenset({"postgresql", "postgres"})


class Store(Protocol):
    """Votes, one for each voter and tool.

    Every method raises a `PanelError` where the database cannot do it: `StoppedEarly` for a full disk or a
    server that is away, `DamagedRecord` for one that does not hold what it should.
    """

    @property
    def place(self) -> str:
        """Where it is, in words without a password."""
        ...

    async def cast(self, vote: Vote) -> None:
        """Store a vote in place of the voter's earlier one on that tool; durable once this returns.

        The time of the first vote stays. Withdrawing where there is no vote stores nothing.
        """
        ...

    async def choice(self, tool: str, voter: str) -> Choice | None:
        """What the voter said last of the tool; None where there never was a vote."""
        ...

    async def counts(self, tools: Collection[str] | None = None) -> Mapping[str, Count]:
        """The votes that count, of these tools or of all; tools without such votes are left out."""
        ...

    def rows(self) -> AsyncIterator[Vote]:
        """All votes, withdrawn ones included, the earliest first."""
        ...

    async def add(self, votes: Iterable[Vote]) -> int:
        """Take in votes of another store, all or none; of two for one tool and voter the later one stays.

        Returns:
            How many were new or later than what was here.
        """
        ...

    async def close(self) -> None:
        """Finish what was begun and let go; a second close does nothing."""
        ...


async def open_store(url: str | None, default: Path, *, read_only: bool = False) -> Store:
    """The store at an address, made if it is not there.

    Args:
        url: `sqlite:///file`, `postgresql://user:password@host/name`, or None for a file at `default`.
        default: The file where no address is given.
        read_only: Nothing is written; where there is no file yet, the store is an empty one.

    Raises:
        InputError: that is no such address, or the database cannot be opened.
        DamagedRecord: it holds no votes of a version this program reads.
    """
    from panel.votes.stores import postgres, sqlite

    if url is None:
        return sqlite.open_file(default, read_only=read_only)
    scheme = url.partition("://")[0]
    if scheme in _FILE:
        return sqlite.open_file(Path(unquote(urlsplit(url).path)), read_only=read_only)
    if scheme in _SERVER:
        return await postgres.open_server(url)
    raise InputError(
        f"no store of votes is called {scheme or 'nothing'}://…; there are sqlite:///file and"
        " postgresql://user:password@host/name",
        field="votes_url",
    )
