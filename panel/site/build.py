"""Writes the site into a folder: only what changed, byte for byte the same from the same records."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from panel.core.decisions import one_at_a_time
from panel.core.errors import DamagedRecord, InputError, PanelError
from panel.core.files import TEMPORARY, make_folder, write_atomic
from panel.core.hashing import canonical_json, digest
from panel.site.kinds import kinds
from panel.site.library import Library
from panel.site.page import STATE, Page
from panel.site.uncollected import uncollected

_SCHEMA = "panel.site/1"
#: With fewer pages to make than this, starting a second process takes longer than making them.
_WORTH_A_PROCESS = 300
_MOST_PROCESSES = 8


@dataclass(frozen=True)
class Changes:
    """What a build did, or would do: paths in the site, sorted.

    Attributes:
        made: Files that are new.
        changed: Files whose inputs are not what they were.
        removed: Files that belong to nothing any more.
        same: How many files stay as they are.
        failed: Files that could not be made, each with the reason; what stood there stays.
    """

    made: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    same: int
    failed: tuple[tuple[str, str], ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.made or self.changed or self.removed or self.failed)


class _Written(NamedTuple):
    """A file of ours as the state knows it: the hash of its inputs, and its size in bytes."""

    inputs: str
    size: int


#: A file that may be there, of which nothing is known yet.
_BEGUN = _Written("", -1)


def check(library: Library, out: Path) -> Changes:
    """What `build` would do; nothing is written.

    Raises:
        InputError: as `build`.
    """
    _refuse_no_folder(out)
    return _to_do(library, out)[2]


def build(library: Library, out: Path) -> Changes:
    """Bring a folder up to date: make what is new or changed, remove what belongs to nothing any more.

    As `read_and_build`, of what was read before it was anybody's turn: for who builds alone.

    Args:
        library: What is live.
        out: The folder; it is made if it is not there.

    Raises:
        InputError: as `read_and_build`.
    """
    return read_and_build(lambda: library, out)[1]


def read_and_build(read: Callable[[], Library], out: Path) -> tuple[Library, Changes]:
    """Wait until nobody else builds into a folder, read what is live, and bring the folder up to date.

    In this order, so that of two builds the later one has read the later state. Files that are not ours are
    left alone. A page that cannot be made leaves the one that stands there, and does not keep the others from
    being made.

    Args:
        read: Reads what is live.
        out: The folder; it is made if it is not there.

    Raises:
        InputError: the folder cannot be written, or a file that is not ours lies where a page belongs.
        PanelError: as `read`.
    """
    _refuse_no_folder(out)
    if not out.exists():
        make_folder(out)
    with one_at_a_time(out):
        library = read()
        pages, state, todo = _to_do(library, out)
        wanted = (*todo.made, *todo.changed)
        if _BEGUN in state.values():
            _sweep(out)
        if wanted:
            # If this build dies half-way, the next one must neither take its files for somebody else's, nor
            # take a page for the one that was there before.
            _write_state({**state, **dict.fromkeys(wanted, _BEGUN)}, out)
        written, failed = _make([pages[path] for path in wanted], out)
        for path in todo.removed:
            _remove(out / path)
        kept = {path: each for path, each in state.items() if path in pages or library.held.keeps(path)}
        by = _made_by(library)
        made = {path: _Written(_inputs(pages[path], by), size) for path, size in written.items()}
        if todo.any or not (out / STATE).exists():
            _write_state({**kept, **made}, out)
    broken = {path for path, _ in failed}
    return library, Changes(
        made=tuple(path for path in todo.made if path not in broken),
        changed=tuple(path for path in todo.changed if path not in broken),
        removed=todo.removed,
        same=todo.same,
        failed=tuple(failed),
    )


def _sweep(out: Path) -> None:
    """Remove what a build that was killed was just writing."""
    for left in out.rglob(f"{TEMPORARY}*"):
        left.unlink(missing_ok=True)


def is_site(out: Path) -> bool:
    """Whether a site was built in that folder."""
    return (out / STATE).is_file()


@uncollected()
def _to_do(library: Library, out: Path) -> tuple[dict[str, Page], dict[str, _Written], Changes]:
    pages, state = _pages(library), _read_state(out)
    return pages, state, _compared(pages, state, library, out)


def _refuse_no_folder(out: Path) -> None:
    if (out.exists() or out.is_symlink()) and not out.is_dir():
        raise InputError("is no folder", file=out, hint="move it, or --out DIR")


def _pages(library: Library) -> dict[str, Page]:
    found: dict[str, Page] = {}
    for page in chain.from_iterable(kind.pages(library) for kind in kinds().values()):
        if page.path in found:
            raise InputError(f"two pages want to be {page.path}", hint="this is a bug in panel")
        found[page.path] = page
    return dict(sorted(found.items()))


def _compared(pages: dict[str, Page], state: dict[str, _Written], library: Library, out: Path) -> Changes:
    made, changed = [], []
    by = _made_by(library)
    for path, page in pages.items():
        before, size = state.get(path), _size(f"{out}/{path}")
        if before is None and size is not None:
            raise InputError(
                "is not a file of the site's, and a page belongs there",
                file=out / path,
                hint="move it, or --out DIR",
            )
        if before is None or size is None:
            made.append(path)
        elif size != before.size or before.inputs != _inputs(page, by):
            changed.append(path)
    removed = tuple(sorted(path for path in state if path not in pages and not library.held.keeps(path)))
    return Changes(tuple(made), tuple(changed), removed, len(pages) - len(made) - len(changed))


def _made_by(library: Library) -> bytes:
    """What the content of every page depends on, whatever its inputs are."""
    return canonical_json([library.program, vars(library.settings)])


def _inputs(page: Page, made_by: bytes) -> str:
    return digest(made_by + canonical_json(page.inputs))


def _size(path: str) -> int | None:
    """The size of a file in bytes; None if there is none."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 (tens of thousands of paths: a Path of each takes as long again)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _make(pages: Sequence[Page], out: Path) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Make and write pages; the size of each that was written, and those that could not be made."""
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    if len(pages) < _WORTH_A_PROCESS or processes == 1 or not hasattr(os, "fork"):
        results: Iterable[tuple[str, int | str]] = _make_each(pages, out)
    else:
        results = _make_in_processes(pages, out, processes)
    written: dict[str, int] = {}
    failed = []
    for path, result in results:
        if isinstance(result, int):
            written[path] = result
        else:
            failed.append((path, result))
    return written, sorted(failed)


