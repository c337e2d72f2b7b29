"""A PostgreSQL database that holds money: how it is reached and waited for, its errors told apart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import tenacity

from panel.calls.ledger.on_postgres.locks import BE_PRESENT
from panel.core.errors import DamagedRecord, InputError, PanelError, StoppedEarly

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.AsyncConnection[dict[str, Any]]

T = TypeVar("T")
#: What is done with a connection.
Work = Callable[["Connection"], Awaitable[T]]

#: Connections of one ledger, one more for its sign of life not counted.
MOST_CONNECTIONS = 8

#: What the address may say otherwise. A server that is gone without a word is noticed within half a minute.
_UNLESS_SAID = {
    "application_name": "panel",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}

#: Durable on commit whatever the server's default; a machine that vanished between two steps of a claim
#: holds its lock no longer than a lease; nobody waits for a lock for ever.
_SESSION = """
SET synchronous_commit = on;
SET idle_in_transaction_session_timeout = '30s';
SET lock_timeout = '60s';
"""

_DISK_FULL = "53100"
_LOCK_NOT_AVAILABLE = "55P03"
#: The role may not do it, there is no schema, the server takes no writes.
_NOT_ALLOWED = frozenset({"42501", "3F000", "25006"})

_MEND = "mend PANEL_LEDGER_URL, or unset it to use a file in the runs folder"
_RESUME = "run the same command again; what the ledger acknowledged is not paid twice"
_SAVED = "every call that was acknowledged is in the ledger"


class Server:
    """The database at an address, with a few connections that are used again and again.

    psycopg's own pool is not used: after a break it tries again at intervals of 1, 2, 4, 8 and 16 s that
    cannot be changed, and whoever waits for it never learns the reason.

    Args:
        url: `postgresql://user:password@host:port/name?option=value`, as libpq reads it.
        presence: Who holds these connections, so that others know as long as the server works for it; None
            for whoever claims nothing.

    Raises:
        InputError: that is no address; the message quotes nothing of it, as it may hold a password.
    """

    def __init__(self, url: str, *, presence: str | None = None) -> None:
        self.presence = presence
        self._settings = _settings_in(url)
        self._idle: list[Connection] = []
        self._turns = asyncio.Semaphore(MOST_CONNECTIONS)
        self._closed = False

    @property
    def place(self) -> str:
        """Host, port and name of the database; no user, no password."""
        host, port = self._settings.get("host") or "localhost", self._settings.get("port")
        return f"postgresql://{host}{f':{port}' if port else ''}/{self._settings.get('dbname') or ''}"

    async def reach(self) -> None:
        """Make the first connection.

        Raises:
            InputError: the server cannot be reached.
        """
        import psycopg

        # It would print there what we raise, once more and in its own words.
        logging.getLogger("psycopg").addHandler(logging.NullHandler())
        try:
            self._idle.append(await self.connect())
        except psycopg.Error as error:
            message = f"{self.place} cannot be reached: {_in_words(error)}"
            raise InputError(message, field="ledger_url", hint=_MEND) from error

    async def connect(self) -> Connection:
        """A new connection in autocommit mode, the caller's to close.

        Raises:
            psycopg.Error: it cannot be reached.
        """
        from psycopg import AsyncConnection
        from psycopg.rows import dict_row

        db = await AsyncConnection.connect(**self._settings, autocommit=True, row_factory=dict_row)
        await db.execute(_SESSION)
        if self.presence is not None:
            await db.execute(BE_PRESENT, (self.presence,))
        return db

    async def run(self, work: Work[T], *, patience: float = 0.0) -> T:
        """Do `work` with a connection; while connections break, again with another one.

        Args:
            work: If `patience` is not 0 it must bear being done again when it was done already.
            patience: Seconds to wait in all for a server that went away.

        Raises:
            StoppedEarly: the server went away for longer, its disk is full, or somebody holds a lock.
            DamagedRecord: what it holds is not what it should be.
            InputError: it does not let us.
        """
        import psycopg

        async def once() -> T:
            async with self._connection() as db:
                return await work(db)

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_is_broken),
            stop=lambda state: state.idle_for >= patience,
            wait=tenacity.wait_random_exponential(multiplier=0.1, max=2.0),
            reraise=True,
        )
        try:
            return await retrying(once)
        except psycopg.Error as error:
            raise explained(error, self.place) from error

    async def close(self) -> None:
        """Close all connections; those in use close when they are given back."""
        self._closed = True
        await self._drop_idle()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        from psycopg.pq import TransactionStatus

        async with self._turns:
            db = self._idle.pop() if self._idle else await self.connect()
            try:
                yield db
            finally:
                if db.closed:
                    await self._drop_idle()  # most likely they are broken as well
                elif self._closed or db.info.transaction_status is not TransactionStatus.IDLE:
                    await db.close()
                else:
                    self._idle.append(db)

    async def _drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for db in idle:
            await db.close()


def _settings_in(url: str) -> dict[str, Any]:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    wrong = InputError(
        "is no address that PostgreSQL understands",
        field="ledger_url",
        hint="PANEL_LEDGER_URL is written postgresql://user:password@host/name; in the password, write %40"
        " for @, %3A for :, %2F for / and %25 for %",
    )
    try:
        found = conninfo_to_dict(url)
    except psycopg.Error:
        raise wrong from None  # psycopg's message may quote the password
    if any("@" in str(found.get(name) or "") for name in ("host", "port", "dbname")):
        raise wrong  # the rest of a password was taken for one of them
    return _UNLESS_SAID | found | {"client_encoding": "UTF8"}


def _is_broken(error: BaseException) -> bool:
    """Whether it is the connection or the server that failed, so that another try may help."""
    import psycopg

    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and error.sqlstate not in {
        _DISK_FULL,
        _LOCK_NOT_AVAILABLE,
    }


def explained(error: psycopg.Error, place: str) -> PanelError:
    """The member of the family tree that says what PostgreSQL's error means for the user."""
    import psycopg

    what = _in_words(error)
    if error.sqlstate == _DISK_FULL:
        message = f"disk full: {place} could not be written"
        return StoppedEarly(message, saved=_SAVED, hint=f"make room on the server and {_RESUME}")
    if error.sqlstate == _LOCK_NOT_AVAILABLE:
        return StoppedEarly(f"{place}: another process has held it for more than 60 s", hint=_RESUME)
    if error.sqlstate in _NOT_ALLOWED:
        return InputError(f"{place} cannot be used: {what}", field="ledger_url", hint=_MEND)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoppedEarly(f"{place}: {what}", saved=_SAVED, hint=f"look after the server, then {_RESUME}")
    # Never "unreadable means empty": a person decides what happens to paid replies.
    return DamagedRecord(
        f"cannot be read as a ledger: {what}",
        file=place,
        hint="bring it back from a backup, or choose another database: there every call is paid again",
    )


def _in_words(error: psycopg.Error) -> str:
    """What happened, in one line."""
    return error.diag.message_primary or "; ".join(line.strip() for line in str(error).splitlines())
