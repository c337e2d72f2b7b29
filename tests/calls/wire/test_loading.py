"""An SDK takes seconds to import: the loop goes on meanwhile, and keys stay in the environment."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from panel.calls.faults import Fault
from panel.calls.providers.openai import VENDOR
from panel.calls.vendors import Connection
from panel.calls.wire.exchange import Wire
from panel.core.requests import CallRequest

REQUEST = CallRequest(
    provider="openai", model="m", system="", messages=(), schema={"type": "object"}, max_output_tokens=1
)


async def nothing(_sdk):
    """An SDK's method that sends nothing."""


class Sdk:
    def __init__(self, _connection, http):
        self.close = http.aclose


def wire(load):
    return Wire(VENDOR, Connection(), Sdk, load)


async def send(one):
    with pytest.raises(Fault, match="could not be asked"):
        await one.send(nothing, REQUEST, deadline=5)


def test_the_loop_goes_on_while_the_sdk_is_imported():
    async def beats_meanwhile():
        one, beats = wire(lambda: time.sleep(0.3)), 0
        sending = asyncio.ensure_future(send(one))
        while not sending.done():
            await asyncio.sleep(0.01)
            beats += 1
        await one.close()
        return beats

    assert asyncio.run(beats_meanwhile()) >= 8


def test_it_is_imported_once_however_often_is_sent_afterwards():
    loaded = []

    async def twice():
        one = wire(lambda: loaded.append(1))
        await send(one)
        await send(one)
        await one.close()

    asyncio.run(twice())
    assert loaded == [1]


def test_meanwhile_only_its_log_level_is_hidden(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("OPENAI_LOG", "debug")
    seen = []

    async def once():
        one = wire(lambda: seen.append({name for name in os.environ if name.startswith("OPENAI_")}))
        await send(one)
        await one.close()

    asyncio.run(once())
    assert seen == [{"OPENAI_API_KEY"}]
    assert os.environ["OPENAI_LOG"] == "debug"


def test_an_sdk_that_cannot_be_imported_is_a_fault_that_says_so():
    def load():
        raise ImportError("no module named openai")

    async def once():
        one = wire(load)
        with pytest.raises(Fault, match="could not be asked: ImportError: no module named openai"):
            await one.send(nothing, REQUEST, deadline=5)

    asyncio.run(once())
