"""Work done together ends together: what was paid for is not thrown away because something else failed."""

from __future__ import annotations

import asyncio
import threading

import pytest

from panel.core.errors import InputError
from panel.session import Session, open_session
from tests.batch.working import kit_of


class StoppableClient:
    """A client that only notes that it was stopped."""

    stopped = False

    def stop(self):
        self.stopped = True


def session():
    return Session(kit=None, run=None, client=StoppableClient(), tell=lambda *_: None)


def test_results_come_in_order():
    async def later(value, seconds):
        await asyncio.sleep(seconds)
        return value

    assert asyncio.run(session().together([later(1, 0.02), later(2, 0)])) == [1, 2]


def test_when_one_fails_nothing_more_is_sent_and_the_others_are_waited_for():
    finished = []

    async def fails():
        raise InputError("no price")

    async def in_flight():
        await asyncio.sleep(0.05)
        finished.append("answer")

    here = session()
    with pytest.raises(InputError):
        asyncio.run(here.together([in_flight(), fails(), in_flight()]))
    assert finished == ["answer", "answer"]
    assert here.client.stopped


def test_a_cancellation_reaches_everybody_and_is_waited_for():
    cleaned = []

    async def holds():
        try:
            await asyncio.sleep(30)
        finally:
            cleaned.append(True)

    async def cancelled():
        task = asyncio.ensure_future(session().together([holds(), holds()]))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert cleaned == [True, True]


def test_a_ledger_is_closed_if_the_run_cannot_be_begun(tmp_path):
    kit = kit_of(tmp_path)

    def no_room(_run):
        raise InputError("no room")

    async def go():
        kit.records.write_run = no_room
        async with open_session(
            kit, "review", [], mode="use_ledger", stop=asyncio.Event(), tell=lambda *_: None
        ):
            pytest.fail("it was begun")

    before = threading.active_count()
    with pytest.raises(InputError, match="no room"):
        asyncio.run(go())
    assert threading.active_count() == before
