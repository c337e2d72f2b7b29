"""An internet in memory: names, addresses and servers a test makes up, and a clock that skips every wait."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpcore2

from panel.evidence.fetching.fetcher import Fetcher
from panel.evidence.fetching.limits import Limits

PUBLIC = "93.184.216.34"
OTHER = "151.101.1.6"
PUBLIC_V6 = "2606:2800:220:1:248:1893:25c8:1946"
NOW = datetime(2026, 11, 20, 21, 4, 5, tzinfo=UTC)
HTML = ("text/html",)


class _SkippingSelector(selectors.DefaultSelector):
    """Nothing is ever waited for outside of this process: time is moved on instead."""

    skipped = 0.0

    def select(self, timeout=None):
        if timeout is not None and timeout > 0:
            self.skipped += timeout
        return super().select(0 if timeout is not None else None)


class SkippingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._skipping = _SkippingSelector()
        super().__init__(self._skipping)

    def time(self) -> float:
        return super().time() + self._skipping.skipped


def run(work: Awaitable[Any]) -> Any:
    """Run to the end without waiting for real time."""

    async def main() -> Any:
        return await work

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        return runner.run(main())


def loop_time() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Request:
    address: str
    port: int
    target: str
    headers: dict[str, str]
    at: float
    tls_name: str | None = None
    method: str = "GET"
    body: bytes = b""

    @property
    def url(self) -> str:
        return f"{'https' if self.tls_name else 'http'}://{self.headers['host']}{self.target}"


#: What a server sends: bytes, and seconds it waits in between.
Script = Iterable[bytes | float]
Answer = bytes | Script


class InTurn:
    """One answer for the first request, another for the second, the last for all that follow."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = answers


def page(
    body: bytes | str = b"<p>Hello", status: str = "200 OK", kind: str | None = "text/html", **headers: str
) -> bytes:
    """A whole reply."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else [])]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "content_length" not in {name.lower() for name in headers}:
        lines.append(f"Content-Length: {len(raw)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + raw


def redirect(to: str, status: str = "302 Found") -> bytes:
    return page(b"", status, Location=to)


def missing() -> bytes:
    return page(b"no such page", "404 Not Found")


class _Stream(httpcore2.AsyncNetworkStream):
    def __init__(self, internet: Internet, address: str, port: int) -> None:
        self._internet, self._address, self._port = internet, address, port
        self._written = b""
        self._answer: AsyncIterator[bytes] | None = None
        self._tls: str | None = None
        self._open = True
        internet.open += 1

    async def write(self, buffer: bytes, **_options: Any) -> None:
        self._written += buffer
        self._internet.written.append((self._address, buffer))

    async def read(self, *_arguments: Any, **_options: Any) -> bytes:
        await asyncio.sleep(0)
        if self._answer is None:
            top, _, body = self._written.partition(b"\r\n\r\n")
            head, *lines = top.decode("latin-1").split("\r\n")
            method, target, _ = head.split(" ")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            request = Request(
                self._address, self._port, target, headers, loop_time(), self._tls, method, body
            )
            self._answer = self._internet.answer(request)
        return await anext(self._answer, b"")

    async def start_tls(
        self, *_arguments: Any, server_hostname: str | None = None, **_options: Any
    ) -> _Stream:
        self._tls = server_hostname
        return self

    async def aclose(self) -> None:
        self._internet.open -= self._open
        self._open = False

    def get_extra_info(self, info: str) -> Any:
        peer = self._internet.peers.get(self._address, self._address)
        return {"server_addr": (peer, self._port)}.get(info)


@dataclass
class Internet:
    """What the outside is in a test.

    Args:
        pages: What is answered at a URL; any other with 404.
        names: The addresses of a name; a list of lists gives another answer each time. Others are PUBLIC.
        peers: Who answers in truth at an address.
        dead: Addresses that refuse connections.
    """

    pages: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)
    peers: Mapping[str, str] = field(default_factory=dict)
    dead: frozenset[str] = frozenset()
    lookups: list[str] = field(default_factory=list)
    connections: list[tuple[str, int]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    written: list[tuple[str, bytes]] = field(default_factory=list)
    open: int = 0
    most_open: int = 0

    def fetcher(self, **options: Any) -> Fetcher:
        given = {
            "user_agent": "shipskip/0.0 (+mailto:me@tool.example)",
            "limits": Limits(interval=0.0),
            "resolve": self.resolve,
            "connect": self.connect,
            "certificates": _NoCertificates,
            "clock": loop_time,
            "now": lambda: NOW,
        }
        return Fetcher(**(given | options))

    def get(self, url: str, *, accept=HTML, limits: Limits | None = None, **options: Any) -> Any:
        """One fetch by a new fetcher."""
        fetcher = self.fetcher(**({"limits": limits} if limits else {}))

        async def work() -> Any:
            return await fetcher.get(url, accept=accept, **options)

        return run(work())

    @property
    def asked(self) -> list[str]:
        """The URLs that were asked, without robots.txt."""
        return [request.url for request in self.requests if request.target != "/robots.txt"]

    async def resolve(self, name: str) -> list[str]:
        self.lookups.append(name)
        answers = self.names.get(name, [PUBLIC])
        if answers and isinstance(answers[0], list):
            answers = answers[min(self.lookups.count(name), len(answers)) - 1]
        if not answers:
            raise OSError("no such name")
        return list(answers)

    async def connect(self, address: str, port: int, _seconds: float) -> _Stream:
        self.connections.append((address, port))
        if address in self.dead:
            raise httpcore2.ConnectError("refused")
        stream = _Stream(self, address, port)
        self.most_open = max(self.most_open, self.open)
        return stream

    async def answer(self, request: Request) -> AsyncIterator[bytes]:
        self.requests.append(request)
        for part in self._script(request):
            if isinstance(part, bytes):
                yield part
            else:
                await asyncio.sleep(part)

    def _script(self, request: Request) -> Script:
        answer = self.pages.get(request.url, missing())
        if isinstance(answer, InTurn):
            count = sum(request.url == earlier.url for earlier in self.requests)
            answer = answer.answers[min(count, len(answer.answers)) - 1]
        return [answer] if isinstance(answer, bytes) else answer


class _NoCertificates:
    def set_alpn_protocols(self, protocols: list[str]) -> None:
        self.protocols = protocols
