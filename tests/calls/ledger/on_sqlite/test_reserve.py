import errno
import os

import pytest

from panel.calls.ledger.on_sqlite.reserve import Reserve


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite.reserve"


def test_the_reserve_takes_up_room_from_the_first_call_on(path):
    reserve = Reserve(path, size=100_000)
    assert not path.exists()
    assert reserve.hold()
    assert path.stat().st_size == 100_000
    assert path.stat().st_blocks * 512 >= 100_000, "it is no hole"


def test_it_is_given_up_once_and_is_then_gone_for_good(path):
    reserve = Reserve(path, size=100_000)
    reserve.hold()
    assert reserve.give_up()
    assert not path.exists()
    assert not reserve.hold()
    assert not reserve.give_up()


def test_one_that_another_process_gave_up_makes_no_room(path):
    reserve = Reserve(path, size=100_000)
    reserve.hold()
    path.unlink()
    assert not reserve.give_up()
    assert not reserve.hold()


def test_an_earlier_run_leaves_it_to_the_next(path):
    assert Reserve(path, size=100_000).hold()
    assert Reserve(path, size=100_000).hold()
    assert path.stat().st_size == 100_000


def test_without_room_for_it_there_is_none_and_nothing_is_left_behind(path, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert not Reserve(path).hold()
    assert not path.exists()


def test_a_file_system_that_cannot_set_room_aside_does_without(path, monkeypatch):
    def unsupported(*_args):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "posix_fallocate", unsupported)
    assert Reserve(path).hold()