def _make_each(pages: Iterable[Page], out: Path) -> Iterator[tuple[str, int | str]]:
    for page in pages:
        try:
            content = page.render()
        except PanelError as error:
            yield page.path, error.message
        except Exception as error:  # noqa: BLE001 (a kind of pages is anybody's file; the others are made)
            yield page.path, f"{type(error).__name__}: {error}"
        else:
            target = out / page.path
            if not target.exists() or target.read_bytes() != content:
                # Not flushed: what a power cut loses, the next build finds too short and makes again.
                write_atomic(target, content, inside=out, durable=False)
            yield page.path, len(content)


#: Pages cannot be sent to another process; one that is forked finds them here.
_inherited: tuple[Sequence[Page], Path] = ((), Path())


def _make_in_processes(pages: Sequence[Page], out: Path, processes: int) -> list[tuple[str, int | str]]:
    import multiprocessing  # here: a rebuild of a few pages does without
    from concurrent.futures import ProcessPoolExecutor

    global _inherited  # noqa: PLW0603 (how a forked process is given what cannot be sent)
    _inherited = pages, out
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            parts = pool.map(_make_slice, [(start, processes * 4) for start in range(processes * 4)])
            return list(chain.from_iterable(parts))
    finally:
        _inherited = (), Path()


def _make_slice(cut: tuple[int, int]) -> list[tuple[str, int | str]]:
    pages, out = _inherited
    return list(_make_each(pages[cut[0] :: cut[1]], out))


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # something else lies there
        path.parent.rmdir()


def _read_state(out: Path) -> dict[str, _Written]:
    path = out / STATE
    try:
        data: Any = json.loads(path.read_bytes())
        if data["schema"] == _SCHEMA:
            return {_inside(name): _Written(*each) for name, each in data["files"].items()}
        problem = f"has the schema {data['schema']!r}; this version reads {_SCHEMA!r}"
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        problem = f"does not say which files are the site's: {error}"
    hint = "remove the folder and build the site again: all of it is made from records"
    raise DamagedRecord(problem, file=path, hint=hint)


def _inside(name: str) -> str:
    """A file's name, if it lies in the site's folder: what the state names is removed when no page has it."""
    if name.startswith("/") or ".." in name.split("/"):
        raise ValueError(f"{name!r} does not lie in this folder")
    return name


def _write_state(state: dict[str, _Written], out: Path) -> None:
    data = json.dumps({"schema": _SCHEMA, "files": dict(sorted(state.items()))}).encode()
    write_atomic(out / STATE, data, inside=out)
