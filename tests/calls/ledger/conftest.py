"""Ledgers of every kind, and a PostgreSQL server where there is one to be started."""

from __future__ import annotations

import contextlib

import pytest

from tests.calls.ledger.places import InPostgres, InSqlite
from tests.calls.ledger.postgres_server import find_binaries, running_server


@pytest.fixture(scope="session")
def postgres_server():
    """A running server; tests that want it skip where PostgreSQL is not installed."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server: neither in PATH nor in /usr/lib/postgresql/*/bin")
    with running_server(binaries) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server):
    """The address of a place where no ledger is yet."""
    return postgres_server.new_schema()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    """Where the ledger of a test is, past the ledger itself."""
    if request.param == "sqlite":
        return InSqlite(tmp_path)
    return InPostgres(request.getfixturevalue("postgres_url"))


@pytest.fixture
def opened(place):
    """A context manager that opens the same ledger every time it is entered, as some process."""

    @contextlib.asynccontextmanager
    async def open_it(**process):
        ledger = await place.open(**process)
        try:
            yield ledger
        finally:
            await ledger.close()

    return open_it
