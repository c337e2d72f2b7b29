"""The stand-in as a process with a log of its own: what was asked, whatever the asker remembers."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Asked:
    """A request that arrived whole.

    Attributes:
        index: The n-th of the server.
        body: The sha256 of its body.
        ident: The word by which the server names its answer, and nothing else's.
        time: When it arrived, in seconds since 1970.
    """

    index: int
    body: str
    ident: str
    time: float


class Witness:
    """A running stand-in; `requests` are all that have arrived so far."""

    def __init__(self, log: Path, *, latency: float) -> None:
        self.requests: list[Asked] = []
        self._over = 0
        self._times: Counter[str] = Counter()
        command = [sys.executable, "-m", "tests.standin", "--latency", str(latency), "--log", str(log)]
        self._process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url, "the stand-in did not start"
        self._log = log.open(encoding="utf-8")
        self._line = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        assert self._process.wait(10) == 0 or kind is not None, "a script of the stand-in failed"
        self._log.close()

    @property
    def environ(self) -> dict[str, str]:
        """What makes `panel --provider openai` ask here."""
        return {"OPENAI_BASE_URL": f"{self.url}/v1", "PANEL_OPENAI_API": "chat", "NO_COLOR": "1"}

    def look(self) -> list[Asked]:
        """Read on in the log; all requests so far."""
        while piece := self._log.readline():
            self._line += piece
            if not piece.endswith("\n"):  # the rest of it is not written yet
                break
            self._note(json.loads(self._line))
            self._line = ""
        return self.requests

    def settle(self) -> list[Asked]:
        """Wait until the server has done with all it was sent, and look."""
        before = -1
        while len(self.look()) != before or self._over < before:
            before = len(self.requests)
            time.sleep(0.01)
        return self.requests

    def _note(self, line: dict[str, object]) -> None:
        if line["event"] != "request":
            self._over += line["event"] == "answer"
            return
        body = str(line["sha256"])
        key = f"{line['path']} {body}"
        self._times[key] += 1
        # As the server makes it: from path, body, and how often that came.
        ident = hashlib.sha256(f"{key} {self._times[key]}".encode()).hexdigest()[:24]
        self.requests.append(Asked(int(str(line["index"])), body, ident, float(str(line["time"]))))
