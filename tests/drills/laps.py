"""One workspace whose command is killed and started again until everything is answered, with its accounts."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.drills import forking, workspaces
from tests.drills.accounts import Accounts
from tests.drills.ledgers import holding
from tests.drills.witness import Witness

_TOOLS = 15
#: Seconds a command is left alone after its first call at most: less than all of the work takes.
_LONGEST = 0.6
#: The share of kills that come while the command starts, and in how many seconds at most.
_EARLY, _START_UP = 0.15, 0.3
_NEVER_STARTED = 60.0


class Lap:
    """`panel review` of 15 tools in a workspace of its own.

    Args:
        witness: The server that is asked.
        folder: Where the workspace is made.
        seed: Workspaces of different seeds share no request.
        concurrency: Calls in flight at most.
    """

    def __init__(self, witness: Witness, folder: Path, *, seed: str, concurrency: int) -> None:
        self.workspace = workspaces.make(folder, tools=_TOOLS, seed=seed)
        self.accounts = Accounts()
        self._args = [
            "review", *self.workspace.tools, "--provider", "openai", "--quiet", "--retry-maybe-paid",
            "--concurrency", str(concurrency),
        ]  # fmt: skip
        self._witness, self._concurrency = witness, concurrency
        self._looked = len(witness.settle())
        self._output = folder / "output"

    @property
    def answered(self) -> bool:
        """Whether every call has its reply in the ledger."""
        return len(self.accounts.bodies) == self.workspace.calls

    def kill(self, dice: random.Random, *, cold: bool) -> bool | None:
        """Start the command and kill it at a random instant.

        Returns:
            Whether the kill came between the first call and the last reply; None if the command had ended.
        """
        early = dice.random() < _EARLY
        seconds = dice.uniform(0, _START_UP if early else _LONGEST)
        child = self._start(cold=cold)
        if not early:
            self._until_first_call(child)
        _watch(child, seconds)
        child.kill()
        code = child.wait()
        if code >= 0:
            self._expect_done(code)
        arrived, in_flight = self._look()
        if len(in_flight) > self._concurrency:
            self._fail(f"{len(in_flight)} calls were in flight at once, {self._concurrency} at most may be")
        return None if code >= 0 else arrived > 0 and not self.answered

    def finish(self) -> None:
        """Let the command end, and once more: that must ask nothing."""
        for last in (False, True):
            self._expect_done(self._start().wait())
            arrived, _ = self._look()
            if last and arrived:
                self._fail(f"the last resume sent {arrived} calls")
        for torn in workspaces.torn_records(self.workspace):
            self._fail(f"a record is torn: {torn}")
        found = workspaces.verdicts(self.workspace, workspaces.newest_run(self.workspace))
        if len(found) != self.workspace.calls:
            self._fail(f"{len(found)} verdicts of {self.workspace.calls}")

    def _start(self, *, cold: bool = False) -> forking.Child:
        start = forking.cold_panel if cold else forking.panel
        environ = self._witness.environ
        return start(self._args, folder=self.workspace.folder, output=self._output, environ=environ)

    def _until_first_call(self, child: forking.Child) -> None:
        end = time.monotonic() + _NEVER_STARTED
        while len(self._witness.look()) == self._looked and not child.ended:
            assert time.monotonic() < end, f"the command sent nothing: {child.said}"
            time.sleep(0.002)

    def _look(self) -> tuple[int, set[str]]:
        """How many calls arrived since the last look, and which of them have no reply in the ledger."""
        arrived = self._witness.settle()[self._looked :]
        self._looked += len(arrived)
        return len(arrived), self.accounts.look(arrived, holding(self.workspace.ledger))

    def _expect_done(self, code: int) -> None:
        if code:
            said = self._output.read_text(encoding="utf-8", errors="replace")
            self._fail(f"the command ended with {code}: {said[-2000:]}")

    def _fail(self, what: str) -> None:
        self.accounts.wrong.append(what)


def _watch(child: forking.Child, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not child.ended:
        time.sleep(0.001)
