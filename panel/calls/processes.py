"""Which process this is, said so that another process can later tell whether it still lives."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


def this_process() -> tuple[int, str | None]:
    """This process's id and when it started; ids are used again, id and start together are not.

    The start is the boot's id and the clock ticks since then, None where the system has no /proc.
    """
    pid = os.getpid()
    return pid, _start_of(pid)


@cache
def _start_of(pid: int) -> str | None:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # Fields are counted behind the last parenthesis: a program's name may hold anything. See proc(5).
    return f"{boot}:{status.rpartition(')')[2].split()[19]}"
