"""What editors decided: lines added to `decisions.jsonl` in the workspace, meant to be committed."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import ValidationError

from panel.core.domain import Value
from panel.core.errors import DamagedRecord, InputError
from panel.core.files import append
from panel.core.outcomes import Override, PriceDecision

FILE = "decisions.jsonl"
_SCHEMA = "panel.decision/1"
#: Of a file as it was, for some kinds of decision each.
_STATES_KEPT = 4
#: Seconds after which a file that changes again has another time: those of some file systems are that coarse.
_SETTLED = 2.0


class Decided(Value):
    """One line: its `kind` says what was decided. Kinds that a reader does not ask for are passed over."""

    KIND: ClassVar[str]


D = TypeVar("D", bound=Decided)


class Overridden(Decided):
    """An override, and the tool it is of."""

    KIND = "override"

    tool: str
    override: Override


class Priced(Decided):
    """An entry price, and the tool it is of."""

    KIND = "price"

    tool: str
    price: PriceDecision


class Settled(Decided):
    """How a bet turned out; it carries the bet, which so outlives the review it was placed in."""

    KIND = "bet"

    bet: str
    tool: str
    persona: str
    name: str
    claim: str
    due: str
    placed: str
    outcome: Literal["right", "wrong", "void"]
    reason: str
    author: str
    time: str


def decide(root: Path, decision: Decided) -> None:
    """Add a decision, durably before this returns; nothing that stands there is changed.

    Args:
        root: The workspace.
        decision: What was decided.

    Raises:
        InputError: it cannot be written.
        StoppedEarly: the disk is full.
    """
    path = root / FILE
    line = {"schema": _SCHEMA, "kind": decision.KIND, **decision.as_json()}
    text = json.dumps(line, ensure_ascii=False).encode("utf-8", errors="replace")
    # What a crash, or a person's editor, left without its line end stays a line of its own.
    append(path, text if _ends_whole(path) else b"\n" + text, inside=root)


def decided(root: Path, *kinds: type[D]) -> list[D]:
    """All decisions of these kinds, in the order they were made.

    They are asked for with every tool of a list, so a file that has not changed since is not read again.

    Raises:
        DamagedRecord: a line is none; a last one that was never finished is no decision.
    """
    path = root / FILE
    try:
        state = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise DamagedRecord(f"cannot be read: {error.strerror}", file=path) from None
    if abs(time.time() - state.st_mtime) < _SETTLED:
        return [*_all_in(path, kinds)]
    return [*_kept(path, (state.st_ino, state.st_size, state.st_mtime_ns), kinds)]


@lru_cache(maxsize=_STATES_KEPT)
def _kept(path: Path, _state: tuple[int, ...], kinds: tuple[type[D], ...]) -> tuple[D, ...]:
    return _all_in(path, kinds)


def _all_in(path: Path, kinds: tuple[type[D], ...]) -> tuple[D, ...]:
    by_name = {kind.KIND: kind for kind in kinds}
    found = (_read(line, number, path, by_name) for number, line in _lines(path))
    return tuple(each for each in found if each is not None)


def overrides_of(root: Path, tool: str) -> list[Override]:
    """All overrides of a tool, for whichever dossier, oldest first.

    Raises:
        DamagedRecord: as `decided`.
    """
    return [each.override for each in decided(root, Overridden) if each.tool == tool]


def prices_of(root: Path, tool: str) -> list[PriceDecision]:
    """All entry prices that editors gave a tool, for whichever dossier, oldest first.

    Raises:
        DamagedRecord: as `decided`.
    """
    return [each.price for each in decided(root, Priced) if each.tool == tool]


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other process works on the records in `folder` as an editor does, and keep others out.

    Raises:
        InputError: there is no such folder.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}", file=folder) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # it ends with the process, however that ends
        yield
    finally:
        os.close(descriptor)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise DamagedRecord(f"cannot be read: {error.strerror}", file=path) from None
    unfinished = lines.pop()
    if _is_json(unfinished):
        lines.append(unfinished)
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _read(line: bytes, number: int, path: Path, kinds: Mapping[str, type[D]]) -> D | None:
    hint = "mend the line or remove it; `git diff` shows what was there"
    try:
        data: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DamagedRecord(f"not JSON: {error}", file=path, line=number, hint=hint) from None
    if not isinstance(data, dict) or data.pop("schema", None) != _SCHEMA:
        raise DamagedRecord(f"is no {_SCHEMA}", file=path, line=number, field="schema", hint=hint)
    kind = kinds.get(str(data.pop("kind", None)))
    if kind is None:
        return None
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise DamagedRecord(first["msg"], file=path, line=number, field=field, hint=hint) from None


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _ends_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return True
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"
    except FileNotFoundError:
        return True
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from error
