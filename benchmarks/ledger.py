"""How many calls a second a ledger makes durable, by how many are in flight.

    python -m benchmarks.ledger [--ledger postgresql://…] [--calls 2000]

One call is four steps that each wait for the disk where they must: look up, claim, keep, settle.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from panel.calls.ledger.base import Granted, Intent, Ledger, address_of, open_ledger
from panel.core.requests import CallRequest, Message, RawReply, Usage

#: As long as a dossier and a reply usually are.
DOSSIER, REPLY = "The dossier says a lot. " * 300, b'{"text": "' + b"It ships. " * 600 + b'"}'


def request(n: int) -> CallRequest:
    """The n-th question; four of them share a dossier."""
    return CallRequest(
        provider="none",
        model="none",
        system="You are one of four reviewers.",
        messages=(Message(role="user", parts=(f"{DOSSIER}{n // 4}", f"Seat {n % 4}, {time.time_ns()}")),),
        schema={"type": "object"},
        max_output_tokens=1000,
    )


async def one_call(ledger: Ledger, n: int) -> None:
    """Everything that happens to a call in the ledger."""
    asked = request(n)
    await ledger.replies(asked.key)
    claim = await ledger.claim(asked, Intent("benchmark", f"tool-{n // 4}", "builder", 0.01), known=0)
    assert isinstance(claim, Granted)
    await ledger.keep(claim.call, RawReply(status=200, body=REPLY))
    await ledger.settle(claim.call, usage=Usage(input_tokens=2000, output_tokens=800), cost_usd=0.01)


async def rate(ledger: Ledger, calls: int, concurrency: int) -> float:
    """Calls per second."""
    numbers = iter(range(calls))

    async def worker() -> None:
        for n in numbers:
            await one_call(ledger, n)

    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return calls / (time.perf_counter() - start)


async def run(url: str, calls: int) -> None:
    """Print a line for each number of calls in flight."""
    ledger = await open_ledger(url)
    try:
        print(f"{ledger.place}, {calls} calls each")
        await rate(ledger, 50, 8)  # connections are made, files are open
        for concurrency in (1, 8, 64, 256):
            print(f"{concurrency:4} in flight: {await rate(ledger, calls, concurrency):7.0f} calls/s")
    finally:
        await ledger.close()


def main() -> None:
    """Read the flags and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ledger", help="an address; a new file in a temporary folder if left out")
    parser.add_argument("--calls", type=int, default=2000)
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(flags.ledger or address_of(Path(folder) / "ledger.sqlite"), flags.calls))


if __name__ == "__main__":
    main()
