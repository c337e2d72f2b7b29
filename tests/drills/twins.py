"""Two processes want the same 60 answers at once: one pays for each, the other waits for it.

`python -m tests.drills.twins --runs 20`, also with `--ledger postgresql://…` and with `--kill`: then one of
the two is killed with -9 in the middle, and the other finishes at once, without waiting for any lease.

Counted at the server's side. Exit code: 0 passed, 1 failed, 2 inconclusive: no kill met a call in flight.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.drills import forking, workspaces
from tests.drills.ledgers import Holding, holding
from tests.drills.witness import Asked, Witness
from tests.drills.workspaces import Workspace

PASSED, FAILED, INCONCLUSIVE = 0, 1, 2
_TOOLS = 15
_LATENCY = 0.03
_CONCURRENCY = 8
#: Seconds between the two starts, at most: less than a start takes.
_APART = 0.2
#: Calls that have arrived when one of the two is killed.
_MIDDLE = (8, 40)
#: Seconds the one that is left may take: far less than the lease of 30 s that a machine's silence costs.
_AT_ONCE = 12.0


@dataclass
class Count:
    """What was found so far."""

    runs: int = 0
    calls: int = 0
    twice: int = 0
    in_flight: int = 0
    kills: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> int:
        """The exit code."""
        if self.wrong:
            return FAILED
        return INCONCLUSIVE if self.kills and not self.in_flight else PASSED

    def lines(self) -> list[str]:
        """The numbers, as they are printed."""
        wanted = workspaces.SEATS * _TOOLS
        said = [
            f"{self.runs} runs of two processes over the same {wanted} calls: {self.calls:,} calls left",
            f"{self.twice} paid twice",
        ]
        if self.kills:
            said.append(
                f"{self.kills} times one was killed: {self.in_flight} of its calls in flight asked again, "
                f"the other was done after {self.slowest:.1f} s at most"
            )
        if self.verdict == INCONCLUSIVE:
            said.append("inconclusive: none of the killed had a call in flight")
        return said + self.wrong


def drill(*, runs: int, seed: int, kill: bool, ledger: str | None, folder: Path) -> Count:
    """`runs` times two processes; returns what was counted."""
    dice, count = random.Random(seed), Count()
    # Another ledger may have seen other drills: no request of theirs is one of ours.
    name = f"{seed}-{time.time_ns()}" if ledger else str(seed)
    with Witness(folder / "stand-in.jsonl", latency=_LATENCY) as witness:
        for number in range(1, runs + 1):
            workspace = workspaces.make(folder / f"run-{number}", tools=_TOOLS, seed=f"{name}-{number}")
            pair = Pair(witness, workspace, ledger)
            pair.meet(dice, count, kill=kill)
            count.runs += 1
            count.wrong += [f"FAILED (seed {seed}, run {number}): {each}" for each in pair.wrong]
    return count


class Pair:
    """Two processes with the same command over one ledger, each with records of its own."""

    def __init__(self, witness: Witness, workspace: Workspace, ledger: str | None) -> None:
        self.wrong: list[str] = []
        self._witness, self._workspace, self._ledger = witness, workspace, ledger
        self._looked = len(witness.settle())

    def meet(self, dice: random.Random, count: Count, *, kill: bool) -> None:
        """Start both, kill one if that is wanted, wait for the end, and judge."""
        first = self._start("first")
        time.sleep(dice.uniform(0, _APART))
        second = self._start("second")
        left = [first, second]
        if kill:
            victim = left.pop(dice.randrange(2))
            self._kill(victim, dice.randint(*_MIDDLE))
            count.kills += 1
            killed = time.monotonic()
        for child in left:
            self._require_done(child)
        if kill:
            took = time.monotonic() - killed
            count.slowest = max(count.slowest, took)
            if took > _AT_ONCE:
                self.wrong.append(f"the other was done only {took:.1f} s after the kill")
        self._judge(count, may_repeat=_CONCURRENCY if kill else 0)

    def _start(self, name: str) -> forking.Child:
        args = [
            "review", *self._workspace.tools, "--provider", "openai", "--json", "--quiet",
            "--concurrency", str(_CONCURRENCY),
        ]  # fmt: skip
        environ = {**self._witness.environ, "PANEL_LEDGER_URL": self._ledger or ""}
        folder = self._workspace.folder
        return forking.panel(args, folder=folder, output=folder / f"{name}.json", environ=environ)

    def _kill(self, victim: forking.Child, after: int) -> None:
        while len(self._witness.look()) - self._looked < after and not victim.ended:
            time.sleep(0.001)
        victim.kill()
        if victim.wait() >= 0:
            self.wrong.append("the kill came too late")

    def _require_done(self, child: forking.Child) -> None:
        """It ended well, and every seat of every tool has its verdict."""
        code = child.wait()
        if code:
            self.wrong.append(f"one of the two ended with {code}: {child.said[-1000:]}")
            return
        verdicts = workspaces.verdicts_in(child.said)
        if len(verdicts) != self._workspace.calls:
            self.wrong.append(f"one of the two has {len(verdicts)} answers of {self._workspace.calls}")

    def _judge(self, count: Count, *, may_repeat: int) -> None:
        asked = self._witness.settle()[self._looked :]
        times = Counter(each.body for each in asked)
        repeated = [body for body, n in times.items() if n > 1]
        found = holding(self._ledger or self._workspace.ledger)
        paid = _answered_twice(asked, found) if may_repeat else repeated
        count.calls += len(asked)
        count.twice += len(paid)
        count.in_flight += len(repeated)
        self.wrong += [f"the ledger is damaged: {each}" for each in found.damage]
        self.wrong += [f"paid twice: {body}" for body in paid]
        if len(repeated) > may_repeat or max(times.values()) > 1 + bool(may_repeat):
            self.wrong.append(f"{len(repeated)} requests came more than once, {may_repeat} may")
        if len(times) != self._workspace.calls:
            self.wrong.append(f"{len(times)} different requests, not {self._workspace.calls}")


def _answered_twice(asked: list[Asked], found: Holding) -> list[str]:
    """Requests of which the ledger holds two answers: whoever sent the second could have known."""
    kept = Counter(each.body for each in asked if each.ident in found.replies)
    return [body for body, times in kept.items() if times > 1]


def main() -> int:
    """Run the drill and print its numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills.twins", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill", action="store_true", help="kill one of the two in the middle")
    parser.add_argument("--ledger", help="the address of a ledger; without it one file for each run")
    given = parser.parse_args()
    forking.warm_up(sdk=True)
    with tempfile.TemporaryDirectory(prefix="panel-twins-") as folder:
        count = drill(
            runs=given.runs, seed=given.seed, kill=given.kill, ledger=given.ledger, folder=Path(folder)
        )
    sys.stdout.write("\n".join([*count.lines(), ""]))
    return count.verdict


if __name__ == "__main__":
    sys.exit(main())
