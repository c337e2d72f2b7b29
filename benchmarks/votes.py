"""How long a vote takes at a given rate: `panel serve` on one core, asked from another.

    python -m benchmarks.votes [--rate 200] [--seconds 30] [--stored 20000] [--votes-url postgresql://…]

Every request is sent at its time whether or not earlier ones were answered, and its latency counts from that
time, so that a server that falls behind does not look fast. Two of three are votes (each durable before its
answer), the third asks for a count or a page. Before that the store is filled with votes for the same tool.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from panel.votes.identity import Identities, Voter, read_secret
from panel.votes.stores.base import open_store
from panel.votes.vote import Vote, now
from tests.cli.served import address_of

_TOOL = "codestral"
_CONNECTIONS = 64
#: Seconds to write all requests before the first is due: the load's own work is no latency of the server's.
_PREPARE = 2.0


async def fill(folder: Path, url: str | None, number: int) -> None:
    """Store so many votes for the tool that is voted on."""
    store, moment = await open_store(url, folder / "votes.sqlite"), now()
    try:
        await store.add(
            Vote(tool=_TOOL, voter=f"{n:032x}", choice="ship" if n % 3 else "skip", first=moment, at=moment)
            for n in range(number)
        )
    finally:
        await store.close()


class Connections:
    """Kept-alive connections, each used by one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def open(self) -> None:
        """Make them."""
        for _ in range(_CONNECTIONS):
            self._idle.put_nowait(await asyncio.open_connection("127.0.0.1", self._port))

    async def ask(self, request: bytes) -> int:
        """The status of the answer, once all of it is here."""
        incoming, outgoing = await self._idle.get()
        if outgoing.is_closing() or incoming.at_eof():
            incoming, outgoing = await asyncio.open_connection("127.0.0.1", self._port)
        outgoing.write(request)
        head = await incoming.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await incoming.readexactly(int(length[1]) if length else 0)
        self._idle.put_nowait((incoming, outgoing))
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        """Close those that are idle."""
        while not self._idle.empty():
            self._idle.get_nowait()[1].close()


def _vote(voter: Voter, port: int, dice: random.Random) -> bytes:
    body = f'{{"vote": "{dice.choice(["ship", "skip"])}", "token": "{voter.token}"}}'
    address = ".".join(str(dice.randrange(1, 224)) for _ in range(4))
    return (
        f"POST /votes/{_TOOL} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"X-Forwarded-For: {address}\r\nCookie: voter={voter.cookie}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _read(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


async def load(
    port: int, identities: Identities, rate: float, seconds: float, dice: random.Random
) -> tuple[list[float], list[float], int]:
    """Milliseconds of all votes and of all other requests, and how many were refused."""
    connections, refused = Connections(port), 0
    votes: list[float] = []
    reads: list[float] = []
    await connections.open()
    begun = time.perf_counter() + _PREPARE

    async def one(n: int) -> None:
        nonlocal refused
        due = begun + n / rate
        is_vote = n % 3 != 0
        other = ["/votes.json", f"/votes/{_TOOL}", f"/tools/{_TOOL}/"][n // 3 % 3]
        request = _vote(identities.new(), port, dice) if is_vote else _read(other)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        refused += await connections.ask(request) != 200  # noqa: PLR2004 (OK)
        (votes if is_vote else reads).append(1000 * (time.perf_counter() - due))

    await asyncio.gather(*(one(n) for n in range(int(rate * seconds))))
    connections.close()
    return votes, reads, refused


def percentiles(times: Sequence[float]) -> str:
    """The usual ones, in milliseconds."""
    ordered = sorted(times)
    at = {share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99)}
    said = "   ".join(f"p{share * 100:.0f} {value:6.1f} ms" for share, value in at.items())
    return f"{len(ordered):6,}   {said}   longest {ordered[-1]:6.1f} ms"


def run(flags: argparse.Namespace, folder: Path) -> None:
    """Fill, serve, ask, print."""
    page = folder / "site" / "tools" / _TOOL / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>A page. </p>" * 3000)
    (folder / "panel.toml").touch()
    asyncio.run(fill(folder, flags.votes_url, flags.stored))
    identities, log = Identities(read_secret(folder, {})), folder / "said.log"
    cores = sorted(os.sched_getaffinity(0))
    command = [sys.executable, "-m", "panel", "serve", "--port", "0", "--trust-proxy", "127.0.0.1"]
    command += ["--votes-url", flags.votes_url] if flags.votes_url else []
    with log.open("wb") as said:
        server = subprocess.Popen(  # noqa: S603 (this program)
            command,
            cwd=folder,
            stderr=said,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            preexec_fn=lambda: os.sched_setaffinity(0, cores[:1]),  # noqa: PLW1509 (no thread runs here)
        )
    try:
        os.sched_setaffinity(0, cores[1:] or cores)
        port = int(address_of(server, log).rpartition(":")[2])
        used = _cpu_seconds(server.pid)
        votes, reads, refused = asyncio.run(
            load(port, identities, flags.rate, flags.seconds, random.Random(1))  # noqa: S311 (no secret)
        )
        used = _cpu_seconds(server.pid) - used
    finally:
        server.terminate()
        server.wait()
    print(f"{flags.rate:g} requests/s for {flags.seconds:g} s, {flags.stored:,} votes stored before")
    print(f"votes  {percentiles(votes)}")
    print(f"reads  {percentiles(reads)}")
    print(f"refused {refused}; the server used {100 * used / flags.seconds:.0f} % of its core")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Read the flags and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=float, default=200.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--stored", type=int, default=20_000, help="votes for the tool before it begins")
    parser.add_argument("--votes-url", help="an address, of a database without votes")
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="panel-votes-") as folder:
        run(flags, Path(folder))


if __name__ == "__main__":
    main()
