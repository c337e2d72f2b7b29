"""Tools whose calls are in vendors' batches: kept with the dossiers that were asked about, for later."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from panel.core.errors import DamagedRecord, InputError
from panel.core.files import append, write_atomic
from panel.core.records import Records
from panel.evidence.dossiers import Loaded
from panel.evidence.launches.launch import BadLine, Launch
from panel.publish.legible import legible_text

#: Where they are noted, in the run's folder: one JSON object a line.
FILE = "pending.jsonl"


class Pending(Launch):
    """A launch whose panel was asked and has not answered.

    Attributes:
        content: The hash of what the list said of it.
        asked_about: The id of its dossier.
    """

    content: str
    asked_about: str


class Waiting:
    """The pending tools of one run; between rounds memory holds a hash of each.

    Args:
        records: Where the run and the dossiers are.
        run: The run.

    Raises:
        DamagedRecord: what is noted cannot be read.
    """

    def __init__(self, records: Records, run: str) -> None:
        self._root = records.root
        self._path = records.root / run / FILE
        self._is_whole = False
        self._noted = {_short(each.identity) for each in self}
        self._still: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._noted)

    def __contains__(self, identity: str) -> bool:
        return _short(identity) in self._noted

    def __iter__(self) -> Iterator[Pending]:
        """All of them, read as they are needed."""
        for number, line in enumerate(_lines(self._path), start=1):
            try:
                yield Pending.model_validate_json(line)
            except ValidationError as error:
                raise DamagedRecord(
                    f"line {number}: {error.errors()[0]['msg']}",
                    file=self._path,
                    hint="remove the line: its tool is taken in again, and answers that are there are used",
                ) from error

    async def add(self, launch: Launch, content: str, dossier: str) -> None:
        """Note durably that a tool waits; one that is noted waits on.

        Args:
            launch: The tool.
            content: The hash of what the list says of it.
            dossier: The id of the dossier its panel was asked about, whose snapshot is kept.
        """
        short = _short(launch.identity)
        self._still.add(short)
        if short in self._noted:
            return
        self._noted.add(short)
        # Its evidence is in the dossier, and may be long; what is odd about it was told.
        own = launch.model_dump(exclude={"text", "readme", "dossier", "entry_text", "warnings", "notes"})
        own["place"] = legible_text(launch.place)  # names of files may be no UTF-8
        pending = Pending(**own, content=content, asked_about=dossier)
        if not self._is_whole:
            self._mend()
        await asyncio.to_thread(append, self._path, pending.model_dump_json().encode(), inside=self._root)

    def start_round(self) -> Self:
        """All of them are looked at again; those that still wait are added again."""
        self._still = set()
        return self

    def settle(self) -> None:
        """End a round: forget those that were not added again, for they have been judged."""
        if self._noted != self._still:
            kept = (each for each in self if _short(each.identity) in self._still)
            lines = b"".join(each.model_dump_json().encode() + b"\n" for each in kept)
            write_atomic(self._path, lines, inside=self._root)
        self._noted = self._still

    def _mend(self) -> None:
        """Take away a last line that a crash cut short, lest the next one is written behind it."""
        if self._path.exists() and (data := self._path.read_bytes()) and not data.endswith(b"\n"):
            write_atomic(self._path, data[: data.rfind(b"\n") + 1], inside=self._root)
        self._is_whole = True


def is_asked(line: Launch | BadLine, waiting: Waiting | None) -> bool:
    """Whether a list names a tool whose panel was asked already; whoever counts what waits counts it."""
    if waiting is None or isinstance(line, BadLine | Pending):
        return False
    return line.identity in waiting


class FromSnapshots:
    """Makes dossiers of pending launches: the ones that were asked about, whatever their pages say now.

    Args:
        records: Where the snapshots are.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    def content(self, launch: Launch) -> str | BadLine:
        """The hash of what the list said when its panel was asked."""
        assert isinstance(launch, Pending)
        return launch.content

    async def dossier(self, launch: Launch) -> Loaded | BadLine:
        """The dossier its panel was asked about; if that is not kept any more, or damaged, that is said."""
        assert isinstance(launch, Pending)
        try:
            return Loaded(await asyncio.to_thread(self._records.dossier, launch.asked_about))
        except InputError as error:
            return BadLine(launch.place, error.message, error.hint)


def _lines(path: Path) -> Iterator[bytes]:
    """Those that were written in whole; the tool of one that a crash cut short is taken in again."""
    if path.exists():
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))


def _short(identity: str) -> bytes:
    return hashlib.blake2b(identity.encode("utf-8", errors="replace"), digest_size=16).digest()
