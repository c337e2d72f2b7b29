"""A disk that is really full: sending stops, what was acknowledged is there, and room mends it.

`python -m tests.drills.diskfull --way tmpfs` mounts small file systems in a namespace of its own;
`--way limit` lets no file grow beyond a size (RLIMIT_FSIZE). Tried are several sizes, so that it is full at
several places: before the first call, between two, while records are written.
Exit code: 0 passed, 1 failed, 2 inconclusive: no size ended between two calls; 77 not possible here.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.drills import forking, workspaces
from tests.drills.ledgers import Holding, holding
from tests.drills.prepared import Prepared, prepare

SKIPPED = 77
_TOOLS = 15
_CONCURRENCY = 4
_STOPPED = 4
_KB = 1024
#: Kilobytes; the ledger sets 2,000 aside, and all of the work takes some more.
_SIZES = {
    "tmpfs": (1_000, 2_100, 2_300, 2_600, 3_000, 3_500, 4_000, 4_600, 5_200),
    "limit": (1_000, 1_960, 2_000, 2_200, 2_500, 2_800, 3_200),
}
_ROOM = "64m"


@dataclass
class Count:
    """What was found."""

    way: str
    tried: int = 0
    amidst: int = 0
    calls: int = 0
    at_risk: int = 0
    message: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> int:
        """The exit code."""
        return 1 if self.wrong else 0 if self.amidst else 2

    def lines(self) -> list[str]:
        """The numbers, as they are printed."""
        return [
            f"{self.way}: {self.tried} times the disk was full, {self.amidst} of them between two calls",
            f"{self.calls} calls had left; {self.at_risk} of them have no reply in the ledger",
            f"it says: {self.message}",
            *self.wrong,
        ]


class Disk:
    """A runs folder with little room."""

    def __init__(self, way: str, prepared: Prepared) -> None:
        self._way = way
        self.runs = prepared.workspace.runs

    def make(self, kilobytes: int) -> Callable[[], object]:
        """An empty folder with that much room; what the child has to do first."""
        self.drop()
        self.runs.mkdir()
        if self._way == "limit":
            size = (kilobytes * _KB, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
            return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, size)
        self._mount(f"size={kilobytes}k")
        return lambda: None

    def make_room(self) -> None:
        """From now on there is enough."""
        if self._way == "tmpfs":
            self._mount(f"remount,size={_ROOM}")

    def drop(self) -> None:
        """Take it away."""
        if self._way == "tmpfs" and self.runs.is_mount():
            subprocess.run(["umount", str(self.runs)], check=True)
        shutil.rmtree(self.runs, ignore_errors=True)

    def _mount(self, options: str) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.runs)], check=True)


def drill(way: str, folder: Path) -> Count:
    """Fill the disk at every size, look, make room, and run the same command again."""
    count = Count(way)
    workspace = workspaces.make(folder / "workspace", tools=_TOOLS, seed=way)
    prepared = prepare(workspace, concurrency=_CONCURRENCY)
    disk = Disk(way, prepared)
    for kilobytes in _SIZES[way]:
        first = disk.make(kilobytes)
        prepared.log.write_text("")
        wrong = _fill(prepared, first, folder / "output", count)
        disk.make_room()
        wrong += _run_again(prepared, folder / "output")
        count.wrong += [f"FAILED ({way}, {kilobytes} kB): {each}" for each in wrong]
    disk.drop()
    return count


def _fill(prepared: Prepared, first: Callable[[], object], output: Path, count: Count) -> list[str]:
    child = prepared.start(output, first)
    code = child.wait()
    if code == 0:
        return []  # there was room for all of it
    held, sent = holding(prepared.workspace.ledger), _counted(prepared, "sent")
    count.tried += 1
    count.amidst += 0 < len(sent) < prepared.workspace.calls
    count.calls += len(sent)
    count.at_risk += len(set(sent) - held.keys)
    count.message = child.said.strip().splitlines()[0].replace(str(prepared.workspace.runs), "runs")
    return [*_wrong_end(code, child.said, prepared), *_wrong_ledger(prepared, held, sent)]


def _wrong_end(code: int, said: str, prepared: Prepared) -> list[str]:
    wrong = []
    if code != _STOPPED or "Traceback" in said:
        wrong.append(f"ended with {code}: {said[-1500:]}")
    if "full" not in said and "disk" not in said:
        wrong.append(f"does not speak of the disk: {said[-500:]}")
    if str(prepared.workspace.runs) not in said:
        wrong.append(f"names no path: {said[-500:]}")
    return wrong


def _wrong_ledger(prepared: Prepared, held: Holding, sent: Counter[str]) -> list[str]:
    wrong = [f"the ledger is damaged: {each}" for each in held.damage]
    wrong += [f"a record is torn: {each}" for each in workspaces.torn_records(prepared.workspace)]
    lost = set(_counted(prepared, "read")) - held.keys
    if lost:
        wrong.append(f"{len(lost)} acknowledged replies are not in the ledger")
    at_risk = len(set(sent) - held.keys)
    if at_risk > _CONCURRENCY:
        wrong.append(
            f"{at_risk} calls were sent whose replies found no room; {_CONCURRENCY} may be in flight"
        )
    return wrong


def _run_again(prepared: Prepared, output: Path) -> list[str]:
    before, held = _counted(prepared, "sent"), holding(prepared.workspace.ledger)
    child = prepared.start(output)
    if child.wait():
        return [f"with room it ended with {child.wait()}: {child.said[-1500:]}"]
    wrong = []
    if set(_counted(prepared, "sent") - before) & held.keys:
        wrong.append("with room it paid again for a call that had a reply")
    found = workspaces.verdicts(prepared.workspace, workspaces.newest_run(prepared.workspace))
    if len(found) != prepared.workspace.calls:
        wrong.append(f"with room there are {len(found)} verdicts of {prepared.workspace.calls}")
    return wrong


def _counted(prepared: Prepared, what: str) -> Counter[str]:
    lines = [line.split() for line in prepared.log.read_text().splitlines()]
    return Counter(key for word, key in lines if word == what)


def _in_a_namespace() -> int:
    """Start again where mounts are ours alone and end with us."""
    own = ["unshare", "--map-root-user", "--mount"]
    if (
        shutil.which(own[0]) is None
        or subprocess.run([*own, "true"], capture_output=True, check=False).returncode
    ):
        sys.stdout.write("skipped: no namespace of our own to mount in\n")
        return SKIPPED
    again = [*own, sys.executable, "-m", "tests.drills.diskfull", "--way", "tmpfs", "--inside"]
    return subprocess.run(again, check=False).returncode


def main() -> int:
    """Run the drill and print its numbers."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.drills.diskfull", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--way", choices=sorted(_SIZES), default="tmpfs")
    parser.add_argument("--inside", action="store_true", help="we are in a namespace of our own already")
    given = parser.parse_args()
    if given.way == "tmpfs" and not given.inside:
        return _in_a_namespace()
    forking.warm_up(sdk=False)
    with tempfile.TemporaryDirectory(prefix="panel-diskfull-") as folder:
        count = drill(given.way, Path(folder))
    sys.stdout.write("\n".join([*count.lines(), ""]))
    return count.verdict


if __name__ == "__main__":
    sys.exit(main())
