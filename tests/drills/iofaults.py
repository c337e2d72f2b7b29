"""Every operation on disk fails once: the n-th write, fsync, rename … for n = 1, 2, 3 until a run meets none.

`python -m tests.drills.iofaults --mode eio` (without a mode: all of them). The work is one tool with four
seats over a provider that costs money and counts outside. After each fault: no crash; every record whole; the
ledger sound; whatever was acknowledged in it; and the same command again, undisturbed, ends with the verdicts
of an undisturbed run and asks only for what had no reply.

Modes: eio, enospc (once), full (from the n-th on), eintr, short (half a write), dies (the process, right
after the n-th), tears (it, after half a write). Exit code: 0 passed, 1 failed, 77 not possible here.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from panel.core.errors import PanelError
from tests.drills import forking, iofault, workspaces
from tests.drills.iofault import MODES, Mode
from tests.drills.ledgers import Holding, holding
from tests.drills.prepared import Prepared, prepare

SKIPPED = 77
#: Files in memory: what is tried is what happens when flushing fails, not how long it takes.
_MEMORY = Path("/dev/shm")
#: Exit codes a command may end with when the disk failed it once: done, input (the place), stopped.
_EXPECTED = {0, 2, 4}
#: So many runs in a row without a fault are the end: what is committed together, and so how much is written,
#: differs a little from run to run.
_MISSES = 3


@dataclass
class Count:
    """What was found in one mode."""

    mode: str
    faults: int = 0
    recovered: int = 0
    stopped: int = 0
    died: int = 0
    again: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The numbers, as they are printed."""
        ends = f"{self.recovered} recovered, {self.stopped} stopped with a message, {self.died} died"
        return [
            f"{self.mode}: {self.faults} faults in {self.seconds:.0f} s: {ends}",
            f"  {self.again} calls without a reply in the ledger asked again; {len(self.wrong)} things wrong",
            *self.wrong,
        ]


