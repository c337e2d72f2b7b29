"""What is known to stand in the file already, so that no call writes it once more."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping

from panel.calls.ledger.processes import RENEW_SECONDS

#: Names of texts that are remembered: some 130 bytes each.
_MOST_NAMES = 2_000


class Written:
    """What the one connection that writes has written, as long as no other one writes to the file.

    Whatever is undone, or taken out through this connection, must be forgotten (`forget`).
    """

    def __init__(self) -> None:
        self._version: int | None = None
        self._texts: set[str] = set()
        self._signed = 0.0

    def look_around(self, db: sqlite3.Connection) -> None:
        """Forget everything if another connection has written; asked once in each transaction that writes."""
        (version,) = db.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self.forget()
            self._version = version

    def new_among(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Those texts, by hash, that are not known to be there."""
        return {name: text for name, text in texts.items() if name not in self._texts}

    def add(self, texts: Mapping[str, str]) -> None:
        """These texts are there now."""
        if len(self._texts) > _MOST_NAMES:
            self._texts.clear()
        self._texts.update(texts)

    @property
    def is_signed(self) -> bool:
        """Whether this process gave a sign of life lately, by the clock that others judge it by."""
        return abs(time.time() - self._signed) < RENEW_SECONDS

    def sign(self) -> None:
        """It gives one now."""
        self._signed = time.time()

    def forget(self) -> None:
        """Nothing is known."""
        self._texts.clear()
        self._signed = 0.0
