"""Ten thousand hostile requests at the vote server: no error of ours, no vote counted, memory flat.

`python -m tests.drills.strangers --requests 10000 --slow 100 --seed 1`

Raw sockets at a real `panel serve`. Slow clients hold connections meanwhile, byte by byte. A stranger leaves
when it has an answer, at the latest after a second: those who leave halfway are part of it.
Exit code: 0 passed, 1 failed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.served import address_of
from tests.drills.hostile import TOOL, hostile

_ROOT = Path(__file__).parents[2]
_AT_ONCE = 24
#: Seconds a stranger waits for an answer; a slow one sends a byte so often.
_PATIENCE, _DRIP = 1.0, 0.5
#: Seconds within which a connection that sends no whole head must be cut; the machine may be busy.
_CUT_WITHIN = 20.0
#: Requests before memory is measured first, and how much it may grow, in MB.
_WARM_UP, _MOST_GROWN = 500, 50.0


@dataclass
class Count:
    """What was found."""

    sent: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    slow_cut: list[float] = field(default_factory=list)
    before_mb: float = 0.0
    peak_mb: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The numbers, as they are printed."""
        answers = ", ".join(f"{number:,} {what}" for what, number in sorted(self.answers.items()))
        slow = f"{len(self.slow_cut)} slow clients" + (
            f", the last cut after {max(self.slow_cut):.1f} s" if self.slow_cut else ""
        )
        return [
            f"{self.sent.total():,} hostile requests of {len(self.sent)} kinds; {slow}",
            f"answers: {answers}",
            f"memory: {self.before_mb:.1f} MB before, {self.peak_mb:.1f} MB at its peak",
            *self.wrong,
        ]


async def _stranger(port: int, kind: str, data: bytes, count: Count) -> None:
    count.sent[kind] += 1
    answer = b""
    try:
        incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
        try:
            outgoing.write(data)
            async with asyncio.timeout(_PATIENCE):
                answer = await incoming.read(65536)
        finally:
            outgoing.close()
    except TimeoutError:
        count.answers["none yet when the stranger left"] += 1
        return
    except OSError:
        pass
    status = answer.split(b" ", 2)[1].decode("latin-1") if answer.startswith(b"HTTP/1.1 ") else "cut off"
    count.answers[status] += 1
    if status.startswith("5"):
        count.wrong.append(f"FAILED: {status} to {kind}: {data[:200]!r}")


async def _slow(port: int, count: Count) -> None:
    """Send a head byte by byte until the server has enough."""
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
    begun = time.monotonic()
    try:
        outgoing.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        while time.monotonic() - begun < _CUT_WITHIN:
            outgoing.write(b"x")
            try:
                async with asyncio.timeout(_DRIP):
                    if not await incoming.read(100):
                        break
            except TimeoutError:
                continue
    except OSError:
        pass
    finally:
        outgoing.close()
    took = time.monotonic() - begun
    count.slow_cut.append(took)
    if took >= _CUT_WITHIN:
        count.wrong.append(f"FAILED: a slow client held its connection for {took:.0f} s")


async def _attack(port: int, pid: int, requests: int, slow: int, dice: random.Random, count: Count) -> None:
    turns = asyncio.Semaphore(_AT_ONCE)
    for n in range(requests):
        if n == min(_WARM_UP, requests // 2):
            count.before_mb = _memory_mb(pid)
            slow_ones = [asyncio.create_task(_slow(port, count)) for _ in range(slow)]
        await turns.acquire()
        task = asyncio.create_task(_stranger(port, *hostile(dice), count))
        task.add_done_callback(lambda _: turns.release())
        if n % 50 == 0:
            count.peak_mb = max(count.peak_mb, _memory_mb(pid))
    for _ in range(_AT_ONCE):
        await turns.acquire()
    await asyncio.gather(*slow_ones)
    count.peak_mb = max(count.peak_mb, _memory_mb(pid))


def _memory_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def drill(*, requests: int, slow: int, seed: int, folder: Path) -> Count:
    """Start a server, let strangers at it, and see what is left of it."""
    page = folder / "site" / "tools" / TOOL / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<h1>page</h1>")
    (folder / "site" / "index.html").write_text("<h1>home</h1>")
    (folder / "panel.toml").touch()
    count, log = Count(), folder / "said.log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "panel", "serve", "--port", "0"],
            cwd=folder, stderr=said, env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )  # fmt: skip
    try:
        port = int(address_of(server, log).rpartition(":")[2])
        asyncio.run(_attack(port, server.pid, requests, slow, random.Random(seed), count))
        server.terminate()
        code = server.wait(60)
    finally:
        server.kill()
        server.wait()
    _judge(code, log.read_text(), folder, count)
    return count


def _judge(code: int, said: str, folder: Path, count: Count) -> None:
    if code != 0:
        count.wrong.append(f"FAILED: the server ended with {code}")
    lines = said.splitlines()
    unexpected = [
        line for line in lines if not line.startswith(("serve: serving", "serve: votes in", "stopping:"))
    ]
    count.wrong += [f"FAILED: the server said: {line}" for line in unexpected[:10]]
    exported = subprocess.run(
        [sys.executable, "-m", "panel", "votes", "export"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(_ROOT)}, capture_output=True, check=True,
    )  # fmt: skip
    if exported.stdout:
        count.wrong.append(f"FAILED: votes were counted: {exported.stdout[:200]!r}")
    if count.peak_mb - count.before_mb > _MOST_GROWN:
        count.wrong.append(f"FAILED: memory grew by {count.peak_mb - count.before_mb:.0f} MB")


def main() -> int:
    """Run the drill and print its numbers."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.drills.strangers", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--slow", type=int, default=20, help="slow clients")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="panel-strangers-") as folder:
        count = drill(requests=given.requests, slow=given.slow, seed=given.seed, folder=Path(folder))
    sys.stdout.write("\n".join([*count.lines(), ""]))
    return 1 if count.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
