"""Which process asks, said so that another one can later tell whether it still lives."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: The machine of an owner that is no process but a lease; no machine's own name has parentheses.
LEASE_MACHINE = "(lease)"

#: Seconds after which a process on another machine that gave no sign of life counts as dead.
LEASE_SECONDS = 30.0
#: Seconds between two signs of life: two may get lost.
RENEW_SECONDS = 10.0


@dataclass(frozen=True)
class Process:
    """A process among all that share a ledger.

    Attributes:
        machine: The boot and the process namespace it lives in: process ids mean something only there.
        pid: Its id, which another process may be given later.
        started: When it began, in clock ticks since the boot; None where the system does not say.
    """

    machine: str
    pid: int
    started: str | None


def this_process() -> Process:
    """The process that calls."""
    pid = os.getpid()
    return Process(_machine(), pid, _start_of(pid))


def lives(process: Process, silent_for: float) -> bool:
    """Whether `process` still runs: known at once on this machine, by its signs of life on another one.

    Args:
        process: Who.
        silent_for: Seconds since its last sign of life.
    """
    if process.machine != _machine():
        return silent_for < LEASE_SECONDS
    if process.started is not None:
        return _start_of(process.pid) == process.started
    return _has_pid(process.pid) and silent_for < LEASE_SECONDS


def leaseholder(seconds: float) -> tuple[Process, float]:
    """An owner that is no process, and by how many seconds its last sign of life lies in the future.

    It is as good as on another machine: silent from then on, it counts as living for `seconds` from now.
    """
    return Process(LEASE_MACHINE, 0, None), seconds - LEASE_SECONDS


@cache
def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _start_of(pid: int) -> str | None:
    """When the living process of that id began; None where there is none, or no /proc."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # Fields are counted behind the last parenthesis: a program's name may hold anything. See proc(5).
    fields = status.rpartition(")")[2].split()
    dead = fields[0] in {"Z", "X"}  # a zombie waits for its parent and will not answer any more
    return None if dead else fields[19]


def _has_pid(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
