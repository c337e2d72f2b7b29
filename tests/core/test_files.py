import errno
import os
import threading

import pytest

from panel.core.errors import ExitCode, InputError, StoppedEarly
from panel.core.files import TEMPORARY, check_writable, write_atomic


def test_folders_are_made_and_only_the_file_is_left(tmp_path):
    path = tmp_path / "a" / "b" / "record.json"
    write_atomic(path, b"one", inside=tmp_path)
    write_atomic(path, b"two", inside=tmp_path)
    assert path.read_bytes() == b"two"
    assert [file.name for file in path.parent.iterdir()] == ["record.json"]


def test_a_link_that_leads_outside_is_not_written_through(tmp_path):
    inside, outside = tmp_path / "runs", tmp_path / "elsewhere"
    inside.mkdir()
    outside.mkdir()
    (outside / "precious.json").write_bytes(b"precious")
    (inside / "folder").symlink_to(outside)
    (inside / "record.json").symlink_to(outside / "precious.json")
    for path in (
        inside / "folder" / "new.json",
        inside / "folder" / "x" / "new.json",
        inside / "record.json",
    ):
        with pytest.raises(InputError, match="leads out of") as caught:
            write_atomic(path, b"changed", inside=inside)
        assert str(path) in caught.value.message
    assert (outside / "precious.json").read_bytes() == b"precious"
    assert not (outside / "new.json").exists()


def test_a_runs_folder_that_is_a_link_itself_is_fine(tmp_path):
    (tmp_path / "big-disk").mkdir()
    (tmp_path / "runs").symlink_to(tmp_path / "big-disk")
    write_atomic(tmp_path / "runs" / "record.json", b"one", inside=tmp_path / "runs")
    assert (tmp_path / "big-disk" / "record.json").read_bytes() == b"one"


@pytest.mark.parametrize("operation", ["open", "write", "fsync"])
@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOSPC, StoppedEarly, ExitCode.STOPPED),
        (errno.EDQUOT, StoppedEarly, ExitCode.STOPPED),
        (errno.EACCES, InputError, ExitCode.INPUT),
        (errno.EIO, InputError, ExitCode.INPUT),
    ],
)
def test_a_failed_operation_leaves_the_old_file_and_names_it(
    monkeypatch, tmp_path, operation, number, kind, code
):
    path = tmp_path / "record.json"
    write_atomic(path, b"old", inside=tmp_path)

    def fail(*_args):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, operation, fail)
        with pytest.raises(kind) as caught:
            write_atomic(path, b"new", inside=tmp_path)
    assert str(path) in caught.value.message
    assert caught.value.exit_code == code
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["record.json"]


def test_a_write_that_takes_only_some_bytes_is_continued(monkeypatch, tmp_path):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data[:3])))
    write_atomic(tmp_path / "record.json", b"0123456789", inside=tmp_path)
    assert (tmp_path / "record.json").read_bytes() == b"0123456789"


def test_the_file_and_its_folder_are_flushed_before_the_write_returns(monkeypatch, tmp_path):
    log = []
    real_sync, real_replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (log.append("sync"), real_sync(fd)))
    monkeypatch.setattr(
        os, "replace", lambda a, b, **more: (log.append("rename"), real_replace(a, b, **more))
    )
    write_atomic(tmp_path / "record.json", b"x", inside=tmp_path)
    assert log == ["sync", "rename", "sync"]


def test_a_file_where_a_folder_should_be_is_an_input_error(tmp_path):
    (tmp_path / "runs").write_text("not a folder")
    with pytest.raises(InputError):
        write_atomic(tmp_path / "runs" / "record.json", b"x", inside=tmp_path)
    with pytest.raises(InputError) as caught:
        check_writable(tmp_path / "runs" / "deeper")
    assert caught.value.hint is not None
    assert "--runs-dir" in caught.value.hint


def test_a_writable_folder_is_made_and_left_empty(tmp_path):
    check_writable(tmp_path / "runs")
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.mark.parametrize("target", ["elsewhere", "missing"])
def test_a_dossiers_folder_that_leads_out_is_refused_before_anything_is_written(tmp_path, target):
    runs, outside = tmp_path / "runs", tmp_path / "elsewhere"
    runs.mkdir()
    outside.mkdir()
    (runs / "dossiers").symlink_to(tmp_path / target)
    with pytest.raises(InputError, match="leads out of") as caught:
        check_writable(runs)
    assert caught.value.message.startswith(f"{runs / 'dossiers'}: ")
    assert list(outside.iterdir()) == []
    check_writable(runs, subfolders=())


def test_a_dossiers_folder_that_stays_inside_is_fine(tmp_path):
    (tmp_path / "disk" / "kept").mkdir(parents=True)
    (tmp_path / "runs").symlink_to(tmp_path / "disk")
    (tmp_path / "disk" / "dossiers").symlink_to("kept")
    check_writable(tmp_path / "runs")
    assert list((tmp_path / "disk" / "kept").iterdir()) == []


def test_what_is_no_folder_is_told_as_that(tmp_path):
    (tmp_path / "file").write_text("a file")
    (tmp_path / "dangling").symlink_to(tmp_path / "missing")
    for name in ("file", "dangling"):
        with pytest.raises(InputError) as caught:
            check_writable(tmp_path / name)
        assert caught.value.message == f"{tmp_path / name}: is not a folder"
    with pytest.raises(InputError) as caught:
        check_writable(tmp_path / "dangling" / "runs")
    assert caught.value.message == f"{tmp_path / 'dangling'}: is not a folder"


@pytest.mark.parametrize("target", ["missing", "dossiers"])
def test_a_dossiers_folder_that_is_none_is_refused(tmp_path, target):
    (tmp_path / "dossiers").symlink_to(target)
    with pytest.raises(InputError, match=r"dossiers: is not a folder"):
        check_writable(tmp_path)


def test_a_reader_never_sees_half_a_file(tmp_path):
    path = tmp_path / "record.json"
    versions = [bytes([n]) * 200_000 for n in range(30)]
    write_atomic(path, versions[0], inside=tmp_path)
    done = threading.Event()
    torn = []

    def read():
        while not done.is_set():
            if path.read_bytes() not in versions:
                torn.append(path.stat().st_size)

    reader = threading.Thread(target=read)
    reader.start()
    for version in versions:
        write_atomic(path, version, inside=tmp_path)
    done.set()
    reader.join()
    assert torn == []


def test_the_longest_file_name_still_leaves_room_for_the_temporary_one(tmp_path):
    path = tmp_path / ("x" * 250 + ".json")
    write_atomic(path, b"x", inside=tmp_path)
    assert path.read_bytes() == b"x"
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(TEMPORARY)]
