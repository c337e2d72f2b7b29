"""Reading web pages in another process, which may hang, run out of memory or die without harm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from panel.core.errors import InputError
from panel.evidence.launches.pages.worker import read_frame, write_frame

#: Seconds one page may take.
SECONDS = 5.0
#: Bytes of address space the process may have, its libraries included.
MEMORY = 512 * 1024 * 1024
#: Seconds its start may take: the libraries are loaded once, on a busy machine slowly.
START_SECONDS = 60.0


@dataclass(frozen=True)
class MainText:
    """The text of a page, and what was cut on the way."""

    text: str
    notes: tuple[str, ...] = ()


class PageReader:
    """Reads pages one after another in one process, which is started when first needed and after each death.

    May be shared by threads; they wait for one another. Close it, or use it in a `with`, to end the process,
    which otherwise ends with this one.

    Args:
        seconds: How long one page may take.
        memory: Bytes of address space the process may have.
    """

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.seconds, self.memory = seconds, memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The id of the process, if one runs."""
        return self._process.pid if self._process else None

    def main_text(self, html: str) -> MainText:
        """The main text of a page as Markdown.

        Raises:
            InputError: the page took too long or too much memory, or broke the process.
        """
        with self._lock:
            answer = self._asked(html.encode("utf-8", errors="replace"))
        if "error" in answer:
            raise InputError(self._refusal(answer["error"]), hint="give the text as `text` or `readme`")
        return MainText(answer["text"], tuple(answer["notes"]))

    def close(self) -> None:
        """End the process, if one runs."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _asked(self, page: bytes) -> dict[str, Any]:
        for again in (False, True):
            process, fresh = self._started()
            try:
                return self._exchange(process, page)
            except (OSError, EOFError):
                code = self._end()
                # A process that had died unnoticed since its last page, not of this one: once more.
                if again or fresh or code in {-signal.SIGALRM, None}:
                    return {"error": "time" if code == -signal.SIGALRM else "death"}
            except BaseException:
                self._end()  # interrupted between question and answer: the next answer would be the wrong one
                raise
        raise AssertionError("the second try returns")

    def _exchange(self, process: subprocess.Popen[bytes], page: bytes) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        write_frame(process.stdin, page)  # type: ignore[arg-type]  # IO[bytes] of a pipe is a BinaryIO
        answer = read_frame(process.stdout)  # type: ignore[arg-type]  # the same
        if answer is None:
            raise EOFError
        read: dict[str, Any] = json.loads(answer)
        return read

    def _started(self) -> tuple[subprocess.Popen[bytes], bool]:
        if self._process is not None:
            return self._process, False
        root = Path(__file__).parents[4]
        self._process = subprocess.Popen(  # noqa: S603  [our own module, in our own interpreter]
            [
                sys.executable,
                "-m",
                "panel.evidence.launches.pages.worker",
                str(self.seconds),
                str(self.memory),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # No key of the user's: what runs there has read strangers' pages.
            env={"PYTHONPATH": str(root), "PATH": os.defpath, "LANG": "C.UTF-8"},
            start_new_session=True,  # Ctrl-C is for who started it
        )
        self._await_start(self._process)
        return self._process, True

    def _await_start(self, process: subprocess.Popen[bytes]) -> None:
        late = threading.Timer(START_SECONDS, process.kill)
        late.start()
        try:
            ready = read_frame(process.stdout)  # type: ignore[arg-type]  # IO[bytes] of a pipe is a BinaryIO
        finally:
            late.cancel()
        if ready is None:
            code = self._end()
            raise InputError(
                f"the process that reads web pages did not start (it ended with {code})",
                hint="is trafilatura installed? pip install trafilatura",
            )

    def _end(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        for stream in (process.stdin, process.stdout):
            try:
                if stream is not None:
                    stream.close()
            except OSError:  # what was not written to a dead process is lost with it
                pass
        try:
            return process.wait(timeout=self.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None

    def _refusal(self, error: str) -> str:
        if error == "time":
            return f"reading the page took longer than {self.seconds:g} s"
        if error == "memory":
            return f"reading the page took more than {self.memory // 1024**2} MB of memory"
        if error == "death":
            return "reading the page broke the process that reads pages"
        return f"the page cannot be read: {error}"
