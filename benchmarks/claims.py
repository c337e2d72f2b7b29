"""How many calls a second several processes get through one ledger that keeps a cap and ceilings over all.

    python -m benchmarks.claims --ledger postgresql://… [--processes 3] [--calls 1000] [--concurrency 32]

All calls are for one model and one run, so that every claim waits for the one before. A call is claimed, kept
and settled; nothing is asked in between.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import time
from functools import partial

from benchmarks.ledger import REPLY, request
from panel.calls.ledger.base import Bounds, Granted, Intent, open_ledger
from panel.core.requests import RawReply, Usage

#: Far above what is needed: it is looked at and never reached.
_MUCH = 1_000_000_000


async def take_part(url: str, run: str, calls: int, concurrency: int, bounds: Bounds | None) -> None:
    """Get so many calls through."""
    ledger = await open_ledger(url)
    numbers = iter(range(calls))

    async def worker() -> None:
        for n in numbers:
            intent = Intent(run, f"tool-{n // 4}", "builder", 0.01)
            claim = await ledger.claim(request(n), intent, known=0, bounds=bounds)
            assert isinstance(claim, Granted), claim
            await ledger.keep(claim.call, RawReply(status=200, body=REPLY))
            await ledger.settle(claim.call, usage=Usage(input_tokens=2000, output_tokens=800), cost_usd=0.01)

    try:
        await asyncio.gather(*(worker() for _ in range(concurrency)))
    finally:
        await ledger.close()


def _process(
    barrier: object, url: str, run: str, calls: int, concurrency: int, bounds: Bounds | None
) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    asyncio.run(take_part(url, run, calls, concurrency, bounds))


def rate(url: str, *, processes: int, calls: int, concurrency: int, bounds: Bounds | None) -> float:
    """Calls a second over all processes."""
    forking = multiprocessing.get_context("fork")
    barrier = forking.Barrier(processes + 1)
    part = partial(_process, barrier, url, f"run-{time.time_ns()}", calls, concurrency, bounds)
    children = [forking.Process(target=part) for _ in range(processes)]
    for child in children:
        child.start()
    barrier.wait()
    start = time.perf_counter()
    for child in children:
        child.join()
        assert child.exitcode == 0
    return processes * calls / (time.perf_counter() - start)


def main() -> None:
    """Read the flags and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ledger", required=True, help="an address")
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--calls", type=int, default=1000, help="of each process")
    parser.add_argument("--concurrency", type=int, default=32, help="calls in work in each process")
    flags = parser.parse_args()
    numbers = {"processes": flags.processes, "calls": flags.calls, "concurrency": flags.concurrency}
    for name, bounds in (
        ("unbounded", None),
        ("cap", Bounds(cap_usd=_MUCH)),
        ("cap, concurrency", Bounds(cap_usd=_MUCH, concurrency=_MUCH)),
        ("cap, concurrency, pace", Bounds(_MUCH, _MUCH, _MUCH, _MUCH, 2000)),
    ):
        print(f"{name:24} {rate(flags.ledger, bounds=bounds, **numbers):7.0f} calls/s")


if __name__ == "__main__":
    main()
