"""Connections are kept and used again, each by one request at a time; what broke or waited long is not."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import ssl
import subprocess
import time
import weakref
from contextlib import asynccontextmanager
from shutil import which
from weakref import WeakSet

import httpx2
import pytest

from panel.calls.wire.connections import Connections
from panel.calls.wire.line import Line
from panel.calls.wire.observed import CURRENT, Exchange

try:
    import uvloop
except ImportError:
    uvloop = None

REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
LAST = REPLY.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
HALF = REPLY[:-1]
#: There is no uvloop for some systems.
LOOPS = [asyncio.new_event_loop] + ([uvloop.new_event_loop] if uvloop else [])


class Server:
    """Answers as it is told, and counts who came.

    `barrier` keeps answers back until so many requests have come.
    """

    def __init__(self, *answers, barrier=1, tls=None):
        self.answers, self.barrier, self.tls = list(answers), barrier, tls
        self.connections = self.requests = 0
        self.enough = asyncio.Event()
        self.writers = []

    async def _serve(self, reader, writer):
        self.connections += 1
        self.writers.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split()[0]))
                self.requests += 1
                if self.requests % self.barrier == 0:
                    self.enough.set()
                    self.enough = asyncio.Event()
                else:
                    await self.enough.wait()
                answer = self.answers.pop(0) if self.answers else REPLY
                writer.write(answer)
                if answer != REPLY:
                    break
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    @asynccontextmanager
    async def running(self):
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self


async def ask(connections, server, scheme="http", host="127.0.0.1", headers=None):
    """One request, its whole reply, and whether it left."""
    exchange = Exchange()
    CURRENT.set(exchange)
    request = httpx2.Request("POST", f"{scheme}://{host}:{server.port}/v1", content=b"{}", headers=headers)
    try:
        response = await connections.handle_async_request(request)
        ask.status, ask.headers = response.status_code, response.headers
        try:
            return await response.aread()
        finally:
            await response.aclose()
    finally:
        ask.left = exchange.left


def run(work, *answers, barrier=1, loop=None, **settings):
    """Do `work` with new connections and a server; the server."""

    async def within():
        async with Server(*answers, barrier=barrier).running() as server:
            connections = Connections(ssl.create_default_context(), **settings)
            try:
                await work(connections, server)
            finally:
                await connections.aclose()
            return server

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(within())


def test_one_request_after_the_other_goes_over_the_same_connection():
    async def work(connections, server):
        for _ in range(5):
            assert await ask(connections, server) == b"{}"

    server = run(work)
    assert (server.requests, server.connections) == (5, 1)


def test_as_many_connections_are_kept_as_requests_were_under_way_at_once():
    async def work(connections, server):
        for _ in range(3):
            await asyncio.gather(*(ask(connections, server) for _ in range(40)))

    server = run(work, barrier=40)
    assert (server.requests, server.connections) == (120, 40)


def test_a_connection_the_server_closes_is_not_used_again():
    async def work(connections, server):
        await ask(connections, server)
        await ask(connections, server)

    assert run(work, LAST).connections == 2


def test_a_connection_that_was_closed_while_it_waited_is_not_used():
    async def work(connections, server):
        await ask(connections, server)
        server.writers[0].close()
        await asyncio.sleep(0.05)
        assert await ask(connections, server) == b"{}"

    assert run(work).connections == 2


@pytest.mark.parametrize("ends", ["by us", "by the server"])
@pytest.mark.parametrize("loop", LOOPS)
def test_a_connection_that_ended_is_gone_at_once(loop, ends):
    # With hundreds in flight the collector of reference circles comes too late: it looks rarely then.
    async def work(connections, server):
        before = WeakSet(each for each in gc.get_objects() if isinstance(each, Line))
        await ask(connections, server)
        lines = [
            weakref.ref(each) for each in gc.get_objects() if isinstance(each, Line) and each not in before
        ]
        gc.disable()
        try:
            if ends == "by us":
                await connections.aclose()
            else:
                server.writers[0].close()
                await asyncio.sleep(0.05)
                await ask(connections, server)  # finds that it ended
            await asyncio.sleep(0.05)
            assert len(lines) == 1
            assert lines[0]() is None
        finally:
            gc.enable()

    run(work, loop=loop)


def test_a_connection_that_waited_too_long_is_not_used():
    async def work(connections, server):
        await ask(connections, server)
        await asyncio.sleep(0.05)
        await ask(connections, server)

    assert run(work, idle_seconds=0.01).connections == 2


def test_a_connection_that_broke_is_not_used_again_and_its_request_had_left():
    async def work(connections, server):
        with pytest.raises(httpx2.RemoteProtocolError):
            await ask(connections, server)
        assert ask.left
        assert await ask(connections, server) == b"{}"

    assert run(work, HALF).connections == 2


def test_a_request_that_is_given_up_takes_its_connection_along():
    async def work(connections, server):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await ask(connections, server)
        server.barrier = 1
        assert await ask(connections, server) == b"{}"

    assert run(work, barrier=3).connections == 2


def test_a_reply_may_be_announced_before_it_comes():
    async def work(connections, server):
        for _ in range(2):
            assert await ask(connections, server) == b"{}"

    assert run(work, b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + LAST).connections == 2


def test_a_body_without_a_length_ends_with_its_connection():
    async def work(connections, server):
        assert await ask(connections, server) == b"{}"

    run(work, b"HTTP/1.1 200 OK\r\n\r\n{}")


@pytest.mark.parametrize(
    "more",
    [b"{}", REPLY, b"HTTP/1.1 408 Late\r\nContent-Length: 4\r\n\r\nlate"],
    ids=["garbage", "reply", "error"],
)
def test_what_comes_beyond_a_reply_changes_nothing_of_it_and_ends_the_connection(more):
    async def work(connections, server):
        for _ in range(2):
            assert await ask(connections, server) == b"{}"
            assert (ask.status, ask.headers["content-length"]) == (200, "2")

    assert run(work, REPLY + more).connections == 2


def test_what_comes_while_nothing_is_asked_ends_the_connection():
    async def work(connections, server):
        await ask(connections, server)
        server.writers[0].write(REPLY)
        await asyncio.sleep(0.05)
        assert server.writers[0].transport.is_closing()
        assert await ask(connections, server) == b"{}"

    assert run(work).connections == 2


@pytest.mark.parametrize("said", [b"", LAST], ids=["an end", "a reply nobody asked for"])
def test_a_loop_that_was_too_busy_to_see_it_does_not_use_a_connection_that_ended(said):
    async def work(connections, server):
        await ask(connections, server)
        number = server.writers[0].get_extra_info("socket").fileno()
        with socket.socket(fileno=os.dup(number)) as connection:
            connection.send(said)
            connection.shutdown(socket.SHUT_WR)
        time.sleep(0.1)  # noqa: ASYNC251 (that is what being busy is)
        assert await ask(connections, server) == b"{}"
        assert ask.headers.get("connection") is None

    assert run(work).connections == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "Expected HTTP/"),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "another protocol"),
        (REPLY.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"), "Transfer-Encoding"),
        (b"HTTP/1.1 200 OK\r\nX: " + 200_000 * b"x" + b"\r\n\r\n", "longer than 102,400 bytes"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: " + 900_000 * b"x",
            "longer than 102,400 bytes",
        ),
        (b"", "Server disconnected without sending a response"),
        (HALF, "without sending complete message body"),
    ],
    ids=[
        "no HTTP",
        "another protocol",
        "two lengths",
        "endless head",
        "endless trailer",
        "nothing",
        "half a body",
    ],
)
def test_what_is_no_whole_reply_is_told_as_what_it_is(answer, said):
    async def work(connections, server):
        with pytest.raises(httpx2.RemoteProtocolError, match=said):
            await ask(connections, server)

    run(work, answer)


@pytest.mark.parametrize("value", [b"a\r\nX-Evil: 1", b"a\nb", b"a\x00b"], ids=["CRLF", "LF", "NUL"])
def test_no_header_can_smuggle_in_another(value):
    async def work(connections, server):
        with pytest.raises(httpx2.LocalProtocolError):
            await ask(connections, server, headers={b"X-Key": value})
        assert not ask.left

    assert run(work).requests == 0


def test_a_body_without_a_length_does_not_leave():
    async def work(connections, server):
        request = httpx2.Request(
            "POST", f"http://127.0.0.1:{server.port}/", headers={"Transfer-Encoding": "chunked"}
        )
        with pytest.raises(httpx2.LocalProtocolError, match="without a length"):
            await connections.handle_async_request(request)

    assert run(work).requests == 0


def test_where_nobody_listens_nothing_has_left():
    async def work(connections, server):
        server.port = 1
        with pytest.raises(httpx2.ConnectError):
            await ask(connections, server)
        assert not ask.left

    run(work)


def test_another_protocol_is_refused():
    async def work(connections, server):
        with pytest.raises(httpx2.UnsupportedProtocol, match="'ftp' is neither http nor https"):
            await ask(connections, server, scheme="ftp")

    run(work)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A key and a certificate for localhost, made for this run."""
    if which("openssl") is None:
        pytest.skip("openssl makes the certificate, and is not installed")
    folder = tmp_path_factory.mktemp("tls")
    key, made = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, "-keyout", key, "-out", made], check=True, capture_output=True)
    return key, made


@pytest.mark.parametrize(
    ("trusted", "host", "comes"),
    [(True, "localhost", True), (False, "localhost", False), (True, "127.0.0.1", False)],
    ids=["trusted", "not trusted", "another name"],
)
def test_over_tls_only_to_a_server_that_proves_its_name(certificate, trusted, host, comes):
    key, made = certificate
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(made, key)

    async def within():
        async with Server(tls=served).running() as server:
            connections = Connections(ssl.create_default_context(cafile=made if trusted else None))
            try:
                if comes:
                    assert [await ask(connections, server, "https", host) for _ in range(2)] == [b"{}"] * 2
                else:
                    with pytest.raises(httpx2.ConnectError, match="certificate verify failed"):
                        await ask(connections, server, "https", host)
                    assert not ask.left
            finally:
                await connections.aclose()
            return server

    server = asyncio.run(within())
    assert (server.requests, server.connections) == ((2, 1) if comes else (0, server.connections))
