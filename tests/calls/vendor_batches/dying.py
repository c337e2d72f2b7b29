"""A process that submits and collects a batch, and dies at a step that is told: also as a program."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.calls.providers.dialects import DIALECTS
from tests.calls.vendor_batches.world import World
from tests.standin.batches import Unmade

TEXTS = ("one", "two", "three")
WRITES = ("claim", "keep", "settle", "abandon", "mark", "release")
ASKS = ("create", "find", "status")


class Killed(BaseException):
    """As if the process had died here."""


def _raise():
    raise Killed


class Reaper:
    """Kills before or after the step of that number; what is dead does nothing more."""

    def __init__(self, at, *, after, kill=_raise):
        self._at, self._after, self._kill = at, after, kill
        self.steps, self.dead = 0, False

    def wrap(self, ledger, api):
        return _Watched(ledger, WRITES, self.step), _Watched(api, ASKS, self.step)

    async def step(self, act):
        if self.dead:
            raise Killed
        number, self.steps = self.steps, self.steps + 1
        if number == self._at and not self._after:
            self._die()
        done = await act()
        if number == self._at:
            self._die()
        return done

    def _die(self):
        self.dead = True
        self._kill()


class _Watched:
    """A thing whose named methods go by way of the reaper."""

    def __init__(self, thing, names, step):
        self._thing, self._names, self._step = thing, names, step

    def __getattr__(self, name):
        method = getattr(self._thing, name)
        if name not in self._names:
            return method
        return lambda *args, **more: self._step(lambda: method(*args, **more))


async def whole_way(world, reaper):
    """Submit, have the vendor finish, collect: in one process that the reaper may end."""
    async with world.process(wrap=reaper.wrap) as batches:
        await batches.submit(world.wanted(*TEXTS))
        world.lines = {"two": Unmade("expired")}
        world.finish()
        await batches.collect()


def main(folder, dialect, url, at, after):
    """Go the whole way against the vendor of another process, which ends batches at once."""
    (spoken,) = (each for each in DIALECTS if each.id == dialect)
    kill = lambda: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731 (as short as the deed)
    world = World(Path(folder), spoken, url=url)
    asyncio.run(whole_way(world, Reaper(int(at), after=after == "after", kill=kill)))


if __name__ == "__main__":
    main(*sys.argv[1:])
