"""Votes in a PostgreSQL database, for several servers behind one name: durable on commit.

As in SQLite a trigger keeps the counts. A count is spread over sixteen rows by the voter's mark, because a
row stays locked until its vote is on disk: votes for one tool would wait for one another.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from panel.core.errors import DamagedRecord, InputError, PanelError
from panel.votes.stores.sqlite import vote_of
from panel.votes.vote import Choice, Count, Vote

if TYPE_CHECKING:
    from panel.calls.ledger.on_postgres.server import Connection, Server, Work

T = TypeVar("T")

#: Seconds that a vote waits for a server that went away: a reader is waiting, too.
_PATIENCE = 3.0
#: Rows fetched at once.
_PAGE = 1000
#: Says to PostgreSQL's advisory locks that it is us who make tables.
_MAKING = 0x766F746573

_TABLES = """
CREATE TABLE votes (
  tool text COLLATE "C" NOT NULL,
  voter text COLLATE "C" NOT NULL,
  choice text NOT NULL CHECK (choice IN ('ship', 'skip', 'withdrawn')),
  first text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL,
  origin text NOT NULL,
  PRIMARY KEY (tool, voter)
);
CREATE TABLE vote_counts (
  tool text COLLATE "C" NOT NULL,
  share text COLLATE "C" NOT NULL,
  ship integer NOT NULL,
  skip integer NOT NULL,
  PRIMARY KEY (tool, share)
);
CREATE FUNCTION count_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN  -- OLD is null when a vote is cast, NEW when it is removed, by hand: this program removes none
  INSERT INTO vote_counts VALUES (
    coalesce(NEW.tool, OLD.tool),
    left(coalesce(NEW.voter, OLD.voter), 1),
    coalesce((NEW.choice = 'ship')::int, 0) - coalesce((OLD.choice = 'ship')::int, 0),
    coalesce((NEW.choice = 'skip')::int, 0) - coalesce((OLD.choice = 'skip')::int, 0)
  ) ON CONFLICT (tool, share) DO UPDATE
    SET ship = vote_counts.ship + excluded.ship, skip = vote_counts.skip + excluded.skip;
  RETURN NULL;
END $$;
CREATE TRIGGER count_vote AFTER INSERT OR UPDATE OR DELETE ON votes
  FOR EACH ROW EXECUTE FUNCTION count_vote();
