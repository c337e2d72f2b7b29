"""A second folder of all runs, kept so that it never looks complete unless it is."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from panel.core.errors import DamagedRecord, InputError, StoppedEarly
from panel.core.files import TEMPORARY, write_atomic
from panel.core.record_files import RecordFile, Remark, is_inside, obstacles, record_files
from panel.core.records import Records, timestamp, utc_now
from panel.core.upkeep import Rules, read_checked, said

#: The file that says what a folder is, and since when it is complete.
MARKER = "backup.json"
_SCHEMA = "panel.backup/1"


@dataclass
class Kept:
    """What came of copying records.

    Attributes:
        new: Files that were copied.
        there: Files that were there already, byte for byte.
        remarks: What was not copied, and why.
    """

    new: int = 0
    there: int = 0
    remarks: list[Remark] = field(default_factory=list)


def begin(folder: Path, runs: Path) -> bool:
    """Make `folder` a backup that is not complete yet; whether it was an earlier backup.

    Args:
        folder: Where the backup goes.
        runs: The folder of all runs that it is a backup of.

    Raises:
        InputError: there is something else in it, it is the runs folder itself, or it cannot be written.
        DamagedRecord: its marker cannot be read.
    """
    if not folder.exists() and folder.is_symlink():
        raise InputError("is a link that leads nowhere", file=folder, field="FOLDER")
    if folder.exists() and not folder.is_dir():
        raise InputError("is not a folder", file=folder, field="FOLDER")
    if os.path.realpath(folder) == os.path.realpath(runs):
        raise InputError("is the runs folder itself", file=folder, field="FOLDER")
    earlier = _marker(folder) is not None
    if not earlier and folder.exists() and any(folder.iterdir()):
        raise InputError(
            "is not empty and no earlier backup; nothing is written there",
            file=folder,
            field="FOLDER",
            hint="panel runs backup NEW-FOLDER",
        )
    _mark(folder, finished=None)
    return earlier


def finish(folder: Path) -> None:
    """Say that the backup is complete."""
    os.sync()  # all of it is on the disk before anything says so
    _mark(folder, finished=timestamp(utc_now()))


def unfinished(root: Path) -> list[Remark]:
    """A remark if `root` is a backup that was interrupted."""
    try:
        marker = _marker(root)
    except DamagedRecord as error:
        return [said(error, root / MARKER)]
    if marker is None or marker["finished"]:
        return []
    what = "this backup was interrupted and is not complete; run the same `panel runs backup` again"
    return [Remark(root / MARKER, what)]


def copy_records(runs: Path, folder: Path, rules: Rules) -> Kept:
    """Copy every file of every run and every dossier snapshot that `folder` does not hold already.

    A damaged record is not copied, so that it never takes the place of a good copy.

    Raises:
        InputError: `folder` cannot be written.
        StoppedEarly: the disk is full, or did not store what was written.
    """
    kept = Kept(remarks=obstacles(runs))
    # Somebody may be writing: what a record refers to is listed after it, so that none is missed.
    _copy_records(runs, folder, rules, ("run", "comparison"), kept)
    for path in _pages(runs):
        _copy(path, folder / path.relative_to(runs), folder, kept)
    _copy_records(runs, folder, rules, ("review",), kept)
    _copy_records(runs, folder, rules, ("dossier",), kept)
    return kept


def _copy_records(runs: Path, folder: Path, rules: Rules, kinds: Collection[str], kept: Kept) -> None:
    for file in [each for each in record_files(runs) if each.kind in kinds]:
        problem = _wrong(file, rules)
        if problem is None:
            _copy(file.path, folder / file.path.relative_to(runs), folder, kept)
        elif os.path.lexists(file.path):  # else it was pruned meanwhile
            kept.remarks.append(problem)


def _wrong(file: RecordFile, rules: Rules) -> Remark | None:
    try:
        read_checked(file, rules)
    except DamagedRecord as error:
        return said(error, file.path)
    return None


def _pages(runs: Path) -> Iterator[Path]:
    """All files of all runs that are no records, and what was mailed to whom (`panel digest`)."""
    yield from (path for path in sorted((runs / "digests").glob("*.json")) if is_inside(path, runs))
    records = {file.path for file in record_files(runs)}
    for run in Records(runs).run_ids():
        for folder, _, names in os.walk(runs / run):
            for path in (Path(folder) / name for name in sorted(names)):
                ours = path not in records and not path.name.startswith(TEMPORARY)
                if ours and path.suffix != ".json" and path.is_file() and is_inside(path, runs):
                    yield path


def _copy(source: Path, target: Path, folder: Path, kept: Kept) -> None:
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        return  # pruned meanwhile
    except OSError as error:
        kept.remarks.append(Remark(source, f"cannot be read: {error.strerror}"))
        return
    if target.is_file() and not target.is_symlink() and target.read_bytes() == data:
        kept.there += 1
        return
    write_atomic(target, data, inside=folder)
    if target.read_bytes() != data:
        raise StoppedEarly(
            f"{target}: the disk gave back something else than was written", hint="use another disk"
        )
    kept.new += 1


def _marker(folder: Path) -> dict[str, str | None] | None:
    path = folder / MARKER
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedRecord(f"cannot be read: {error}", file=path, hint="choose another folder") from None
    if not isinstance(data, dict) or data.get("schema") != _SCHEMA or "finished" not in data:
        raise DamagedRecord("is not the marker of a backup", file=path, hint="choose another folder")
    return data


def _mark(folder: Path, *, finished: str | None) -> None:
    data = json.dumps({"schema": _SCHEMA, "finished": finished}, indent=2) + "\n"
    write_atomic(folder / MARKER, data.encode(), inside=folder)
