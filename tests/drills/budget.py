"""Fifty workers and money for ten calls: ten are sent, the rest are parked by name, and more money goes on.

`python -m tests.drills.budget --workers 256`: the real client over a real ledger in a file. Every answer
costs all that was set aside for it, so that the cap is reached. Exit code: 0 passed, 1 failed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from panel.calls.budget import Budget
from panel.calls.client import Client
from panel.calls.errand import Answer
from panel.calls.faults import Fault
from panel.calls.ledger.base import address_of, open_ledger
from panel.calls.limits import Ceilings, Limiter
from panel.calls.prices import Prices
from panel.calls.retrying import RetryPolicy
from panel.core.requests import CallRequest, RawReply
from tests.calls.fakes import VENDOR, ScriptedProvider, raw, request

#: Calls the money is for.
CALLS = 10
_RUN = "run-1"
_SECONDS = 0.02


@dataclass
class Count:
    """What was found. `rounds` says for each start of the run: money in words, calls sent, calls parked."""

    rounds: list[tuple[str, int, int]] = field(default_factory=list)
    message: str = ""
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The numbers, as they are printed."""
        said = [f"{money}: {sent} sent, {parked} parked" for money, sent, parked in self.rounds]
        return [*said, f"a parked call says: {self.message}", *self.wrong]


@dataclass
class Round:
    """One start of the run."""

    sent: int
    answers: list[Answer]
    faults: list[Fault]


def drill(*, workers: int, folder: Path) -> Count:
    """Start one run five times: with money for ten, the same again, for twenty, without a cap, once more."""
    count = Count()
    upper = Prices().upper_bound(VENDOR, _question(0))
    assert upper is not None
    expected = [
        (CALLS + 0.5, CALLS),
        (CALLS + 0.5, 0),
        (2 * CALLS + 0.5, CALLS),
        (None, workers - 2 * CALLS),
        (None, 0),
    ]
    for money, wanted in expected:
        found = asyncio.run(_start(folder, workers, None if money is None else money * upper))
        words = "no cap" if money is None else f"money for {money:g} calls"
        count.rounds.append((words, found.sent, len(found.faults)))
        if found.sent != wanted:
            count.wrong.append(f"FAILED: {found.sent} calls were sent, not {wanted}")
        if len(found.answers) + len(found.faults) != workers:
            count.wrong.append(f"FAILED: {workers} workers, {len(found.answers)} answers")
        for fault in found.faults:
            count.message = fault.message
            if fault.cause != "budget" or not _says_all(fault.message, money, upper):
                count.wrong.append(f"FAILED: parked as {fault.cause}: {fault.message}")
    return count


def _says_all(message: str, money: float | None, upper: float) -> bool:
    assert money is not None
    return f"budget of ${money * upper:.4f}" in message and " spent, $" in message and " left" in message


async def _start(folder: Path, workers: int, cap: float | None) -> Round:
    ledger = await open_ledger(address_of(folder / "ledger.sqlite"))
    provider = ScriptedProvider(always=_answer_slowly)
    client = Client(
        ledger=ledger,
        connect=lambda _: provider,
        run=_RUN,
        prices=Prices(),
        budget=Budget(cap, await ledger.spent(_RUN)),
        limiter=Limiter(Ceilings(workers)),
        policy=RetryPolicy(),
    )
    try:
        ended = await asyncio.gather(*(_work(client, n) for n in range(workers)), return_exceptions=True)
    finally:
        await client.close()
        await ledger.close()
    twice = [text for text, times in Counter(each.key for each in provider.sent).items() if times > 1]
    assert not twice, f"asked twice in one round: {twice}"
    others = [each for each in ended if not isinstance(each, Answer | Fault)]
    if others:
        raise others[0]
    return Round(
        sent=len(provider.sent),
        answers=[each for each in ended if isinstance(each, Answer)],
        faults=[each for each in ended if isinstance(each, Fault)],
    )


async def _work(client: Client, number: int) -> Answer:
    """What a seat does: the ledger's answer if there is one, else the model's."""
    question = _question(number)
    for stored in await client.stored(question):
        if isinstance(stored, Answer):
            return stored
    return await client.send(question, tool=f"tool-{number}", persona="builder", known=0)


def _question(number: int) -> CallRequest:
    return request(f"Question {number:04d}: is it worth an afternoon?")


async def _answer_slowly() -> RawReply:
    await asyncio.sleep(_SECONDS)
    return raw(usage={})  # it does not say what it used: all that was set aside is charged


def main() -> int:
    """Run the drill and print its numbers."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.drills.budget", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--workers", type=int, default=50)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="panel-budget-") as folder:
        count = drill(workers=given.workers, folder=Path(folder))
    sys.stdout.write("\n".join([*count.lines(), ""]))
    return 1 if count.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
