"""How fast `panel batch` is, how much memory it takes, and how soon a finished list is done again.

    python -m benchmarks.batch [--provider openai|anthropic] [--tools 2500] [--latency 1] [--concurrency 256]
    python -m benchmarks.batch --sizes 1000 10000 100000 [--seats 1] [--latency 0]

The first form judges so many tools with four seats each and compares the wall time with the ideal (calls x
latency / concurrency), and wall and CPU time with a bare HTTP loop, the vendor's bare SDK and our provider
alone, which send the same requests. The second form judges a list of each size in a workspace of its own, and
then gives the same command once more: peak memory of both, and how long the second takes.

The vendor is the stand-in of tests/standin, in a process of its own. CPU is user and system time: of the
whole `panel batch` process, its start included, and of the loops here once they are warm. The bare loop is
one of aiohttp where that is installed, else of httpx2.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.calls import Ask, Ways, ask_all
from panel.core.records import Records
from panel.core.requests import CallRequest, Message
from panel.core.workspace import open_workspace
from panel.evidence.launches.dossier import dossier_of
from panel.evidence.launches.evidence import evidence_of
from panel.evidence.launches.launch import BadLine
from panel.evidence.launches.pages.reading import PageReader
from panel.evidence.launches.readers.base import LaunchList, read_list
from panel.kit import read_kit

#: Seats of a panel; with one of them the first persona sits alone.
PERSONAS = ("builder", "skeptic", "futurist", "product")
#: Beyond this share of one processor the server may be what is waited for.
BUSY = 0.8
#: Calls that open connections and load libraries before a loop is measured, in times the concurrency.
WARM_UP = 2

_ROOT = Path(__file__).parents[1]
_SYLLABLES = [a + b + c for a in "bdfgklmnprstvz" for b in "aeiou" for c in ("", "l", "n", "r", "x")]
#: Names of neighbours have nothing in common; a prime, so that none comes twice.
_STEP = 7_368_787
_WORDS = ("fast", "small", "local", "index", "agent", "notes", "editor", "search", "cache", "model", "graph")
#: ru_maxrss counts kilobytes, on macOS bytes.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Used:
    """What one process, or one loop, took.

    Attributes:
        wall: Seconds.
        cpu: Seconds of user and system time.
        rss: The most memory it held, in MB; of a loop that shares its process 0.
        load: Of the machine over the last minute, when it was over.
    """

    wall: float
    cpu: float
    rss: float
    load: float


@dataclass(frozen=True)
class Measured:
    """A line of the table: what was measured, over how many calls, and what the server took meanwhile."""

    what: str
    calls: int
    used: Used
    server_cpu: float

    @property
    def cpu_per_call(self) -> float:
        """In ms."""
        return 1000 * self.used.cpu / self.calls if self.calls else 0.0


# ---------------------------------------------------------------- processes


def finished(process: subprocess.Popen[Any], since: float) -> Used:
    """Wait for a process of ours; what the system says it took.

    Raises:
        SystemExit: it failed.
    """
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{process.args!r} ended with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    rss = usage.ru_maxrss * _RSS_UNIT / 1e6
    return Used(time.perf_counter() - since, cpu, rss, os.getloadavg()[0])


@dataclass
class Server:
    """A stand-in in its own process; `cpu` is known once it has ended."""

    url: str
    cpu: float = 0.0


@contextmanager
def stand_in(latency: float) -> Iterator[Server]:
    """A server of both vendors' APIs, until the block is left."""
    command = [sys.executable, "-m", "tests.standin", "--latency", str(latency)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (ours)
        assert process.stdout is not None
        server = Server(process.stdout.readline().strip())
        try:
            yield server
        finally:
            process.terminate()
            server.cpu = finished(process, 0.0).cpu


def name_of(n: int) -> str:
    """A tool's name, each another; of thousands few are like another's, as on a real night."""
    number = n * _STEP % len(_SYLLABLES) ** 4
    a, b, c, d = (_SYLLABLES[number // len(_SYLLABLES) ** k % len(_SYLLABLES)] for k in range(4))
    return f"{a}{b} {c}{d}".title()


def launches(path: Path, count: int, sentences: int) -> Path:
    """Write a list of tools, each with a text of its own; a sentence has some 80 characters."""
    with path.open("w") as file:
        for n in range(count):
            name = name_of(n)
            lines = (
                f"{name} keeps its {_WORDS[(7 * n + 3 * line) % 11]} beside the "
                f"{_WORDS[(5 * n + line) % 11]} in {(n + line) % 90 + 2} files, "
                f"and costs ${(n + line) % 40} a month."
                for line in range(sentences)
            )
            line = {"name": name, "tagline": f"Tool number {n}", "text": "\n\n".join(lines)}
            file.write(json.dumps(line) + "\n")
    return path


@dataclass(frozen=True)
class Panel:
    """`panel batch` over one list in one workspace."""

    flags: argparse.Namespace
    folder: Path

    def list_of(self, count: int) -> Path:
        """A new list in this workspace."""
        return launches(self.folder / f"{count}.jsonl", count, self.flags.sentences)

    def judge(self, listing: Path, server: Server, seats: int) -> tuple[Used, int]:
        """Judge a list, or what of it is left; what that took, and how many calls the run made."""
        command = [sys.executable, "-m", "panel", "batch", str(listing), "--quiet"]
        command += ["--workspace", str(self.folder), "--personas", ",".join(PERSONAS[:seats])]
        command += [
            "--provider",
            self.flags.provider,
            "--base-url",
            base_url(self.flags.provider, server.url),
        ]
        command += ["--concurrency", str(self.flags.concurrency)]
        since = time.perf_counter()
        process = subprocess.Popen(command, cwd=_ROOT, env=environment(), stdout=subprocess.DEVNULL)  # noqa: S603 (ours)
        try:
            used = finished(process, since)
        except BaseException:
            process.kill()  # whoever ends this one wants no other to go on
            raise
        records = Records(self.folder / "runs")
        return used, records.run(records.runs_with_manifest()[0]).cost.calls


def environment() -> dict[str, str]:
    """This process's, without settings and keys of whoever runs it; modules stay compiled."""
    others = ("PANEL_", "PYTHONDONTWRITEBYTECODE")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    return plain | {"OPENAI_API_KEY": "none", "ANTHROPIC_API_KEY": "none", "PANEL_OPENAI_API": "responses"}


def compile_modules() -> None:
    """As an installed program's are: the first run shall not do it."""
    command = [sys.executable, "-m", "compileall", "-q", "panel"]
    subprocess.run(command, cwd=_ROOT, env=environment(), check=True)  # noqa: S603 (ours)


def base_url(provider: str, url: str) -> str:
    """Where a provider finds the stand-in."""
    return f"{url}/v1" if provider == "openai" else url


@contextmanager
def workspace(flags: argparse.Namespace) -> Iterator[Panel]:
    """A new workspace, thrown away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="panel-benchmark-", dir=flags.folder))
    try:
        (folder / "panel.toml").touch()
        yield Panel(flags, folder)
    finally:
        shutil.rmtree(folder)


# ---------------------------------------------------------------- the same requests without a panel


def openings(panel: Panel, url: str) -> list[CallRequest]:
    """What `panel batch` asks four seats about the first tool of a list."""
    settings = {"provider": panel.flags.provider, "base_url": base_url(panel.flags.provider, url)}
    kit = read_kit(open_workspace(settings, folder=panel.folder, environ=environment()))
    listing = panel.list_of(1)
    (launch,) = read_list(LaunchList(str(listing), path=listing))
    assert not isinstance(launch, BadLine)
    with PageReader() as reader:
        found = evidence_of(launch, None, folder=None, reader=reader)
    assert not isinstance(found, BadLine)
    dossier = dossier_of(launch, found).dossier
    return [kit.opening(dossier, kit.chair_for(dossier.tool, persona)) for persona in PERSONAS]


def numbered(requests: Sequence[CallRequest], count: int) -> list[CallRequest]:
    """So many different requests of the same length."""

    def one(n: int) -> CallRequest:
        request = requests[n % len(requests)]
        dossier, *rest = request.messages[0].parts
        named = dossier.replace(name_of(0), name_of(n // len(requests)))
        return request.model_copy(update={"messages": (Message(role="user", parts=(named, *rest)),)})

    return [one(n) for n in range(count)]


async def bare_loop(ways: Ways, stack: AsyncExitStack) -> Ask:
    """JSON out, bytes in, by aiohttp."""
    import aiohttp  # noqa: PLC0415 (it need not be installed)

    connector = aiohttp.TCPConnector(limit=0)
    session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
    url = ways.url + ("/v1/responses" if ways.vendor == "openai" else "/v1/messages")
    headers = {"authorization": "Bearer none", "x-api-key": "none", "anthropic-version": "2023-06-01"}

    async def ask(request: CallRequest) -> None:
        async with session.post(url, json=ways.body(request), headers=headers) as response:
            body = await response.read()
            assert response.status == 200, body  # noqa: PLR2004 (HTTP's OK)

    return ask


async def our_provider(ways: Ways, stack: AsyncExitStack) -> Ask:
    """Our provider: the reply's text and usage."""
    provider = ways._provider(stack)  # noqa: SLF001 (a benchmark of the same folder)

    async def ask(request: CallRequest) -> None:
        assert provider.read(request, await provider.send(request, deadline=60)).text

    return ask


def loops() -> dict[str, Callable[[Ways, AsyncExitStack], Awaitable[Ask]]]:
    """The ways to ask without a panel, by the name they are printed with."""
    try:
        import aiohttp  # noqa: F401, PLC0415 (it need not be installed)
    except ImportError:
        bare: dict[str, Callable[[Ways, AsyncExitStack], Awaitable[Ask]]] = {"bare httpx2": Ways.bare_http}
    else:
        bare = {"bare aiohttp": bare_loop}
    return {**bare, "bare SDK .create()": Ways.bare_sdk, "our provider alone": our_provider}


async def looped(
    start: Callable[[Ways, AsyncExitStack], Awaitable[Ask]],
    ways: Ways,
    requests: list[CallRequest],
    most: int,
) -> Used:
    """What it takes to ask all of `requests`, `most` at a time, once connections are open."""
    async with AsyncExitStack() as stack:
        ask = await start(ways, stack)
        await ask_all(ask, requests[: WARM_UP * most], most)
        since, cpu = time.perf_counter(), time.process_time()
        await ask_all(ask, requests, most)
        return Used(time.perf_counter() - since, time.process_time() - cpu, 0.0, os.getloadavg()[0])


# ---------------------------------------------------------------- what is measured


def speed(flags: argparse.Namespace) -> Iterator[Measured]:
    """`panel batch` over a list, its start alone, and the same requests without a panel."""
    with workspace(flags) as panel:
        with stand_in(flags.latency) as server:
            used, calls = panel.judge(panel.list_of(flags.tools), server, flags.seats)
        expect(calls, flags.tools * flags.seats)
        yield Measured("panel batch", calls, used, server.cpu)
    # Before the loops: a child counts what this process holds when it begins as its own memory.
    with workspace(flags) as panel, stand_in(0) as server:
        start, few = panel.judge(panel.list_of(1), server, flags.seats)
    yield Measured("panel batch, one tool", few, start, server.cpu)
    for name, begin in loops().items():
        with workspace(flags) as panel, stand_in(flags.latency) as server:
            requests = numbered(openings(panel, server.url)[: flags.seats], calls)
            used = asyncio.run(looped(begin, Ways(flags.provider, server.url), requests, flags.concurrency))
        yield Measured(name, calls, used, server.cpu)


def size(flags: argparse.Namespace, tools: int) -> Iterator[Measured]:
    """`panel batch` over a list of that size, and once more when it is finished."""
    with workspace(flags) as panel:
        listing = panel.list_of(tools)
        with stand_in(flags.latency) as server:  # one for both: its address is part of what was asked
            first, calls = panel.judge(listing, server, flags.seats)
            expect(calls, tools * flags.seats)
            second, calls_again = panel.judge(listing, server, flags.seats)
            expect(calls_again, 0)
        yield Measured(f"{tools:,} tools", calls, first, server.cpu)
        yield Measured(f"{tools:,} tools again", calls_again, second, 0.0)


def expect(calls: int, wanted: int) -> None:
    """Nothing is reported of a run that did other work than it should.

    Raises:
        SystemExit: it did.
    """
    if calls != wanted:
        raise SystemExit(f"{calls:,} calls were made, not {wanted:,}: nothing was measured")


def in_a_line(found: Measured, flags: argparse.Namespace) -> str:
    """A line of the table."""
    used = found.used
    ideal = found.calls * flags.latency / flags.concurrency
    words = f"{found.what:22} {found.calls:7,} calls {used.wall:8.1f} s wall"
    words += f" = {used.wall / ideal:5.2f} x ideal" if ideal and found.calls > flags.concurrency else " " * 16
    words += f" {used.cpu:8.1f} s CPU"
    words += f" = {found.cpu_per_call:6.2f} ms a call" if found.calls > flags.seats else " " * 19
    words += f"  {used.rss:5.0f} MB at most" if used.rss else " " * 16
    share = found.server_cpu / used.wall
    words += f"  load {used.load:4.1f}, server {100 * share:3.0f} % of a processor"
    return words + (": it may be what was waited for" if share > BUSY else "")


def main() -> None:
    """Read the flags, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--provider", choices=("openai", "anthropic"), default="openai")
    parser.add_argument("--tools", type=int, default=2500)
    parser.add_argument("--seats", type=int, choices=range(1, len(PERSONAS) + 1), default=len(PERSONAS))
    parser.add_argument("--latency", type=float, default=1.0, help="seconds the server takes to answer")
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--sentences", type=int, default=30, help="in each tool's text, of 80 characters")
    parser.add_argument("--sizes", type=int, nargs="+", help="measure memory and resumption of such lists")
    parser.add_argument("--folder", type=Path, help="where workspaces are made; else the temporary folder")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    flags = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server and the workspace go as well
    # 256 connections, their other ends' and a ledger are more than some systems allow at first.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    heading = (
        f"{flags.provider}, seats: {flags.seats}, sentences a tool: {flags.sentences}, "
        f"latency {flags.latency:g} s, {flags.concurrency} in flight, "
        f"{os.cpu_count()} processors shared with the server, load at first {os.getloadavg()[0]:.1f}"
    )
    if not flags.json:
        print(heading)
    compile_modules()
    lines = (line for each in flags.sizes for line in size(flags, each)) if flags.sizes else speed(flags)
    found = []
    for line in lines:
        found.append({**asdict(line), "cpu_ms_per_call": line.cpu_per_call})
        if not flags.json:
            print(in_a_line(line, flags), flush=True)
    if flags.json:
        ideal = flags.tools * flags.seats * flags.latency / flags.concurrency
        print(
            json.dumps(
                {"conditions": heading, "ideal_seconds": None if flags.sizes else ideal, "measured": found}
            )
        )


if __name__ == "__main__":
    main()