class Trial:
    """One mode, one workspace, a fresh runs folder for each n."""

    def __init__(self, name: str, folder: Path) -> None:
        self.count = Count(name)
        self._mode: Mode = MODES[name]
        self._folder = folder
        self._prepared: Prepared = prepare(workspaces.make(folder / "workspace", tools=1, seed=name))
        self._runs = self._prepared.workspace.runs
        self._log = self._prepared.log
        self._where = ""
        self._wanted = self._undisturbed()

    def fail_at(self, n: int) -> bool:
        """Let the n-th operation fail, look, and run again undisturbed; False if there was no n-th."""
        report, output = self._folder / "report", self._folder / "output"
        report.unlink(missing_ok=True)
        self._fresh()
        first = self._prepared.start(
            output, lambda: iofault.arm(self._mode, n, folder=self._runs, report=report)
        )
        code = first.wait()
        if not report.exists():
            return False
        self._where = report.read_text().strip().replace(str(self._runs), "runs")
        self.count.faults += 1
        self._judge_end(code, first.said)
        held = self._judge_disk()
        sent = self._counted("sent")
        self._judge_acknowledged(held)
        if self._mode.recovers:
            self._require_all_done(held)
        else:
            self._judge_rerun(held, sent)
        return True

    # ------------------------------------------------------------ what must hold

    def _judge_end(self, code: int, said: str) -> None:
        self.count.recovered += code == 0
        self.count.died += code == iofault.DIED
        self.count.stopped += code in _EXPECTED - {0}
        expected = {iofault.DIED} if self._mode.dies else {0} if self._mode.recovers else _EXPECTED
        if code not in expected or "Traceback" in said:
            self._fail(f"ended with {code}: {said[-1500:]}")
        elif code in _EXPECTED - {0} and str(self._runs) not in said:
            self._fail(f"the message names no path: {said[-500:]}")
        twice = [key for key, times in self._counted("sent").items() if times > 1]
        if twice:
            self._fail(f"asked {len(twice)} calls twice in one run")

    def _judge_disk(self) -> Holding:
        for torn in workspaces.torn_records(self._prepared.workspace):
            self._fail(f"a record is torn: {torn}")
        try:
            held = holding(self._prepared.workspace.ledger)
        except PanelError as error:
            self._fail(f"the ledger cannot be opened: {error}")
            return Holding()
        for damage in held.damage:
            self._fail(f"the ledger is damaged: {damage}")
        return held

    def _judge_acknowledged(self, held: Holding) -> None:
        lost = set(self._counted("read")) - held.keys
        if lost:
            self._fail(f"{len(lost)} acknowledged replies are not in the ledger")

    def _judge_rerun(self, held: Holding, before: Counter[str]) -> None:
        second = self._prepared.start(self._folder / "output")
        if second.wait():
            self._fail(f"run again it ended with {second._code}: {second.said[-1500:]}")
            return
        sent = self._counted("sent") - before
        self.count.again += sum(key in before for key in sent)
        if set(sent) & held.keys:
            self._fail(f"paid again for {len(set(sent) & held.keys)} calls that had a reply")
        if any(times > 1 for times in sent.values()):
            self._fail("asked a call twice when run again")
        self._require_all_done(self._judge_disk())

    def _require_all_done(self, held: Holding) -> None:
        if len(held.keys) != workspaces.SEATS:
            self._fail(f"{len(held.keys)} replies of {workspaces.SEATS} are in the ledger")
        if self._verdicts() != self._wanted:
            self._fail("the verdicts are not those of an undisturbed run")

    # ------------------------------------------------------------ means

    def _undisturbed(self) -> dict[tuple[str, str], str]:
        self._fresh()
        child = self._prepared.start(self._folder / "output")
        assert child.wait() == 0, child.said
        assert len(self._verdicts()) == workspaces.SEATS
        assert len(self._counted("sent")) == workspaces.SEATS
        return self._verdicts()

    def _fresh(self) -> None:
        shutil.rmtree(self._runs, ignore_errors=True)
        self._log.write_text("")

    def _verdicts(self) -> dict[tuple[str, str], str]:
        workspace = self._prepared.workspace
        return workspaces.verdicts(workspace, workspaces.newest_run(workspace))

    def _counted(self, what: str) -> Counter[str]:
        lines = [line.split() for line in self._log.read_text().splitlines()]
        return Counter(key for word, key in lines if word == what)

    def _fail(self, what: str) -> None:
        self.count.wrong.append(f"FAILED ({self.count.mode}, operation {self._where}): {what}")


def drill(name: str, *, step: int, folder: Path) -> Count:
    """All n of one mode, or every `step`-th."""
    start, n = time.monotonic(), 1
    trial, missed = Trial(name, folder), 0
    while missed < _MISSES:
        missed = 0 if trial.fail_at(n) else missed + 1
        n += step
    trial.count.seconds = time.monotonic() - start
    return trial.count


def main() -> int:
    """Run the drill and print its numbers."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.drills.iofaults", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--mode", choices=sorted(MODES), action="append", help="repeatable; all without it")
    parser.add_argument("--step", type=int, default=1, help="every n-th operation only")
    given = parser.parse_args()
    reason = iofault.missing()
    if reason is not None:
        sys.stdout.write(f"skipped: {reason}\n")
        return SKIPPED
    memory = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="panel-iofaults-", dir=memory) as name:
        folder = Path(name)
        if not iofault.is_preloaded():
            return iofault.preloaded("tests.drills.iofaults", sys.argv[1:], folder)
        forking.warm_up(sdk=False)
        failed = False
        for mode in given.mode or MODES:
            (folder / mode).mkdir()
            count = drill(mode, step=given.step, folder=folder / mode)
            sys.stdout.write("\n".join([*count.lines(), ""]))
            sys.stdout.flush()
            failed = failed or bool(count.wrong)
        return int(failed)


if __name__ == "__main__":
    sys.exit(main())
