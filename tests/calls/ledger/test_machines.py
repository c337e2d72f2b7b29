"""Three processes on one run over one PostgreSQL ledger, real calls and a vendor that counts: bounds hold."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace

import psycopg
import pytest

from panel.calls.budget import Budget
from panel.calls.client import Client
from panel.calls.errand import Answer
from panel.calls.faults import Fault
from panel.calls.ledger import postgres
from panel.calls.ledger.processes import LEASE_SECONDS, Process
from panel.calls.limits import Ceilings, Limiter
from panel.calls.prices import Prices
from panel.calls.retrying import RetryPolicy
from panel.core.requests import Message
from tests.calls.providers.dialects import CHAT
from tests.standin import Delay, Held, StandIn, Text, Usage, by_text

PRICES = Prices(2.0, 10.0)
RUN = "run-1"
#: Imports everything once; processes are forked from it.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["tests.calls.ledger.test_machines", "openai", "psycopg"])

ANSWER = Text('{"says": "Fine.", "decision": "ship"}')
SPENT = """SELECT coalesce(sum(CASE WHEN state = 'settled' THEN cost_usd WHEN state <> 'abandoned'
  THEN reserved_usd END), 0.0) FROM calls"""


@dataclass(frozen=True)
class Part:
    """What one process does: so many calls of its own, all at once, over its client.

    `machine` is the one it says it runs on; None for this one. It stops itself after `seconds`.
    """

    name: str
    ledger: str
    base_url: str
    calls: int
    cap: float | None = None
    ceilings: Ceilings = field(default_factory=lambda: Ceilings(50))
    machine: str | None = None
    seconds: float = 30.0


def question(part, number):
    words = f"{part.name:5} asks number {number:03d}."
    return CHAT.request(part.base_url, messages=(Message(role="user", parts=("A dossier.", words)),))


def take_part(part, start, results):
    start.wait(60)
    results.put(asyncio.run(worked(part)))


async def worked(part):
    """How many calls were answered, and what became of the others."""
    process = None if part.machine is None else Process(part.machine, os.getpid(), "1")
    ledger = await postgres.open_ledger(part.ledger, process=process)
    client = Client(
        ledger=ledger,
        connect=lambda _: CHAT.connect(part.base_url),
        run=RUN,
        prices=PRICES,
        budget=Budget(part.cap),
        limiter=Limiter(part.ceilings),
        policy=RetryPolicy(),
        shared=True,
    )
    asyncio.get_running_loop().call_later(part.seconds, client.stop)
    try:
        asking = (
            client.send(question(part, n), tool=f"{part.name}-{n}", persona="builder", known=0)
            for n in range(part.calls)
        )
        ended = await asyncio.gather(*asking, return_exceptions=True)
    finally:
        await client.close()
        await ledger.close()
    others = [repr(each) for each in ended if not isinstance(each, Answer | Fault)]
    assert not others, others
    return Counter("answered" if isinstance(each, Answer) else each.cause for each in ended)


class Machines:
    """Processes that start together."""

    def __init__(self, parts):
        self._start = FORKING.Event()
        self._results = FORKING.Queue()
        self.children = [
            FORKING.Process(target=take_part, args=(part, self._start, self._results)) for part in parts
        ]
        for child in self.children:
            child.start()
        self._start.set()

    def end(self, number=None):
        """What became of all calls, when so many processes have ended; all of them if None."""
        wanted = len(self.children) if number is None else number
        return sum((self._results.get(timeout=40) for _ in range(wanted)), Counter())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.children:
            child.kill()
            child.join(60)


@pytest.fixture
def server():
    with StandIn(lambda _: Delay(0.03, ANSWER)) as server:
        yield server


@pytest.fixture
def part(postgres_url, server):
    return Part("", postgres_url, server.openai_base_url, calls=20)


def three(part, **changes):
    return Machines(
        [replace(part, name=name, machine=f"machine {name}", **changes) for name in ("one", "two", "three")]
    )


def execute(part, sql):
    with psycopg.connect(part.ledger, autocommit=True) as db:
        done = db.execute(sql)
        return done.fetchall() if done.description else []


@pytest.fixture
def watched(part):
    """The most that was ever spent and set aside, as anybody could see it."""
    seen, over = [0.0], threading.Event()
    asyncio.run(made(part))

    def watch():
        with psycopg.connect(part.ledger, autocommit=True) as db:
            while not over.wait(0.002):
                seen[0] = max(seen[0], db.execute(SPENT).fetchone()[0])

    thread = threading.Thread(target=watch)
    thread.start()
    yield seen
    over.set()
    thread.join()


async def made(part):
    await (await postgres.open_ledger(part.ledger)).close()


def test_settled_and_open_money_of_three_processes_never_passes_the_cap(part, server, watched):
    upper = PRICES.upper_bound(CHAT.connect().vendor, question(part, 0))
    cap = 4.5 * upper
    server.script = lambda _: Delay(0.03, Usage(ANSWER, {"completion_tokens": 300}))  # of 700 at most
    with three(part, cap=cap) as machines:
        ended = machines.end()
    ((spent,),) = execute(part, SPENT)
    assert set(ended) == {"answered", "budget"}
    assert ended["answered"] == server.count > 4, "what came back was spent, too"
    assert cap - upper < spent <= watched[0] <= cap, "and nothing was refused that did fit"


def test_three_processes_never_have_more_in_flight_than_may_be(part, server):
    with three(part, ceilings=Ceilings(3)) as machines:
        assert machines.end() == {"answered": 60}
    assert (server.count, server.peak_in_flight) == (60, 3)


def test_three_processes_send_no_more_in_a_minute_than_may_be(part, server):
    ceilings = Ceilings(50, requests_per_minute=10)
    for minute in (1, 2):
        with three(replace(part, ceilings=ceilings, seconds=1.5), calls=10 * minute) as machines:
            ended = machines.end()
        assert server.count == ended["answered"] + 10 * (minute - 1) == 10 * minute
        assert set(ended) == {"answered", "stopped"}
        execute(part, "DELETE FROM calls")
        execute(part, "UPDATE departures SET second = second - 62")  # as if a minute had passed


@pytest.mark.parametrize("machine", [None, "machine one"], ids=["this machine", "another machine"])
def test_calls_of_a_killed_process_take_no_room_and_their_money_stays_set_aside(part, server, machine):
    never = threading.Event()
    server.script = by_text({"one   asks": Held(never, ANSWER)}, otherwise=Delay(0.01, ANSWER))
    upper = PRICES.upper_bound(CHAT.connect().vendor, question(part, 0))
    some = replace(part, ceilings=Ceilings(3), cap=1000 * upper)
    with (
        Machines([replace(some, name="one", machine=machine)]) as victim,
        Machines([replace(some, name="two", machine="machine two")]) as other,
    ):
        until(lambda: server.in_flight == 3 and server.count >= 3)
        if any("two   asks" in seen.text for seen in server.requests):  # it was quicker
            until(lambda: sum("one   asks" in seen.text for seen in server.requests) == 3)
        asked = server.count
        time.sleep(0.5)
        assert server.count == asked, "there is no room"
        os.kill(victim.children[0].pid, signal.SIGKILL)
        victim.children[0].join(60)
        if machine is not None:
            time.sleep(0.3)
            assert server.count == asked, "silence is short yet"
            execute(part, f"UPDATE owners SET beat = beat - {LEASE_SECONDS + 1} WHERE machine = '{machine}'")
        assert other.end() == {"answered": 20}
    states = Counter(state for (state,) in execute(part, "SELECT state FROM calls"))
    assert states == {"open": 3, "settled": 20}
    ((spent,),) = execute(part, SPENT)
    ((settled,),) = execute(part, f"{SPENT} WHERE state = 'settled'")
    assert spent == pytest.approx(settled + 3 * upper)
    never.set()


def until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
