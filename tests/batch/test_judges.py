"""Replies judged in a second process: as in the first one, and that process may die."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from panel.batch import judges as module
from panel.batch.judges import Judges, judging
from panel.batch.lists import open_list
from panel.cli.running import _loop_of_many as loop_of_many
from panel.judgement.grounding import Index
from panel.reviewers.rubric import GivenAway, ReplyInvalid
from panel.weighing import Here
from tests.batch.launches import write_list
from tests.batch.working import batch_of, kit_of, listed
from tests.judgement.samples import dossier, harbor, persona
from tests.standin import Refusal, StandIn, Text, Truncated, Usage, Verdict

_ROOT = Path(__file__).parents[2]
CANARY = "OSPREY"
#: What an answer of the panel looks like, each to be judged in another way.
ANSWERS = (
    None,
    Verdict(
        "skip", paragraph="I ran it on my laptop for two weeks. It costs $7 per month, says Quayside Labs."
    ),
    Verdict("ship", paragraph="It costs $5 per month, runs locally, and beats Cursor 2.1 by 37% in 2031."),
    Verdict("ship", extra={"decision": "skip"}),
    Text("no JSON at all"),
    Text('{"findings": ['),
    Truncated(),
    Refusal(),
)
#: What is in the vendor's cache depends on what was asked before, and when.
_NOTHING = {"cached_tokens": 0, "cache_write_tokens": 0}
UNCACHED = {"input_tokens_details": _NOTHING, "prompt_tokens_details": _NOTHING}


def varied(seen):
    """To the same request always the same answer, to another one mostly another."""
    answer = ANSWERS[int(seen.sha256[-4:], 16) % len(ANSWERS)]
    return Usage(answer, UNCACHED)


def works_here():
    return module.can_help()


pytestmark = pytest.mark.skipif(
    not works_here(), reason="one processor, or no POSIX: all is judged in one process"
)


def reply(**changes):
    findings = [{"move": "primitive", "says": "A box.", "leans": "for", "weight": "major", "evidence": []}]
    said = {"findings": findings, "bets": [], "paragraph": "It is a box for $20.", "decision": "ship"}
    return json.dumps(said | changes)


def gone(pid):
    """Whether there is no such process, but for what its parent has not looked at yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


async def soon(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.02)


class Run:
    """A list judged in a workspace of its own, what was said meanwhile, how much the second process got."""

    def __init__(self, folder, server, *, second, tools=12, meanwhile=None):
        self.kit = kit_of(folder, provider="openai", base_url=server.openai_base_url)
        self.path = write_list(folder, tools)
        self.second, self.meanwhile = second, meanwhile
        self.said, self.asked, self.reviewed = [], 0, 0
        with asyncio.Runner(loop_factory=loop_of_many) as runner:  # as `panel batch` does
            runner.run(self.go())

    async def go(self):
        listing = await open_list(str(self.path), self.kit.workspace, None)
        judges = Judges(self.said.append)

        def count(_review):
            self.reviewed += 1

        async with batch_of(self.kit, at_once=4, on_review=count) as batch:
            if self.second:
                await judges.start()
                batch._session.weighing = judges
            judge = judges.judge
            other = asyncio.ensure_future(self.meanwhile(self, judge)) if self.meanwhile else None
            with listed(listing) as one:
                self.report = await batch.work([one], stop=asyncio.Event())
            if other is not None:
                await other
            await judges.close()
        self.asked = judge.asked if judge else 0
        if judge:
            assert gone(judge.process.pid)

    def records(self):
        """Reviews and dossiers as they lie on the disk, without the run's id, the time and the folder."""
        found = {}
        for path in sorted(self.kit.records.root.glob("*/reviews/*.json")):
            record = json.loads(path.read_text())
            run = record.pop("run")
            assert record.pop("id") == f"{run}/{path.stem}"
            del record["created"]
            found[path.name] = json.dumps(record)
        found |= {path.name: path.read_text() for path in self.kit.records.root.glob("dossiers/*.json")}
        return {name: text.replace(str(self.path.parent), "") for name, text in found.items()}

    def ledger(self):
        """What was asked and what it cost, in any order."""
        with sqlite3.connect(self.kit.records.root / "ledger.sqlite") as db:
            rows = db.execute("SELECT key, tool, persona, state, status, usage, cost_usd, why FROM calls")
            return sorted(rows.fetchall(), key=repr)


def test_a_list_is_judged_alike_in_one_process_and_in_two(tmp_path):
    with StandIn(varied) as server:
        one = Run(tmp_path / "one", server, second=False)
        two = Run(tmp_path / "two", server, second=True)
    assert one.asked == 0
    assert two.asked >= 48
    assert two.said == []
    assert two.records() == one.records()
    assert len(one.records()) == 24
    assert two.ledger() == one.ledger()
    text = "".join(one.records().values())
    signs = [
        '"hands_on"',
        '"contested": true',
        '"kind": "truncated"',
        '"kind": "refusal"',
        '"kind": "invalid"',
    ]
    assert [sign for sign in signs if sign not in text] == [], "every kind of judgement was made"


def kill_after(reviews):
    async def kill(run, judge):
        await soon(lambda: run.reviewed >= reviews)
        os.kill(judge.process.pid, signal.SIGKILL)

    return kill


