"""The n-th operation on disk fails, once and on purpose: builds and arms the C library that does it."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_suffix(".c")
_FAIL, _FULL, _CUT, _DIE, _TEAR = range(1, 6)
_OPEN, _WRITE, _SYNC, _NAME, _REMOVE, _SIZE = (1 << n for n in range(6))
_ALL = _OPEN | _WRITE | _SYNC | _NAME | _REMOVE | _SIZE
#: What a process exits with that the library ends.
DIED = 88


@dataclass(frozen=True)
class Mode:
    """A way to fail.

    Attributes:
        what: What the library is told.
        number: The errno, 0 where there is none.
        kinds: The operations that can fail like that.
        recovers: Whether the program goes on as if nothing had been.
        dies: Whether the process ends there.
    """

    what: int
    number: int
    kinds: int
    recovers: bool = False
    dies: bool = False


#: By name. Of what a signal may interrupt see open(2), write(2), ftruncate(2) and fallocate(2).
MODES = {
    "eio": Mode(_FAIL, errno.EIO, _ALL),
    "enospc": Mode(_FAIL, errno.ENOSPC, _ALL & ~_REMOVE),
    "full": Mode(_FULL, errno.ENOSPC, _OPEN | _WRITE | _SIZE),
    "eintr": Mode(_FAIL, errno.EINTR, _OPEN | _WRITE | _SIZE, recovers=True),
    "short": Mode(_CUT, 0, _WRITE, recovers=True),
    "dies": Mode(_DIE, 0, _ALL, dies=True),
    "tears": Mode(_TEAR, 0, _WRITE, dies=True),
}


def missing() -> str | None:
    """Why there can be no such faults on this machine; None if there can."""
    if sys.platform != "linux":
        return "LD_PRELOAD and /proc are Linux's"
    return None if _compiler() else "there is no C compiler"


def preloaded(module: str, arguments: list[str], folder: Path) -> int:
    """Run `python -m module` again with the library preloaded; its exit code."""
    library = folder / "iofault.so"
    compiler = _compiler()
    assert compiler is not None
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", str(library), str(_SOURCE)],
        check=True,
    )
    environ = {**os.environ, "LD_PRELOAD": str(library)}
    return subprocess.run([sys.executable, "-m", module, *arguments], env=environ, check=False).returncode


def is_preloaded() -> bool:
    """Whether this process can be armed."""
    return hasattr(ctypes.CDLL(None), "iofault_arm")


def arm(mode: Mode, n: int, *, folder: Path, report: Path) -> None:
    """From now on count this process's operations under `folder`; the n-th fails and is reported."""
    library = ctypes.CDLL(None)
    library.iofault_arm.argtypes = [
        ctypes.c_char_p, ctypes.c_char_p, ctypes.c_long, ctypes.c_int, ctypes.c_int, ctypes.c_int,
    ]  # fmt: skip
    library.iofault_arm(os.fsencode(folder), os.fsencode(report), n, mode.what, mode.number, mode.kinds)


def _compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")
