"""Temporary files and folders that a process left behind when it died, cleared away."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from panel.core.files import TEMPORARY
from panel.core.record_files import Remark, entries, folders, is_inside

#: Seconds after which nobody is writing a temporary file any more.
STALE = 3600.0


def clear_leftovers(root: Path, *, now: float | None = None) -> list[Remark]:
    """Remove what was being written when a process died: temporary files nobody touched for an hour.

    Args:
        root: The folder of all runs.
        now: The time, in seconds since 1970.
    """
    clock = time.time() if now is None else now
    return [
        _cleared(path, clock)
        for folder in folders(root)
        if is_inside(folder, root) and os.access(folder, os.R_OK | os.X_OK)
        for path in entries(folder)
        if path.name.startswith(TEMPORARY)
    ]


def _cleared(path: Path, now: float) -> Remark:
    try:
        if now - _last_touched(path) < STALE:
            what = "a temporary file less than an hour old: perhaps it is being written just now"
            return Remark(path, what, "note")
        remove(path)
    except OSError as error:
        return Remark(path, f"a temporary file that cannot be removed: {error.strerror}", "note")
    return Remark(path, "a temporary file that a stopped process left behind; removed", "repaired")


def remove(path: Path) -> None:
    """Remove a file, or a folder with all in it; of a link the link only."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _last_touched(path: Path) -> float:
    newest = path.lstat().st_mtime
    for folder, _, names in os.walk(path):
        newest = max([newest, *((Path(folder) / name).lstat().st_mtime for name in names)])
    return newest
