"""Writing a file so that a reader finds the old one or the new one, whole, whatever happens in between."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from panel.core.errors import InputError, StoppedEarly

#: Marks files that were being written when the process died; safe to delete.
TEMPORARY = ".tmp-"


def write_atomic(path: Path, data: bytes, *, inside: Path, durable: bool = True) -> None:
    """Write `data` to a temporary file beside `path`, flush it to disk, and rename it over `path`.

    Args:
        path: The file to write; missing folders are made.
        data: All of its content.
        inside: The folder the file must lie in once every symlink is followed.
        durable: Whether it must outlast a power cut; what can be made again need not be flushed.

    Raises:
        InputError: the place is a symlink that leads outside, or cannot be written.
        StoppedEarly: the disk is full.
    """
    try:
        _refuse_escape(path, inside)
        temporary = path.with_name(f"{TEMPORARY}{path.name[:80]}-{secrets.token_hex(4)}")
        try:
            descriptor = _made(temporary)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = _made(temporary)
        try:
            try:
                _write_all(descriptor, data)
                if durable:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        raise _explained(error, path) from error


def make_folder(path: Path) -> None:
    """Make a folder that is not there yet, and those it lies in.

    Raises:
        FileExistsError: it is there.
        InputError: it cannot be made.
        StoppedEarly: the disk is full.
    """
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        raise
    except OSError as error:
        raise _explained(error, path) from error


def append(path: Path, line: bytes, *, inside: Path) -> None:
    """Add a line to a file, durably before this returns; a crash leaves a piece of the last line at most.

    Args:
        path: Made if it is missing; its folder is there.
        line: Without its end.
        inside: The folder nothing is written out of.

    Raises:
        InputError: it cannot be written.
        StoppedEarly: the disk is full.
    """
    _refuse_escape(path, inside)
    try:
        is_new = not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            _write_all(descriptor, line + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            _sync_folder(path.parent)
    except OSError as error:
        raise _explained(error, path) from error


def check_writable(folder: Path, subfolders: Sequence[str] = ("dossiers",)) -> None:
    """Make `folder` and prove that a file can be written there, and in its subfolders that exist.

    Args:
        folder: Where records go.
        subfolders: Names of folders in it that will be written to; none of them is made.

    Raises:
        InputError: it cannot; said before any money is spent.
    """
    _probe(folder)
    for subfolder in (folder / name for name in subfolders):
        # Not Path.resolve: it raises on links that lead in a circle.
        if not Path(os.path.realpath(subfolder)).is_relative_to(os.path.realpath(folder)):
            raise _leads_out(subfolder, folder)
        if os.path.lexists(subfolder):
            _probe(subfolder)


def _probe(folder: Path) -> None:
    probe = folder / f"{TEMPORARY}probe-{secrets.token_hex(4)}"
    hint = "choose another place with --runs-dir DIR, or make this one writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except FileExistsError as error:
        raise InputError("is not a folder", file=error.filename or folder, hint=hint) from error
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=folder, hint=hint) from error


def _made(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _refuse_escape(path: Path, inside: Path) -> None:
    straight = _goes_straight(path.parent, inside) or path.parent.resolve().is_relative_to(inside.resolve())
    if path.is_symlink() or not straight:
        raise _leads_out(path, inside)


def _goes_straight(folder: Path, inside: Path) -> bool:
    """Whether a folder lies in another by its name, and no link is on the way: at a few looks."""
    if not folder.is_relative_to(inside):
        return False
    steps = folder.parts[len(inside.parts) :]
    if ".." in steps:
        return False
    places = [os.path.join(inside, *steps[: n + 1]) for n in range(len(steps))]  # noqa: PTH118 (ten times as fast)
    return not any(os.path.islink(place) for place in places)  # noqa: PTH114 (same)


def _leads_out(path: Path, inside: Path) -> InputError:
    return InputError(f"is a link that leads out of {inside}; nothing is written through it", file=path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _explained(error: OSError, path: Path) -> InputError | StoppedEarly:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StoppedEarly(
            f"disk full: {path} could not be written",
            saved="every call that was answered is in the ledger",
            hint="make room and run the same command again; finished calls are not paid twice",
        )
    return InputError(f"cannot be written: {error.strerror}", file=path)
