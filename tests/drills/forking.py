"""Real processes in milliseconds: one process imports everything once and forks whoever is to be killed."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.drills import workspaces

_ROOT = Path(__file__).parents[2]
_HUNG = 120.0
_LOOK_EVERY = 0.002
#: The exit code of a child whose work raised.
CRASHED = 70


@dataclass
class Child:
    """A forked process and where its output goes."""

    pid: int
    output: Path
    _code: int | None = None

    def kill(self) -> None:
        """`kill -9`; nothing happens to one that has ended: nobody else gets its id before `wait`."""
        if self._code is None:
            os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM, as a service manager sends it; nothing happens to one that has ended."""
        if not self.ended:
            os.kill(self.pid, signal.SIGTERM)

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself or was killed."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code is not None

    def wait(self, seconds: float = _HUNG) -> int:
        """Its exit code, or minus the signal that ended it.

        Raises:
            TimeoutError: it is still running; it was killed.
        """
        end = time.monotonic() + seconds
        while not self.ended:
            if time.monotonic() > end:
                self.kill()
                os.waitpid(self.pid, 0)
                raise TimeoutError(f"a process hung for {seconds:g} s; its output:\n{self.said}")
            time.sleep(_LOOK_EVERY)
        assert self._code is not None
        return self._code

    @property
    def said(self) -> str:
        """What it wrote so far, to stdout and stderr alike."""
        return self.output.read_text(encoding="utf-8", errors="replace")


def warm_up(*, sdk: bool) -> None:
    """Go through a whole review once, so that children have imported and compiled everything.

    Args:
        sdk: Whether children will use a vendor's library; it is warmed up by requests to a port where nobody
            listens. Without it a fork copies less.
    """
    from panel.cli import build  # noqa: PLC0415 (a drill starts fast)

    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.chdir(workspaces.make(Path(folder) / "workspace", tools=1, seed="warm").folder),
    ):
        for extra in ("--provider=offline", "--base-url=http://127.0.0.1:9/v1")[: 1 + sdk]:
            with contextlib.suppress(SystemExit):
                build()(["review", "tool-00", "--quiet", "--call-deadline=1", extra])
    gc.collect()
    gc.freeze()  # children copy only the pages they write


def fork(work: Callable[[], int | None], output: Path) -> Child:
    """Do `work` in a process of its own; what it returns or exits with is the exit code."""
    assert threading.active_count() == 1, f"a fork would lose threads: {threading.enumerate()}"
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Child(pid, output)
    code = CRASHED
    try:
        _redirect(output)
        code = work() or 0
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else CRASHED
    except BaseException:  # noqa: BLE001 (whatever it is, this process ends here)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def panel(
    args: Sequence[str],
    *,
    folder: Path,
    output: Path,
    environ: Mapping[str, str],
    first: Callable[[], object] = lambda: None,
) -> Child:
    """`panel …` in `folder`; `first` is done in the new process before the command begins."""

    def work() -> None:
        from panel.cli import build  # noqa: PLC0415 (as late as the program itself does)

        os.chdir(folder)
        os.environ.update(environ)
        first()
        build()(list(args))

    return fork(work, output)


def cold_panel(args: Sequence[str], *, folder: Path, output: Path, environ: Mapping[str, str]) -> Child:
    """`python -m panel …` in `folder`, with nothing imported before."""

    def work() -> None:
        os.chdir(folder)
        python = [sys.executable, "-m", "panel", *args]
        os.execve(python[0], python, {**os.environ, **environ, "PYTHONPATH": str(_ROOT)})

    return fork(work, output)


def _redirect(output: Path) -> None:
    nowhere = os.open(os.devnull, os.O_RDONLY)
    there = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for source, target in ((nowhere, 0), (there, 1), (there, 2)):
        os.dup2(source, target)
