"""What a connection may cost: real sockets, with times and numbers made small."""

import asyncio
import contextlib
import logging

import pytest

from panel.votes import serving
from panel.votes.guard import Rarely
from panel.votes.serving import listen, serve
from tests.votes.client import application

_LONG = 30.0
_BIG = 20_000_000


@pytest.fixture(autouse=True)
def _logging_as_it_was():
    names = ("uvicorn", "uvicorn.error", "uvicorn.access")
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def met(folder, scenario):
    """What `scenario(port)` comes to while the server runs."""

    async def go():
        app, store = application(folder)
        (folder / "site" / "big.bin").write_bytes(b"x" * _BIG)
        stop, listener = asyncio.Event(), listen("127.0.0.1", 0)
        running = asyncio.create_task(serve(app, listener, stop))
        try:
            async with asyncio.timeout(_LONG):
                return await scenario(listener.getsockname()[1])
        finally:
            stop.set()
            await running
            await store.close()

    return asyncio.run(go())


@contextlib.asynccontextmanager
async def connected(port, **how):
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", port, **how)
    try:
        yield incoming, outgoing
    finally:
        outgoing.close()


async def cut(incoming):
    """Read until the server has ended the connection; what was read."""
    read = b""
    with contextlib.suppress(ConnectionError):
        while chunk := await incoming.read(65536):
            read += chunk
    return read


GET = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n"


def test_a_client_that_sends_nothing_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.1)

    async def scenario(port):
        async with connected(port) as (incoming, _):
            return await cut(incoming)

    assert met(tmp_path, scenario) == b""


def test_a_client_that_does_not_read_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "WHOLE_SECONDS", 0.3)

    async def scenario(port):
        async with connected(port, limit=1024) as (incoming, outgoing):
            outgoing.write(GET % b"/big.bin")
            await asyncio.sleep(1.5)
            return len(await cut(incoming))

    assert met(tmp_path, scenario) < _BIG


def test_a_client_that_reads_gets_all_and_may_ask_again_on_the_same_connection(tmp_path):
    async def scenario(port):
        async with connected(port) as (incoming, outgoing):
            for _ in range(3):
                outgoing.write(GET % b"/big.bin")
                head = await incoming.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200 ")
                assert len(await incoming.readexactly(_BIG)) == _BIG
        return True

    assert met(tmp_path, scenario)


def test_connections_above_the_most_are_closed_as_they_come(tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 2)

    async def scenario(port):
        async with connected(port), connected(port) as (incoming, outgoing), connected(port) as (third, _):
            refused = await cut(third)
            outgoing.write(GET % b"/tools/codestral/")
            return refused, await incoming.readline()

    assert met(tmp_path, scenario) == (b"", b"HTTP/1.1 200 OK\r\n")


def test_the_same_line_is_said_once_in_ten_seconds():
    said, now = [], [0.0]
    rarely = Rarely(said.append, clock=lambda: now[0])
    for line in ("full", "full", "other", "full"):
        rarely(line)
    now[0] = 10.0
    rarely("full")
    assert said == ["full", "other", "full", "full"]
