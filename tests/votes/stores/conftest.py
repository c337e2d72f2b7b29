"""Stores of every kind, each opened as often as a test likes."""

import contextlib
from pathlib import Path

import pytest

from panel.votes.stores.base import open_store
from tests.calls.ledger.conftest import postgres_server, postgres_url  # noqa: F401 (fixtures of the ledgers')


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'votes.sqlite'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def opened(address):
    @contextlib.asynccontextmanager
    async def open_it():
        store = await open_store(address, Path("unused"))
        try:
            yield store
        finally:
            await store.close()

    return open_it
