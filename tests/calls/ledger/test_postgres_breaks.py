"""What becomes of calls when the connection to PostgreSQL breaks or the server goes away."""

import asyncio
import contextlib
import time

import psycopg
import pytest

from panel.calls.ledger import postgres
from panel.calls.ledger.base import Granted, InFlight
from panel.core.errors import StoppedEarly
from panel.core.requests import Usage
from tests.calls.fakes import raw, request
from tests.calls.ledger.test_postgres import END_ALL, INTENT, intend, keep_one, opened, states, using


class Proxy:
    """Passes bytes on to the server; cuts a connection before a chosen answer comes back.

    `questions` counts what was sent to the server; one for each round trip.
    """

    def __init__(self, url):
        self._there = psycopg.conninfo.conninfo_to_dict(url)
        self.questions = 0
        self.cut_at = None
        self.cuts = 0
        self._serving = set()

    @contextlib.asynccontextmanager
    async def running(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        here = server.sockets[0].getsockname()[1]
        options = self._there["options"].replace("=", "%3D")
        yield f"postgresql://panel@127.0.0.1:{here}/postgres?options={options}"
        server.close()
        await asyncio.gather(*self._serving)

    async def _serve(self, reader, writer):
        self._serving.add(asyncio.current_task())
        up_reader, up_writer = await asyncio.open_connection(self._there["host"], self._there["port"])
        cut = asyncio.Event()

        async def up():
            while data := await reader.read(1 << 20):
                self.questions += 1
                if self.questions == self.cut_at:
                    cut.set()
                up_writer.write(data)

        async def down():
            while data := await up_reader.read(1 << 20):
                if cut.is_set():  # it was done, and nobody hears of it
                    self.cuts += 1
                    return
                writer.write(data)

        passing = [asyncio.create_task(up()), asyncio.create_task(down())]
        await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        for end in (*passing, writer, up_writer):
            end.cancel() if isinstance(end, asyncio.Task) else end.close()


def over_a_proxy(url, work):
    async def run():
        proxy = Proxy(url)
        async with proxy.running() as address, opened(address) as ledger:
            await keep_one(ledger, "so that there is a connection")
            proxy.questions = 0
            await work(ledger, proxy)

    asyncio.run(asyncio.wait_for(run(), 60))


def test_a_claim_takes_two_round_trips_and_every_other_write_one(postgres_url):
    async def run(ledger, proxy):
        call = await intend(ledger, "new")
        assert proxy.questions == 2
        assert await ledger.claim(request("new"), INTENT, known=0) == InFlight()
        assert proxy.questions == 4
        await ledger.keep(call, raw())
        assert proxy.questions == 5
        await ledger.settle(call, usage=Usage(), cost_usd=0.1)
        assert proxy.questions == 6

    over_a_proxy(postgres_url, run)


@pytest.mark.parametrize("at", [1, 2])
def test_a_claim_whose_answer_is_lost_is_granted_once(postgres_url, at):
    async def run(ledger, proxy):
        proxy.cut_at = at
        assert isinstance(await ledger.claim(request("new"), INTENT, known=0), Granted)
        assert proxy.cuts == 1
        assert await states(ledger) == ["kept", "open"]

    over_a_proxy(postgres_url, run)


def test_a_reply_that_was_stored_when_the_connection_broke_is_stored_once_and_well(postgres_url):
    async def run(ledger, proxy):
        call = await intend(ledger, "new")
        proxy.cut_at = proxy.questions + 1
        await ledger.keep(call, raw("here it is"))
        assert proxy.cuts == 1
        (reply,) = await ledger.replies(request("new").key)
        assert reply.raw == raw("here it is")
        with pytest.raises(LookupError):
            await ledger.keep(call, raw("here it is"))

    over_a_proxy(postgres_url, run)


def test_so_it_is_with_what_it_cost_and_with_what_brought_no_reply(postgres_url):
    async def run(ledger, proxy):
        call, lost = await keep_one(ledger, "new"), await intend(ledger, "lost")
        proxy.cut_at = proxy.questions + 1
        await ledger.settle(call, usage=Usage(), cost_usd=0.125)
        proxy.cut_at = proxy.questions + 1
        await ledger.abandon(lost, status=None, why="reset", maybe_paid=True)
        assert proxy.cuts == 2
        assert await states(ledger) == ["kept", "settled", "maybe_paid"]

    over_a_proxy(postgres_url, run)


def test_another_reply_is_not_taken_for_the_one_that_was_stored(postgres_url):
    async def run(ledger, proxy):
        call = await keep_one(ledger, "new")
        await asyncio.sleep(0.002)
        proxy.cut_at = proxy.questions + 1
        with pytest.raises(LookupError):
            await ledger.keep(call, raw("another"))
        assert proxy.cuts == 1

    over_a_proxy(postgres_url, run)


def test_connections_ended_by_the_server_cost_no_call_and_double_none(postgres_url, postgres_server):
    async def ask(ledger, n):
        claim = await ledger.claim(request(str(n)), INTENT, known=0)
        await ledger.keep(claim.call, raw(str(n)))

    async def run(ledger):
        asking = asyncio.gather(*(ask(ledger, n) for n in range(256)))
        for _ in range(5):
            await asyncio.sleep(0.1)
            await asyncio.to_thread(postgres_server.execute, END_ALL)
        await asking
        assert await states(ledger) == ["kept"] * 256
        await asyncio.to_thread(postgres_server.execute, END_ALL)
        assert len(await ledger.replies(request("7").key)) == 1, "reading goes on, too"

    using(postgres_url, run)


def test_a_server_that_crashes_and_comes_back_has_lost_nothing_and_no_reply_is_given_up(
    postgres_url, postgres_server
):
    async def keep_many(ledger, calls):
        for n, call in enumerate(calls):
            await ledger.keep(call, raw(str(n)))
            await ledger.settle(call, usage=Usage(), cost_usd=0.5)
            if n == 10:
                crashing.set()

    async def run(ledger):
        calls = [[await intend(ledger, f"{who}-{n}") for n in range(40)] for who in range(4)]
        keeping = asyncio.gather(*(keep_many(ledger, mine) for mine in calls))
        await crashing.wait()
        await asyncio.to_thread(postgres_server.stop)
        claiming = asyncio.create_task(ledger.claim(request("in the meantime"), INTENT, known=0))
        await asyncio.sleep(1.0)
        assert not keeping.done()
        await asyncio.to_thread(postgres_server.start)
        await keeping
        assert isinstance(await claiming, Granted)
        assert await states(ledger) == ["settled"] * 160 + ["open"]
        assert await ledger.spent("run-1") == 160 * 0.5 + 0.25

    crashing = asyncio.Event()
    using(postgres_url, run)


def test_a_server_that_stays_away_stops_early_and_closing_does_not_hang(postgres_url, postgres_server):
    async def run(ledger):
        call = await intend(ledger)
        ledger._patience = ledger._reply_patience = 0.5
        await asyncio.to_thread(postgres_server.stop)
        for write in (ledger.keep(call, raw()), ledger.claim(request("new"), INTENT), states(ledger)):
            with pytest.raises(StoppedEarly) as caught:
                await write
            assert caught.value.message.startswith("postgresql://127.0.0.1")
            assert "every call that was acknowledged" in caught.value.saved
            assert "what the ledger acknowledged is not paid twice" in caught.value.hint

    try:
        using(postgres_url, run)
    finally:
        postgres_server.start()
    assert using(postgres_url, states) == ["open"]


def test_a_full_disk_stops_early_at_once(postgres_url):
    def fill(db):
        db.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
            " 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
        )
        db.execute("CREATE TRIGGER full_disk BEFORE INSERT ON calls EXECUTE FUNCTION full_disk()")

    async def run(ledger):
        await keep_one(ledger)
        with psycopg.connect(postgres_url, autocommit=True) as db:
            fill(db)
        started = time.monotonic()
        with pytest.raises(StoppedEarly) as caught:
            await intend(ledger, "new")
        assert time.monotonic() - started < 5
        assert caught.value.message == f"disk full: {ledger.place} could not be written"
        assert await states(ledger) == ["kept"]

    using(postgres_url, run)


def test_a_claim_whose_task_is_cancelled_is_done_to_the_end(postgres_url):
    async def run(ledger):
        claiming = asyncio.create_task(intend(ledger))
        await asyncio.sleep(0)
        claiming.cancel()
        with pytest.raises(asyncio.CancelledError):
            await claiming

    using(postgres_url, run)
    assert using(postgres_url, states) == ["open"]


def test_nothing_is_written_to_a_closed_ledger(postgres_url):
    async def run():
        ledger = await postgres.open_ledger(postgres_url)
        await ledger.close()
        with pytest.raises(RuntimeError, match="closed"):
            await intend(ledger)

    asyncio.run(run())
