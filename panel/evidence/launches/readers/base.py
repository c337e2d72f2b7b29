"""What a reader of launch lists is: one file that knows one form, found by its file name.

To add a form, write `panel/evidence/launches/readers/<name>.py` with the three members of `Reader`. Nothing
else is edited; `tests/evidence/launches/readers/test_contract.py` runs over every file here.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, runtime_checkable

from panel.core.errors import InputError
from panel.evidence.launches.distinct import distinct
from panel.evidence.launches.launch import BadLine, Launch

#: Bytes of a list by which its form is recognised.
HEAD = 4_096
FORMS = "JSONL, CSV, a folder of dossiers, RSS, Atom or JSON Feed"


@dataclass(frozen=True)
class LaunchList:
    """A list that can be read.

    Attributes:
        name: How messages name it: the path as it was typed, or the address.
        path: The file or folder; None for a list that was fetched.
        data: What was fetched.
        url: Where it was fetched from: relative links are resolved against it.
        today: The UTC date that dates of entries are judged by; None for the present one.
    """

    name: str
    path: Path | None = None
    data: bytes = b""
    url: str | None = None
    today: date | None = None

    @property
    def folder(self) -> Path | None:
        """The folder that the list's own paths start from; None if the list was fetched."""
        if self.path is None or self.path.is_dir():
            return self.path
        return self.path.parent

    @property
    def day(self) -> date:
        """The UTC date that dates of entries are judged by."""
        return self.today or datetime.now(UTC).date()

    @property
    def suffix(self) -> str:
        """How the list's name ends, in lower case."""
        return PurePosixPath(self.name.split("?")[0]).suffix.lower()

    def open(self) -> BinaryIO:
        """Its bytes, from the start."""
        return io.BytesIO(self.data) if self.path is None else self.path.open("rb")

    def head(self) -> bytes:
        """Its first bytes; of a folder none."""
        if self.path is not None and self.path.is_dir():
            return b""
        with self.open() as stream:
            return stream.read(HEAD)


@runtime_checkable
class Reader(Protocol):
    """A form of launch list; a module with these three members is a reader."""

    #: How names of such lists end, with the dot, in lower case.
    SUFFIXES: tuple[str, ...]

    def recognises(self, listing: LaunchList) -> bool:
        """Whether the content looks like this form, for names that do not say."""
        ...

    def read(self, listing: LaunchList) -> Iterator[Launch | BadLine]:
        """Every line, row or entry exactly once and in order, as a launch or as what is wrong with it.

        Never raises on content, whatever its bytes; memory does not grow with the number of launches, except
        where the form's own docstring says so.
        """
        ...


def names() -> list[str]:
    """The forms there are: every file of this folder but `base`, sorted."""
    package = importlib.import_module("panel.evidence.launches.readers")
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name != "base")


def reader(name: str) -> Reader:
    """The reader of one form."""
    module = importlib.import_module(f"panel.evidence.launches.readers.{name}")
    if not isinstance(module, Reader):
        raise TypeError(f"panel/evidence/launches/readers/{name}.py lacks SUFFIXES, recognises or read")
    return module


def reader_of(listing: LaunchList) -> Reader:
    """The reader for a list: by how its name ends, where that says enough, else by its content.

    Raises:
        InputError: the list cannot be opened, or no form fits it.
    """
    every = [reader(name) for name in names()]
    named = [each for each in every if listing.suffix in each.SUFFIXES]
    try:
        is_folder = listing.path is not None and listing.path.is_dir()
        if len(named) == 1 and not is_folder:
            return named[0]
        for each in every if is_folder else named or every:
            if each.recognises(listing):
                return each
    except OSError as error:
        raise _unreadable(listing, error) from None
    raise InputError(
        "is no launch list this program knows",
        file=listing.name,
        hint=f'it reads {FORMS}; a JSONL line looks like {{"name": "…", "url": "https://…"}}',
    )


def read_list(listing: LaunchList) -> Iterator[Launch | BadLine]:
    """All launches of a list, each once and in order, and between them what could not be read.

    Args:
        listing: A file or folder by `path`, or what was fetched as `data`.

    Raises:
        InputError: the list cannot be opened, or no form fits it. Said at once, not at the first item.
        StoppedEarly: at an item, see `distinct`.
    """
    try:
        listing.head()
    except OSError as error:
        raise _unreadable(listing, error) from None
    return distinct(reader_of(listing).read(listing))


def _unreadable(listing: LaunchList, error: OSError) -> InputError:
    why = "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
    return InputError(why, file=listing.name)
