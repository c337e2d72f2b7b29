"""kill -9 under the vote server while readers vote, start it again, and so on: no acknowledged vote is lost.

`python -m tests.drills.votes --kills 100 --seed 1`

`panel serve` is a process of its own over one SQLite file. A kill hits the work when votes were on their way.
After each kill the file is read: every reader's vote must be the last one that was acknowledged, or one that
was on its way. Exit code: 0 passed, 1 failed, 2 inconclusive: fewer than half of the kills hit the work.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from panel.votes.identity import Identities, read_secret
from panel.votes.stores.sqlite import open_file
from panel.votes.vote import Choice
from tests.drills import forking
from tests.drills.voters import Reader, readers, vote_until_cut_off

PASSED, FAILED, INCONCLUSIVE = 0, 1, 2
_TOOLS = [f"tool-{n}" for n in range(5)]
_AT_ONCE = 16
#: Seconds from the first vote to the kill: between these.
_SHORTEST, _LONGEST = 0.05, 0.6
_STARTS_WITHIN = 60.0


@dataclass
class Count:
    """What was found so far."""

    kills: int = 0
    hits: int = 0
    acknowledged: int = 0
    on_their_way: int = 0
    stored_all_the_same: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> int:
        """The exit code."""
        if self.wrong:
            return FAILED
        return PASSED if self.hits * 2 >= self.kills else INCONCLUSIVE

    def lines(self) -> list[str]:
        """The numbers, as they are printed."""
        said = [
            f"{self.kills} kills, {self.hits} hit the work",
            f"{self.acknowledged:,} votes acknowledged; {len(self.wrong)} votes lost",
            f"{self.on_their_way} on their way at a kill, {self.stored_all_the_same} of them stored",
        ]
        if self.verdict == INCONCLUSIVE:
            said.append("inconclusive: fewer than half of the kills hit the work")
        return said + self.wrong


def drill(*, kills: int, seed: int, folder: Path) -> Count:
    """Kill the server so often, looking after every vote each time."""
    dice, count = random.Random(seed), Count()
    (folder / "panel.toml").touch()
    for tool in _TOOLS:
        (folder / "site" / "tools" / tool).mkdir(parents=True)
        (folder / "site" / "tools" / tool / "index.html").touch()
    identities = Identities(read_secret(folder, {}))
    everyone: list[Reader] = []
    while count.kills < kills and not count.wrong:
        # Some are new, the others change what they said before earlier kills.
        fresh = readers(identities, _TOOLS, _AT_ONCE // 2, dice)
        old = dice.sample(everyone, min(len(everyone), _AT_ONCE // 2))
        everyone += fresh
        _one_life([*fresh, *old], folder, count, dice)
        _look(everyone, folder, count)
    return count


def _one_life(voting: list[Reader], folder: Path, count: Count, dice: random.Random) -> None:
    args = ["serve", "--port", "0", "--trust-proxy", "127.0.0.1"]
    output = folder / "said.log"
    output.write_text("")
    server = forking.panel(args, folder=folder, output=output, environ={})
    port = _port(server)

    async def load() -> int:
        asyncio.get_running_loop().call_later(dice.uniform(_SHORTEST, _LONGEST), server.kill)
        return sum(await asyncio.gather(*(vote_until_cut_off(each, port, dice) for each in voting)))

    count.acknowledged += asyncio.run(load())
    server.wait()
    count.kills += 1
    count.hits += any(each.sent for each in voting)
    if "Traceback" in server.said or "unexpected" in server.said:
        count.wrong.append(f"FAILED (kill {count.kills}): the server said: {server.said}")


def _port(server: forking.Child) -> int:
    end = time.monotonic() + _STARTS_WITHIN
    while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/", server.said)):
        assert not server.ended, server.said
        assert time.monotonic() < end, server.said
        time.sleep(0.002)
    return int(found[1])


def _look(everyone: list[Reader], folder: Path, count: Count) -> None:
    """Hold every reader's memory against the file."""
    found = asyncio.run(_stored(folder))
    for each in everyone:
        stored = found.get((each.tool, each.voter.mark))
        if not each.may_say(stored):
            count.wrong.append(
                f"FAILED (kill {count.kills}): acknowledged {each.acknowledged},"
                f" on its way {each.sent}, found {stored}"
            )
        count.on_their_way += len(each.sent)
        count.stored_all_the_same += bool(each.sent) and stored == each.sent[-1] != each.acknowledged
        each.settle(stored)


async def _stored(folder: Path) -> dict[tuple[str, str], Choice]:
    store = open_file(folder / "votes.sqlite", read_only=True)
    try:
        return {(vote.tool, vote.voter): vote.choice async for vote in store.rows()}
    finally:
        await store.close()


def main() -> int:
    """Run the drill and print its numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills.votes", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    _warm_up()
    with tempfile.TemporaryDirectory(prefix="panel-votes-") as folder:
        count = drill(kills=given.kills, seed=given.seed, folder=Path(folder))
    sys.stdout.write("\n".join([*count.lines(), ""]))
    return count.verdict


def _warm_up() -> None:
    """Import all that the server needs once, so that those forked start at once."""
    import panel.cli.verbs.serve  # noqa: PLC0415 (a drill starts fast)
    import panel.votes.app  # noqa: PLC0415 (same)
    import panel.votes.serving  # noqa: F401, PLC0415 (same)

    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
