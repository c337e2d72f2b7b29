"""A list through the panel: what is begun, what is left, and what comes of trouble."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import time
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest

from panel.batch.lists import open_list
from panel.batch.memory import MOST_STARTS
from panel.calls.breaker import Breaker
from panel.calls.budget import Budget
from panel.calls.client import Client
from panel.calls.limits import Ceilings, Limiter
from panel.calls.retrying import RetryPolicy
from panel.core.errors import StoppedEarly
from panel.core.records import utc_now
from panel.evidence.fetching.endings import NotFetched, Trouble
from tests.batch.launches import launch, write_list
from tests.batch.web import Web
from tests.batch.working import batch_of, kit_of, listed, work_through
from tests.standin import StandIn, Status

_ROOT = Path(__file__).parents[2]


def slugs(kit):
    return sorted(path.stem for path in kit.records.root.glob("*/reviews/*.json"))


def test_no_more_tools_are_at_work_than_asked_for(tmp_path):
    kit, at_work = kit_of(tmp_path), []

    def look(_review):
        at_work.append(batch.report.in_work)

    async def go():
        nonlocal batch
        listing = await open_list(str(write_list(tmp_path, 9)), kit.workspace, None)
        async with batch_of(kit, on_review=look, at_once=3) as batch:
            with listed(listing) as one:
                return await batch.work([one], stop=asyncio.Event())

    batch = None
    report = asyncio.run(go())
    assert report.endings == {"reviewed": 9}
    assert report.in_work == 0
    assert 1 <= max(at_work) <= 3


def test_the_deadline_goes_by_a_clock_that_never_runs_backwards(tmp_path):
    seconds = iter(range(1000))
    batch = work_through(
        kit_of(tmp_path), write_list(tmp_path, 8), at_once=1, deadline=6, clock=lambda: next(seconds)
    )
    assert batch.stopped
    assert batch.report.endings["reviewed"] + batch.report.endings["parked"] == 8
    assert batch.report.endings["parked"] > 0
    assert {trouble.what for trouble in batch.report.troubles} == {"the deadline is over"}


@pytest.mark.parametrize("jump", [timedelta(hours=-2), timedelta(hours=2), timedelta(days=-400)])
def test_run_ids_stay_in_order_and_unique_when_the_clock_jumps(tmp_path, jump):  # B16
    records = kit_of(tmp_path).records
    ids = [records.open_run()]
    ids += [records.open_run(utc_now() + jump) for _ in range(3)]
    ids.append(records.open_run())
    assert ids == sorted(set(ids))


# ---------------------------------------------------------------- a tool that brings the program down


def test_a_tool_that_kills_the_process_is_left_alone_after_five_starts_and_all_others_are_done(
    tmp_path,
):  # B15
    path = write_list(tmp_path, ["One", "Two", "Poison", "Three", "Four", "Five", "Six"])
    command = [sys.executable, "-m", "tests.batch.poisoned", str(tmp_path), str(path)]
    deaths, ended = 0, None
    for _ in range(MOST_STARTS + 1):
        ended = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=60, check=False)
        deaths += ended.returncode == -9
    assert deaths == MOST_STARTS
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(f"{path}:3: failed: was begun 5 times and never ended")
    assert slugs(kit_of(tmp_path)) == ["five", "four", "one", "six", "three", "two"]


def test_a_change_of_its_content_gives_it_another_chance(tmp_path):
    kit, path = kit_of(tmp_path), write_list(tmp_path, ["Poison"])

    async def begin_in_vain():
        listing = await open_list(str(path), kit.workspace, None)
        (line,) = listing.lines
        async with batch_of(kit) as batch:
            with listed(listing) as one:
                content = one.intake.content(line)
            for _ in range(MOST_STARTS):
                before = (await batch._memory.recall([line.identity])).get(line.identity)
                await batch._memory.begin(line.identity, content, "an-earlier-run", before)

    asyncio.run(begin_in_vain())
    assert work_through(kit, path).report.endings == {"failed": 1}
    write_list(tmp_path, [launch("Poison", text="Poison was mended and is an editor for small teams now.")])
    assert work_through(kit, path).report.endings == {"reviewed": 1}


def test_a_full_disk_is_no_fault_of_the_tools_it_met(tmp_path):
    kit, path = kit_of(tmp_path), write_list(tmp_path, ["One"])

    def no_room(_review):
        raise StoppedEarly("the disk is full")

    for _ in range(MOST_STARTS + 1):
        with pytest.raises(StoppedEarly):
            work_through(kit, path, on_review=no_room)
    assert work_through(kit, path).report.endings == {"reviewed": 1}


# ---------------------------------------------------------------- long lists


def test_memory_does_not_grow_with_the_list(tmp_path):  # B17
    kit = kit_of(tmp_path, personas="builder")
    few, many = 100, 400
    path = write_list(
        tmp_path, [launch(f"Tool {n}", text=f"Tool {n} runs locally for $5.") for n in range(many)]
    )
    sizes, seen = {}, 0

    def weigh(_review):
        nonlocal seen
        seen += 1
        if seen in {few, many}:
            gc.collect()
            sizes[seen] = tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        batch = work_through(kit, path, on_review=weigh)
    finally:
        tracemalloc.stop()
    assert batch.report.endings == {"reviewed": many}
    a_tool = (sizes[many] - sizes[few]) / (many - few)
    assert a_tool < 1_000, "bytes a tool: short hashes; a review alone has over 10,000"


# ---------------------------------------------------------------- a provider that is down


class QuickTime:
    """A clock that runs twenty times as fast, and a sleep that goes by it; faster, and a load would show."""

    FASTER = 20

    def __call__(self):
        return time.monotonic() * self.FASTER

    async def sleep(self, seconds):
        await asyncio.sleep(seconds / self.FASTER)


def test_a_storm_meets_a_handful_of_requests_and_then_all_tools_are_reviewed(tmp_path):  # A06
    path, quick = write_list(tmp_path, 40), QuickTime()

    async def go(server):
        kit = kit_of(tmp_path, provider="openai", base_url=server.openai_base_url)
        listing = await open_list(str(path), kit.workspace, None)
        async with batch_of(kit, at_once=8) as batch:
            patient(batch, quick)
            with listed(listing) as one:
                await batch.work([one], stop=asyncio.Event())
        return batch, kit

    with StandIn(storm(60 / quick.FASTER)) as server:
        batch, kit = asyncio.run(go(server))
        assert 20 <= server.statuses[529] <= 30
        failed = batch.report.endings["failed"]
        assert batch.report.endings.total() == batch.report.endings["reviewed"] + failed == 40
        again, kit = asyncio.run(go(server))
        assert again.report.endings["reviewed"] == failed
        assert again.report.endings["known"] == 40 - failed
    reviews = [json.loads(path.read_text()) for path in kit.records.root.glob("*/reviews/*.json")]
    done = {review["tool"]["slug"] for review in reviews if review["status"] != "no_quorum"}
    assert len(done) == 40


def storm(seconds):
    """529 to everything for so long after the first request."""
    over = None

    def script(_seen):
        nonlocal over
        over = over or time.monotonic() + seconds
        return Status(529) if time.monotonic() < over else None

    return script


def patient(batch, quick):
    """Give the batch a client whose waits pass quickly."""
    session = batch._session
    session.client = Client(
        ledger=session.client.ledger,
        connect=session.kit.provider,
        run=session.run.id,
        prices=session.kit.prices,
        budget=Budget(None),
        limiter=Limiter(Ceilings(concurrency=8), clock=quick, sleep=quick.sleep),
        policy=RetryPolicy(clock=quick, sleep=quick.sleep),
        breaker=Breaker(waits=True, clock=quick, sleep=quick.sleep),
    )


# ---------------------------------------------------------------- hosts that ask for patience


def test_a_host_that_asks_to_come_back_later_parks_its_tools_and_no_others(tmp_path):
    class Busy(Web):
        async def get(self, url, **_more):
            if self.busy:
                raise NotFetched(url, Trouble("status", "answered 429", status=429))
            return await super().get(url, accept=("text/markdown",))

    page = "# Ferry\n\nFerry moves files between two folders, keeps a log of it, and costs $5 a month.\n"
    web = Busy({"https://ferry.example/": (page, "text/markdown")})
    web.busy = True
    kit = kit_of(tmp_path)
    path = write_list(tmp_path, [launch("Ferry", text=None, url="https://ferry.example/"), "Other"])
    batch = work_through(kit, path, fetcher=web)
    assert batch.report.endings == {"parked": 1, "reviewed": 1}
    assert not batch.stopped, "the run is not over for one host's sake"
    web.busy = False
    assert work_through(kit, path, fetcher=web).report.endings == {"reviewed": 1, "known": 1}
