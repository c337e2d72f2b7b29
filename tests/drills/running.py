"""Runs a drill as a person does, in a process of its own: a fork wants a parent without threads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
#: What a drill ends with that is not possible on this machine.
_SKIPPED = 77
_LONGEST = 300.0


def pass_drill(name: str, *args: object) -> str:
    """Run `python -m tests.drills.<name>`; what it printed. A drill that did not pass fails the test."""
    command = [sys.executable, "-m", f"tests.drills.{name}", *(str(arg) for arg in args)]
    ended = subprocess.run(
        command,
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    if ended.returncode == _SKIPPED:
        pytest.skip(ended.stdout.strip())
    assert ended.returncode == 0, ended.stdout
    return ended.stdout
