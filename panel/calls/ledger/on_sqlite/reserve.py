"""Room on the disk that is set aside, and given up when it is full: for answers that are paid for already."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from panel.calls.ledger.on_sqlite.file import FULL

#: Bytes: some two hundred ordinary replies.
SIZE = 2_000_000


class Reserve:
    """A file of zeros that any number of processes share.

    Args:
        path: The file; made when it is first wanted, and left for the next run.
        size: Bytes.
    """

    def __init__(self, path: Path, size: int = SIZE) -> None:
        self._path = path
        self._size = size
        self._held: bool | None = None

    def hold(self) -> bool:
        """Whether there is a reserve: made at the first call, and gone for good once it was given up.

        A file system that cannot keep one for another reason than room does without.
        """
        if self._held is None:
            self._held = self._make()
        return self._held

    def give_up(self) -> bool:
        """Make the room free; whether there was any to free."""
        held, self._held = self._held, False
        if not held:
            return False
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def _make(self) -> bool:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o644)
            try:
                os.posix_fallocate(descriptor, 0, self._size)
            finally:
                os.close(descriptor)
        except (OSError, AttributeError) as error:
            full = isinstance(error, OSError) and error.errno in FULL
            if full:
                with contextlib.suppress(OSError):
                    self._path.unlink()
            return not full
        return True
