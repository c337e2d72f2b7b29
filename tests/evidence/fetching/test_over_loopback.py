"""With real sockets: a server on this machine, let in by an injected rule, and nothing else."""

import asyncio
import gzip
import ipaddress
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager

import pytest

from panel.evidence.fetching.endings import NotFetched
from panel.evidence.fetching.fetcher import Fetcher
from panel.evidence.fetching.limits import Limits
from panel.evidence.fetching.urls import Reach
from tests.evidence.fetching.internet import HTML, missing, page, redirect

HERE = ipaddress.ip_address("127.0.0.1")


@asynccontextmanager
async def serving(answers):
    """A server on a free port; `answers` maps a path to bytes, or to a function that writes."""

    async def serve(reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            answer = answers.get(head.split(b" ")[1].decode(), missing())
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has gone, as it should
        finally:
            writer.close()

    server = await asyncio.start_server(serve, str(HERE), 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def fetcher_for(port, **limits):
    reach = Reach(frozenset({80, 443, port}), lambda address: None if address == HERE else "not in this test")
    return Fetcher(user_agent="shipskip/0.0", limits=Limits(**({"interval": 0.0} | limits)), reach=reach)


def fetch(answers, path="/", **limits):
    async def work():
        async with serving(answers) as port, fetcher_for(port, **limits) as fetcher:
            return await fetcher.get(f"http://127.0.0.1:{port}{path}", accept=HTML)

    return asyncio.run(work())


def fails(answers, **limits):
    with pytest.raises(NotFetched) as caught:
        fetch(answers, **limits)
    return caught.value


def test_a_page_is_fetched_through_redirects_and_robots():
    body = gzip.compress("Größe".encode())
    answers = {
        "/": redirect("/docs"),
        "/docs": page(body, Content_Encoding="gzip"),
        "/robots.txt": page("", kind=None),
    }
    found = fetch(answers)
    assert found.text == "Größe"
    assert found.final_url.endswith("/docs")


def test_a_redirect_to_an_inner_address_is_refused_though_this_server_is_let_in():
    error = fails({"/": redirect("http://169.254.169.254/latest/meta-data/")})
    assert (error.kind, error.hop) == ("refused", "http://169.254.169.254/latest/meta-data/")


def test_without_the_rule_the_same_server_is_refused():
    async def work():
        async with serving({"/": page()}) as port, Fetcher(user_agent="shipskip/0.0") as fetcher:
            await fetcher.get(f"http://127.0.0.1:{port}/", accept=HTML)

    with pytest.raises(NotFetched, match="port") as caught:
        asyncio.run(work())
    assert caught.value.kind == "refused"


def test_a_name_for_this_machine_is_refused_after_a_real_look_up(monkeypatch):
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: here)

    async def work():
        async with Fetcher(user_agent="shipskip/0.0") as fetcher:
            await fetcher.get("http://tool.example/", accept=HTML)

    with pytest.raises(NotFetched, match=r"tool\.example has the address 127\.0\.0\.1, which is loopback"):
        asyncio.run(work())


async def _endless(writer):
    writer.write(page(b"", Content_Length="99999999"))
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def _endless_chunks(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        await writer.drain()


async def _drip(writer):
    writer.write(page(b"", Content_Length="1000"))
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _bomb(writer):
    writer.write(page(gzip.compress(bytes(20_000_000)), Content_Encoding="gzip"))


@pytest.mark.parametrize(
    ("answer", "name"),
    [(_endless, "bytes"), (_endless_chunks, "bytes"), (_bomb, "ratio"), (page(b"x" * 20_000_000), "bytes")],
)
def test_too_much_ends_at_a_named_limit_at_once(answer, name):
    started = time.perf_counter()
    assert fails({"/": answer}).limit.name == name
    assert time.perf_counter() - started < 5


def test_a_page_that_drips_ends_at_the_total_time_not_at_a_pause():
    started = time.perf_counter()
    error = fails({"/": _drip}, seconds=0.8)
    assert (error.limit.name, error.limit.value) == ("seconds", 0.8)
    assert 0.7 < time.perf_counter() - started < 3


def test_a_port_where_nobody_listens_is_named():
    with socket.socket() as probe:
        probe.bind((str(HERE), 0))
        port = probe.getsockname()[1]

    async def work():
        async with fetcher_for(port) as fetcher:
            await fetcher.get(f"http://127.0.0.1:{port}/", accept=HTML)

    with pytest.raises(NotFetched, match="no connection") as caught:
        asyncio.run(work())
    assert caught.value.kind == "unreachable"


def test_tls_to_a_server_that_speaks_none_is_named():
    async def no_tls(_reader, writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    async def work():
        async with await asyncio.start_server(no_tls, str(HERE), 0) as server:
            port = server.sockets[0].getsockname()[1]
            await fetcher_for(port).get(f"https://127.0.0.1:{port}/", accept=HTML)

    with pytest.raises(NotFetched, match="no connection") as caught:
        asyncio.run(work())
    assert caught.value.kind == "unreachable"


def test_importing_the_client_loads_no_http_library():
    heavy = ["anyio", "h11", "httpcore2", "httpx2", "idna", "protego", "pydantic"]
    imported = "import sys, panel.evidence.fetching.fetcher"
    code = f"{imported}; print([name for name in {heavy} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
