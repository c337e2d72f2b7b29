"""A list done by three workers: one is killed, one stopped, the database restarted, at random moments.

`python -m tests.drills.machines --runs 10 --seed 1`

Counted at the vendor's side. A request may come twice only if its answer was not in the ledger when the
worker that asked was killed. The database is stopped without a word (`pg_ctl stop -m immediate`), and comes
back within seconds. Exit code: 0 passed, 1 failed, 2 inconclusive because in fewer than half of the runs all
three met work, 77 not possible here.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.calls.ledger.postgres_server import PostgresServer, find_binaries, running_server
from tests.drills import forking
from tests.drills.ledgers import holding
from tests.drills.witness import Witness

PASSED, FAILED, INCONCLUSIVE, SKIPPED = 0, 1, 2, 77
_LIST = "tools.jsonl"
_TOOLS, _SEATS, _IN_HAND, _CONCURRENCY = 24, 4, 2, 12
#: Seconds the vendor takes for an answer; seconds after the first request in which all three happen.
_LATENCY, _LONGEST = 0.4, 3.0
#: Seconds the database is away, at most: far less than it is waited for.
_AWAY = 4.0
#: Seconds until a silent worker counts as dead: the fewest that may be set.
_TAKEOVER = 3
_ENDED_WELL = {0, 130}


@dataclass
class Count:
    """What was found so far."""

    runs: int = 0
    tools: int = 0
    calls: int = 0
    in_flight: int = 0
    twice: int = 0
    met_work: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> int:
        """The exit code."""
        if self.wrong:
            return FAILED
        return PASSED if 2 * self.met_work >= self.runs else INCONCLUSIVE

    def lines(self) -> list[str]:
        """The numbers, as they are printed."""
        said = [
            f"{self.runs} runs by 3 workers, one killed, one stopped, the database restarted",
            f"{self.met_work} times all three met work; the slowest run took {self.slowest:.0f} s",
            f"{self.tools} of {self.runs * _TOOLS} tools done with all seats, by {self.calls:,} calls",
            f"{self.twice} paid twice; {self.in_flight} in flight at a kill asked again",
        ]
        if self.verdict == INCONCLUSIVE:
            said.append("inconclusive: in most runs the work was over too early")
        return said + self.wrong


class Fleet:
    """One run: a list, a coordinator, three workers over a ledger of its own."""

    def __init__(self, witness: Witness, server: PostgresServer, folder: Path, seed: str) -> None:
        self.wrong: list[str] = []
        self._witness, self._server, self._folder = witness, server, folder
        self._ledger = server.new_schema()
        self._looked = len(witness.settle())
        self._children: dict[str, forking.Child] = {}
        folder.mkdir()
        (folder / "panel.toml").write_text(f"[procrastinate]\ntakeover_seconds = {_TAKEOVER}\n")
        (folder / _LIST).write_text("".join(f"{json.dumps(_launch(n, seed))}\n" for n in range(_TOOLS)))

    def go(self, dice: random.Random, count: Count) -> None:
        """Start everything, let all three happen, wait for the end, and judge."""
        began = time.monotonic()
        for name in ("killed", "stopped", "left"):
            self._start(name, "worker", "--tools", str(_IN_HAND))
        many = ("--engine", "procrastinate", "--concurrency", str(_CONCURRENCY))
        self._start("coordinator", "batch", _LIST, *many)
        met = self._disturb(dice)
        if (code := self._children["coordinator"].wait()) != 0:
            self.wrong.append(f"the coordinator ended with {code}")
        count.slowest = max(count.slowest, time.monotonic() - began)
        self._children["left"].terminate()
        for name in ("stopped", "left"):
            if (code := self._children[name].wait()) not in _ENDED_WELL:
                self.wrong.append(f"worker {name!r} ended with {code}")
        count.met_work += met
        self._judge(count)

    def end(self) -> None:
        """Leave no process behind."""
        for child in self._children.values():
            if not child.ended:
                child.kill()
                child.wait()

    def _start(self, name: str, *args: str) -> None:
        environ = {**self._witness.environ, "PANEL_LEDGER_URL": self._ledger, "PANEL_PROVIDER": "openai"}
        output = self._folder / f"{name}.out"
        self._children[name] = forking.panel(args, folder=self._folder, output=output, environ=environ)

    def _disturb(self, dice: random.Random) -> bool:
        """Kill, stop and restart, each at its moment; whether work was left every time."""
        while self._asked() == 0 and not self._children["coordinator"].ended:
            time.sleep(0.005)
        began, met = time.monotonic(), True
        todo: list[tuple[float, Callable[[], object]]] = [
            (dice.uniform(0, _LONGEST), self._children["killed"].kill),
            (dice.uniform(0, _LONGEST), self._children["stopped"].terminate),
            (dice.uniform(0, _LONGEST), partial(self._restart, dice.uniform(0, _AWAY))),
        ]
        for moment, happens in sorted(todo, key=lambda each: each[0]):
            time.sleep(max(0.0, began + moment - time.monotonic()))
            met = met and self._asked() < _TOOLS * _SEATS
            happens()
        if self._children["killed"].wait() != -signal.SIGKILL:
            self.wrong.append("the kill came too late")
        return met

    def _restart(self, away: float) -> None:
        self._server.stop()
        time.sleep(away)
        self._server.start()

    def _asked(self) -> int:
        return len(self._witness.look()) - self._looked

    def _judge(self, count: Count) -> None:
        reviews = [json.loads(path.read_bytes()) for path in self._folder.glob("runs/*/reviews/*.json")]
        done = [each for each in reviews if len(each["verdicts"]) == _SEATS]
        asked = self._witness.settle()[self._looked :]
        times, found = Counter(each.body for each in asked), holding(self._ledger)
        kept = Counter(each.body for each in asked if each.ident in found.replies)
        twice = [body for body, number in kept.items() if number > 1]
        again = len(asked) - len(times)
        count.tools += len(done)
        count.calls += len(asked)
        count.in_flight += again
        count.twice += len(twice)
        self.wrong += [f"the ledger is damaged: {each}" for each in found.damage]
        self.wrong += [f"paid twice: {body}" for body in twice]
        if len(done) != _TOOLS:
            self.wrong.append(f"{len(done)} of {_TOOLS} tools are done")
        if len(times) != _TOOLS * _SEATS:
            self.wrong.append(f"{len(times)} different requests, not {_TOOLS * _SEATS}")
        if again > _IN_HAND * _SEATS:
            self.wrong.append(f"{again} requests came again, a killed worker has {_IN_HAND * _SEATS}")
        self.wrong += [each for name in self._children for each in self._misprinted(name)]
        if self.wrong:
            said = {name: child.said[-1500:] for name, child in self._children.items()}
            self.wrong.append("\n".join(f"--- {name}:\n{text}" for name, text in said.items()))

    def _misprinted(self, name: str) -> list[str]:
        """What should not be printed when the database is away for a moment."""
        said = self._children[name].said
        wrong = [f"{name} prints a traceback"] if "Traceback" in said else []
        if said.count("does not answer") > 1:
            wrong.append(f"{name} says more than once that the database is away")
        return wrong


def _launch(number: int, seed: str) -> dict[str, str]:
    name = f"Tool {number} {seed}"
    return {
        "name": name,
        "slug": f"tool-{number:02d}",
        "tagline": "An editor",
        "text": f"{name} is an editor for small teams. It costs ${5 + number} per month and runs locally.",
    }


def drill(*, runs: int, seed: int, server: PostgresServer, folder: Path) -> Count:
    """`runs` times everything; returns what was counted."""
    dice, count = random.Random(seed), Count()
    with Witness(folder / "stand-in.jsonl", latency=_LATENCY) as witness:
        for number in range(1, runs + 1):
            fleet = Fleet(witness, server, folder / f"run-{number}", f"{seed}-{number}")
            try:
                fleet.go(dice, count)
            finally:
                fleet.end()
            count.runs += 1
            count.wrong += [f"FAILED (seed {seed}, run {number}): {each}" for each in fleet.wrong]
    return count


def main() -> int:
    """Run the drill and print its numbers."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.drills.machines", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    binaries = find_binaries()
    if binaries is None:
        sys.stdout.write("no PostgreSQL server: neither in PATH nor in /usr/lib/postgresql/*/bin\n")
        return SKIPPED
    forking.warm_up(sdk=True)
    with running_server(binaries) as server, tempfile.TemporaryDirectory(prefix="panel-machines-") as folder:
        count = drill(runs=given.runs, seed=given.seed, server=server, folder=Path(folder))
    sys.stdout.write("\n".join([*count.lines(), ""]))
    return count.verdict


if __name__ == "__main__":
    sys.exit(main())
