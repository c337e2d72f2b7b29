"""Counts what arrived and what was answered, and writes it to a log line by line."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any

from tests.standin.seen import Seen


class Tally:
    """The server's own count.

    Args:
        log: A file that gets one JSON line for each request, and one more when that is over.
        keep: How many requests are kept to be looked at; None: all.
    """

    def __init__(self, log: Path | None, keep: int | None) -> None:
        self._lock = threading.Lock()
        self._requests: deque[Seen] = deque(maxlen=keep)
        self._log = None if log is None else os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.count = 0
        self.answered = 0
        self.in_flight = 0
        self.peak_in_flight = 0
        self._statuses: Counter[int] = Counter()

    @property
    def requests(self) -> list[Seen]:
        """The requests kept, in order of arrival."""
        with self._lock:
            return list(self._requests)

    @property
    def statuses(self) -> dict[int, int]:
        """How many complete answers of each status were written."""
        with self._lock:
            return {status: times for status, times in sorted(self._statuses.items()) if times}

    def arrived(self, seen: Seen) -> None:
        """A request has been read."""
        with self._lock:
            self._requests.append(seen)
            self.count += 1
            self.in_flight += 1
            self.peak_in_flight = max(self.peak_in_flight, self.in_flight)
        self._write(
            event="request",
            index=seen.index,
            api=seen.api,
            path=seen.path,
            model=seen.model,
            sha256=seen.sha256,
            moves=seen.moves,
            turn=seen.turn,
        )

    def over(self, seen: Seen, status: int, *, complete: bool) -> None:
        """A request has been answered, or never will be."""
        with self._lock:
            self.in_flight -= 1
            if complete:
                self.answered += 1
                self._statuses[status] += 1
        self._write(event="answer", index=seen.index, sha256=seen.sha256, status=status, answered=complete)

    def retract(self, seen: Seen, status: int) -> None:
        """The last bytes of an answer that was counted could not be sent."""
        with self._lock:
            self.answered -= 1
            self._statuses[status] -= 1
        self._write(event="retracted", index=seen.index, sha256=seen.sha256, status=status, answered=False)

    def close(self) -> None:
        """Let go of the log."""
        if self._log is not None:
            os.close(self._log)
            self._log = None

    def _write(self, **fields: Any) -> None:
        if self._log is not None:
            line = json.dumps({"time": round(time.time(), 6), **fields}) + "\n"
            # One write each: whoever kills this process, no line is torn.
            os.write(self._log, line.encode())