"""
_COLUMNS = "tool, voter, choice, first, at, origin"
_INSERT = (
    f"INSERT INTO votes ({_COLUMNS}) VALUES"  # noqa: S608 (constants)
    " (%(tool)s, %(voter)s, %(choice)s, %(first)s, %(at)s, %(origin)s)"
    " ON CONFLICT (tool, voter) DO UPDATE SET choice = excluded.choice, origin = excluded.origin,"
)
_CAST = f"{_INSERT} at = greatest(votes.at, excluded.at)"
_MERGE = (
    f"{_INSERT} at = excluded.at, first = least(votes.first, excluded.first) WHERE excluded.at > votes.at"
)
_WITHDRAW = (
    "UPDATE votes SET choice = %(choice)s, origin = %(origin)s, at = greatest(at, %(at)s)"
    " WHERE tool = %(tool)s AND voter = %(voter)s"
)
_CHOICE = "SELECT choice FROM votes WHERE tool = %s AND voter = %s"
_SUMS = "SELECT tool, sum(ship)::int AS ship, sum(skip)::int AS skip FROM vote_counts"
_COUNTS = f"{_SUMS} GROUP BY tool HAVING sum(ship + skip) > 0"
_COUNTS_OF = f"{_SUMS} WHERE tool = ANY(%s) GROUP BY tool HAVING sum(ship + skip) > 0"
_PAGE_AFTER = (
    f"SELECT {_COLUMNS} FROM votes WHERE (first, tool, voter) > (%s, %s, %s)"  # noqa: S608 (constants)
    f" ORDER BY first, tool, voter LIMIT {_PAGE}"
)


async def open_server(url: str) -> PostgresStore:
    """The store at `postgresql://user:password@host/name`; its table is made if it is not there.

    Raises:
        InputError: psycopg is not installed, the address is none, or the server cannot be reached.
    """
    try:
        import psycopg  # noqa: F401 (whether it is there)
    except ImportError as error:
        raise InputError(
            f"votes in PostgreSQL need a library: {error}",
            field="votes_url",
            hint="pip install 'shipskip[web,postgres]'",
        ) from error
    from panel.calls.ledger.on_postgres.server import Server

    with _of_votes():
        server = Server(url)
        await server.reach()
        try:
            await server.run(_make)
        except BaseException:
            await server.close()
            raise
    return PostgresStore(server)


class PostgresStore:
    """A `Store` in the database of a server; each vote is one statement, durable when it returns.

    Args:
        server: The database, with its table.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    @property
    def place(self) -> str:
        """Host, port and name of the database; no user, no password."""
        return self._server.place

    async def cast(self, vote: Vote) -> None:
        """Store a vote in place of the voter's earlier one; durable once this returns."""
        await self._execute(_WITHDRAW if vote.choice == "withdrawn" else _CAST, vote.as_json())

    async def choice(self, tool: str, voter: str) -> Choice | None:
        """What the voter said last of the tool."""
        found = await self._select(_CHOICE, (tool, voter))
        return found[0]["choice"] if found else None

    async def counts(self, tools: Collection[str] | None = None) -> Mapping[str, Count]:
        """The votes that count, of these tools or of all."""
        found = await (
            self._select(_COUNTS, ()) if tools is None else self._select(_COUNTS_OF, (list(tools),))
        )
        return {row["tool"]: Count(row["ship"], row["skip"]) for row in found}

    async def rows(self) -> AsyncIterator[Vote]:
        """All votes, the earliest first."""
        last = ("", "", "")
        while page := await self._select(_PAGE_AFTER, last):
            for row in page:
                yield vote_of(row.values(), self.place)
            last = (page[-1]["first"], page[-1]["tool"], page[-1]["voter"])

    async def add(self, votes: Iterable[Vote]) -> int:
        """Take in votes of another store, all or none; the later one stays."""
        values = [vote.as_json() for vote in votes]

        async def add(db: Connection) -> int:
            async with db.transaction():
                return sum([(await db.execute(_MERGE, each)).rowcount for each in values])

        return await self._run(add)

    async def close(self) -> None:
        """Let go of the server."""
        await self._server.close()

    async def _execute(self, sql: str, values: Any) -> None:
        async def execute(db: Connection) -> None:
            await db.execute(sql, values)

        await self._run(execute)

    async def _select(self, sql: str, values: Any) -> list[dict[str, Any]]:
        async def select(db: Connection) -> list[dict[str, Any]]:
            return await (await db.execute(sql, values)).fetchall()

        return await self._run(select)

    async def _run(self, work: Work[T]) -> T:
        with _of_votes():
            return await self._server.run(work, patience=_PATIENCE)


async def _make(db: Connection) -> None:
    # IF NOT EXISTS alone fails where two servers start at the same time.
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
        found = await (await db.execute("SELECT to_regclass('vote_counts') AS made")).fetchone()
        if found is None or found["made"] is None:
            await db.execute(_TABLES)


@contextmanager
def _of_votes() -> Iterator[None]:
    """What the ledger's server says of its setting is said of ours."""
    try:
        yield
    except DamagedRecord as error:
        raise DamagedRecord(
            f"no votes can be read: {error.message}", hint="look at the table votes"
        ) from error
    except InputError as error:
        message = error.message.removeprefix("ledger_url: ")
        raise InputError(
            message, field="votes_url", hint="mend PANEL_VOTES_URL, or unset it to use a file"
        ) from error
    except PanelError as error:
        error.saved, error.hint = "every vote that was acknowledged", "look after the server"
        raise
