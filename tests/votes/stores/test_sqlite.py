"""What only a file can do: be damaged, be somebody else's, be full, be read while others write."""

import asyncio
import contextlib
import resource
import signal
import sqlite3

import pytest

from panel.core.errors import DamagedRecord, InputError, StoppedEarly
from panel.votes.stores.base import open_store
from panel.votes.stores.sqlite import open_file
from panel.votes.vote import Count
from tests.votes.samples import vote, voter


def using(path, scenario, **how):
    async def go():
        store = open_file(path, **how)
        try:
            return await scenario(store)
        finally:
            await store.close()

    return asyncio.run(go())


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_holds_no_votes_is_never_taken_for_empty(tmp_path, content):
    path = tmp_path / "votes.sqlite"
    path.write_bytes(content)
    with pytest.raises(DamagedRecord, match=r"votes\.sqlite") as caught:
        open_file(path)
    assert "panel votes import" in caught.value.hint
    assert path.read_bytes() == content


def test_the_database_of_another_program_and_of_another_version_are_refused(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "other.sqlite")) as db:
        db.execute("CREATE TABLE things (name TEXT)")
    with pytest.raises(DamagedRecord, match="cannot be read as votes"):
        open_file(tmp_path / "other.sqlite")
    path = tmp_path / "votes.sqlite"
    using(path, lambda store: store.cast(vote()))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE meta SET value = '9'")
    with pytest.raises(DamagedRecord, match="of version 9"):
        open_file(path)


def test_reading_only_makes_no_file_and_writes_nothing(tmp_path):
    path = tmp_path / "votes.sqlite"
    assert using(path, lambda store: store.counts(), read_only=True) == {}
    assert not path.exists()
    using(path, lambda store: store.cast(vote()))
    assert using(path, lambda store: store.counts(), read_only=True) == {"codestral": Count(ship=1)}
    with pytest.raises(InputError, match="readonly"):
        using(path, lambda store: store.cast(vote()), read_only=True)


def test_votes_an_operator_removes_by_hand_are_not_counted_any_more(tmp_path):
    path = tmp_path / "votes.sqlite"
    for number in range(3):
        using(path, lambda store, number=number: store.cast(vote(number, "ship" if number else "skip")))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM votes WHERE voter = ?", (voter(1),))
    assert using(path, lambda store: store.counts()) == {"codestral": Count(ship=1, skip=1)}


def test_a_row_somebody_spoiled_is_named(tmp_path):
    path = tmp_path / "votes.sqlite"
    using(path, lambda store: store.cast(vote()))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE votes SET first = 'yesterday'")

    async def everything(store):
        return [each async for each in store.rows()]

    with pytest.raises(DamagedRecord, match=f"{voter(1)}.*codestral.*damaged"):
        using(path, everything)


def test_a_file_that_may_not_grow_takes_no_vote_and_loses_none(tmp_path):  # F06: disk full
    path = tmp_path / "votes.sqlite"
    votes = [vote(number) for number in range(3000)]

    async def scenario(store):
        await store.cast(votes[0])
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        kept = [votes[0]]
        try:
            with pytest.raises(StoppedEarly):  # noqa: PT012 (how many fit is not known)
                for each in votes[1:]:
                    await store.cast(each)
                    kept.append(each)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, before)
        full = await store.counts()
        await store.cast(votes[-1])
        return len(kept), full["codestral"].ship, (await store.counts())["codestral"].ship

    kept, full, after = using(path, scenario)
    assert kept > 1
    assert full == kept
    assert after == kept + 1


@pytest.mark.parametrize("url", ["mysql://host/name", "postgresql://user:hunter2@[bad/x", "oops"])
def test_an_address_that_is_none_is_refused_without_quoting_a_password(tmp_path, url):
    with pytest.raises(InputError, match="votes_url") as caught:
        asyncio.run(open_store(url, tmp_path / "votes.sqlite"))
    assert "hunter2" not in str(caught.value)


def test_a_server_that_cannot_be_reached_is_said_of_our_setting(tmp_path):
    address = "postgresql://panel:hunter2@127.0.0.1:1/nothing"
    with pytest.raises(
        InputError, match=r"^votes_url: postgresql://127.0.0.1:1/nothing cannot be reached"
    ) as caught:
        asyncio.run(open_store(address, tmp_path / "votes.sqlite"))
    assert "PANEL_VOTES_URL" in caught.value.hint
