"""kill -9 while a panel is asked, the same command again, and so on: nothing lost, nothing asked twice.

`python -m tests.drills.crash --kills 200 --seed 1`

Counted at the server's side. A kill hits the work when calls had left in its round and not all were answered
yet. A request may come twice only if its reply was not in the ledger at the kill: it was in flight.
Exit code: 0 passed, 1 failed, 2 inconclusive because fewer than half of the kills hit the work.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.drills import forking
from tests.drills.laps import Lap
from tests.drills.witness import Witness

PASSED, FAILED, INCONCLUSIVE = 0, 1, 2
#: Seconds the server takes for an answer.
_LATENCY = 0.05


@dataclass
class Count:
    """What was found so far."""

    kills: int = 0
    cold: int = 0
    hits: int = 0
    calls: int = 0
    answers: int = 0
    again: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> int:
        """The exit code."""
        if self.wrong:
            return FAILED
        return PASSED if 2 * self.hits >= self.kills else INCONCLUSIVE

    def lines(self) -> list[str]:
        """The numbers, as they are printed."""
        lost = sum("is lost" in each for each in self.wrong)
        paid_again = sum("asked again" in each for each in self.wrong)
        said = [
            f"{self.kills} kills ({self.cold} of a process started cold), {self.hits} hit the work",
            f"{self.calls:,} calls brought {self.answers:,} answers; {lost} replies lost",
            f"{paid_again} acknowledged calls asked again; {self.again} in flight at a kill asked again",
        ]
        if self.verdict == INCONCLUSIVE:
            said.append("inconclusive: fewer than half of the kills hit the work")
        return said + self.wrong


def drill(*, kills: int, cold: int, seed: int, concurrency: int, folder: Path) -> Count:
    """Kill until `kills` have met a living process, `cold` of them one started cold; finish, and count."""
    dice, count, laps = random.Random(seed), Count(), 0
    cold_ones = set(dice.sample(range(kills), cold))
    with Witness(folder / "stand-in.jsonl", latency=_LATENCY) as witness:
        while count.kills < kills and not count.wrong:
            laps += 1
            lap = Lap(witness, folder / f"lap-{laps}", seed=f"{seed}-{laps}", concurrency=concurrency)
            _kill_until_answered(lap, count, kills, cold_ones, dice)
            lap.finish()
            _add(lap, count, f"seed {seed}, lap {laps}, kill {count.kills}")
    return count


def _kill_until_answered(
    lap: Lap, count: Count, kills: int, cold_ones: set[int], dice: random.Random
) -> None:
    while count.kills < kills and not lap.answered and not lap.accounts.wrong:
        cold = count.kills in cold_ones
        hit = lap.kill(dice, cold=cold)
        if hit is not None:
            count.kills += 1
            count.cold += cold
            count.hits += hit


def _add(lap: Lap, count: Count, when: str) -> None:
    accounts = lap.accounts
    count.calls += len(accounts.asked)
    count.answers += len(accounts.replies)
    count.again += accounts.again
    count.wrong += [f"FAILED ({when}): {each}" for each in accounts.wrong]


def main() -> int:
    """Run the drill and print its numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills.crash", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--cold", type=int, default=2, help="how many of them of a process started cold")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--concurrency", type=int, default=4)
    given = parser.parse_args()
    forking.warm_up(sdk=True)
    with tempfile.TemporaryDirectory(prefix="panel-crash-") as folder:
        count = drill(
            kills=given.kills,
            cold=min(given.cold, given.kills),
            seed=given.seed,
            concurrency=given.concurrency,
            folder=Path(folder),
        )
    sys.stdout.write("\n".join([*count.lines(), ""]))
    return count.verdict


if __name__ == "__main__":
    sys.exit(main())