async def kill_with_replies_in_hand(_run, judge):
    os.kill(judge.process.pid, signal.SIGSTOP)
    await soon(lambda: len(judge._waiting) >= 4)
    os.kill(judge.process.pid, signal.SIGKILL)


@pytest.mark.parametrize("kill", [kill_after(2), kill_with_replies_in_hand])
def test_if_it_is_killed_all_goes_on_here_nothing_is_lost_and_nothing_paid_twice(tmp_path, kill):
    with StandIn(varied) as server:
        one = Run(tmp_path / "one", server, second=False)
        asked = server.count
        two = Run(tmp_path / "two", server, second=True, meanwhile=kill)
        assert server.count == 2 * asked
    assert 0 < two.asked < asked
    assert two.said == [
        "the process that judges replies has died: they are judged in the first one from now on"
    ]
    assert two.records() == one.records()
    assert two.ledger() == one.ledger()


def weighed(*texts, after=None):
    """What comes of replies about one tool in a second process, and here; exceptions as values."""
    index = harbor()

    async def there():
        judges = Judges(lambda _: None)
        await judges.start()
        try:
            if after is not None:
                after(judges.judge.process.pid)
            with judges.about(index) as scale:
                return [await tried(scale, text) for text in texts], judges.judge.asked
        finally:
            await judges.close()

    async def here():
        with Here().about(index) as scale:
            return [await tried(scale, text) for text in texts]

    async def tried(scale, text):
        try:
            return await scale(persona(), text, CANARY)
        except Exception as error:  # noqa: BLE001 (it is what is looked at)
            return error

    (found, asked), expected = asyncio.run(there()), asyncio.run(here())
    assert asked == len(texts)
    return found, expected


def test_what_a_reply_comes_to_is_the_same_there():
    found, expected = weighed(reply(), reply(paragraph="I tried it. It costs $21, says Ada Lovelace."))
    assert found == expected
    assert [claim.text for claim in found[0].grounding.dossier] == ["$20"]
    assert found[1].claims
    assert found[1].grounding.unsupported


def test_exceptions_come_back_as_they_are():
    found, expected = weighed("no JSON", '{"findings": [', reply(paragraph=f"The rules say {CANARY}."), None)
    assert [type(each) for each in found] == [ReplyInvalid, ReplyInvalid, GivenAway, TypeError]
    assert [str(each) for each in found] == [str(each) for each in expected]
    assert [each.truncated for each in found[:2]] == [False, True]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_that_are_meant_for_the_first_process_do_not_end_it(number):
    found, expected = weighed(reply(), after=lambda pid: os.kill(pid, number))
    assert found == expected


def test_a_short_list_starts_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "start_judge", None)  # calling it would raise

    async def go():
        async with batch_of(kit_of(tmp_path)) as batch, judging(batch._session, pytest.fail):
            assert isinstance(batch._session.weighing, Judges)
            listing = await open_list(str(write_list(tmp_path, 3)), batch._session.kit.workspace, None)
            with listed(listing) as one:
                return await batch.work([one], stop=asyncio.Event())

    assert asyncio.run(go()).endings == {"reviewed": 3}


def test_after_many_replies_the_process_is_started_while_the_first_one_goes_on():
    async def go():
        judges = Judges(pytest.fail, many=2)
        with judges.about(Index(dossier())) as scale:
            await scale(persona(), reply(), CANARY)
            await asyncio.sleep(0)
            assert judges._starting is None
            await scale(persona(), reply(), CANARY)
            assert judges.judge is None
            await soon(lambda: judges.judge is not None)
            await scale(persona(), reply(), CANARY)
            assert judges.judge.asked == 1
        await judges.close()

    asyncio.run(go())


@pytest.mark.parametrize(
    ("program", "said"),
    [("/no/such/program", "no second process to judge in"), ("/bin/false", "has died")],
)
def test_where_it_cannot_start_all_is_judged_here(monkeypatch, program, said):
    told = []

    async def go():
        judges = Judges(told.append)
        monkeypatch.setattr(sys, "executable", program)
        await judges.start()
        assert judges.judge is None
        with judges.about(Index(dossier())) as scale:
            assert (await scale(persona(), reply(), CANARY)).decision == "ship"
        await judges.close()

    asyncio.run(go())
    assert len(told) == 1
    assert said in told[0]


def test_with_one_processor_there_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)

    async def go():
        async with batch_of(kit_of(tmp_path)) as batch, judging(batch._session, pytest.fail):
            return batch._session.weighing

    assert isinstance(asyncio.run(go()), Here)


def test_it_ends_with_the_first_process_even_if_that_is_killed():
    program = (
        "import asyncio, sys\n"
        "from panel.batch.judges import Judges\n"
        "async def go():\n"
        "    judges = Judges(print)\n"
        "    await judges.start()\n"
        "    print(judges.judge.process.pid, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(go())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    ) as first:
        pid = int(first.stdout.readline())
        assert not gone(pid)
        first.kill()
    wait_until(lambda: gone(pid))


def test_it_forgets_a_tool_that_is_over():
    async def go():
        judges = Judges(pytest.fail)
        await judges.start()
        for _ in range(3):
            with judges.about(Index(dossier())) as scale:
                await scale(persona(), reply(), CANARY)
                assert len(judges.judge._dossiers) == 1
        assert judges.judge._dossiers == set()
        await judges.close()

    asyncio.run(go())
