"""The files under runs/ that hold records, found without following a link out of it, and remarks on them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from panel.core.files import TEMPORARY
from panel.core.records import Records

RecordKind = Literal["run", "review", "comparison", "dossier"]


@dataclass(frozen=True)
class Remark:
    """Something worth saying of a file.

    Attributes:
        file: The file or folder.
        what: What is wrong with it or was done about it, in words.
        kind: `damage` needs a person; `repaired` is mended already; a `note` is neither.
        line: Where in the file, counted from 1, as far as that is known.
    """

    file: Path
    what: str
    kind: Literal["damage", "repaired", "note"] = "damage"
    line: int | None = None


@dataclass(frozen=True)
class RecordFile:
    """A file that holds a record; `run` is empty for a dossier's snapshot."""

    path: Path
    kind: RecordKind
    run: str = ""


def record_files(root: Path) -> Iterator[RecordFile]:
    """All record files that lie inside `root`, links followed; whatever one refers to comes before it."""
    folders: list[tuple[Path, str, RecordKind, str]] = [(root / "dossiers", "*.json", "dossier", "")]
    for run in Records(root).run_ids():
        folders += [
            (root / run / "reviews", "*.json", "review", run),
            (root / run / "comparisons", "*.json", "comparison", run),
            (root / run, "run.json", "run", run),
        ]
    for folder, pattern, kind, run in folders:
        for path in sorted(folder.glob(pattern)):
            if not path.name.startswith(TEMPORARY) and is_inside(path, root):
                yield RecordFile(path, kind, run)


def obstacles(root: Path) -> list[Remark]:
    """Whatever keeps records from being looked at: links that lead out of `root`, folders that are none."""
    found = []
    for folder in folders(root):
        if _leads_out(folder, root):
            found.append(_link(folder, root))
        elif folder.exists() and not folder.is_dir():
            found.append(Remark(folder, "is not a folder"))
        elif folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
            found.append(Remark(folder, "cannot be read: permission denied"))
        elif is_inside(folder, root) and folder != root:
            inner = [path for path in entries(folder) if not path.is_dir()]
            found += [_link(path, root) for path in inner if _leads_out(path, root)]
    return found


def _leads_out(path: Path, root: Path) -> bool:
    return path.is_symlink() and path != root and not is_inside(path, root)


def _link(path: Path, root: Path) -> Remark:
    return Remark(path, f"is a link that leads out of {root.name}; nothing is read through it")


def is_inside(path: Path, root: Path) -> bool:
    """Whether a path lies in `root` once every link is followed."""
    # Not Path.resolve: it raises on links that lead in a circle.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def folders(root: Path) -> Iterator[Path]:
    """All folders the program writes to, whether they exist or not."""
    yield root
    yield root / "dossiers"
    for run in Records(root).run_ids():
        yield from (root / run, root / run / "reviews", root / run / "comparisons")


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, sorted; nothing where there is no folder."""
    return sorted(folder.iterdir()) if folder.is_dir() else []
