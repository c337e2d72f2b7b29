"""Connections that stay open: each carries one request at a time, the one that was used last goes first."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import aiohappyeyeballs
import httpx2

from panel.calls.wire.line import Line

#: Seconds a connection may wait for its next request: after that the server may be closing it already.
IDLE_SECONDS = 5.0
_PORTS = {b"http": 80, b"https": 443}
#: Seconds an address of a host is tried alone before the next one is tried beside it (RFC 8305).
_HEAD_START = 0.25


#: Scheme, host and port.
_Origin = tuple[bytes, bytes, int]


class Connections(httpx2.AsyncBaseTransport):
    """A transport for httpx2's client that takes the same time however many requests are under way.

    httpx2's own pool looks through all its connections twice for each request: with 256 of them that is more
    than all else it does. How many there are is for others to say.

    Args:
        certificates: Who is trusted at https:// addresses.
        idle_seconds: How long a connection may wait for its next request.
    """

    def __init__(self, certificates: ssl.SSLContext, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        certificates.set_alpn_protocols(["http/1.1"])
        self._certificates = certificates
        self._idle: dict[_Origin, list[Line]] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and read the head of its reply; the current exchange is told when it leaves.

        Raises:
            httpx2.TransportError: there is no connection, or it broke.
        """
        url, extensions = request.url, request.extensions
        if url.raw_scheme not in _PORTS:
            raise httpx2.UnsupportedProtocol(f"{url.scheme!r} is neither http nor https")
        origin = (url.raw_scheme, url.raw_host, url.port or _PORTS[url.raw_scheme])
        line = self._waiting(origin) or await self._opened(origin, extensions)
        try:
            status, headers = await line.ask(request)
        except BaseException:
            line.close()
            raise
        body = _Body(line, lambda: self._idle.setdefault(origin, []).append(line))
        return httpx2.Response(status, headers=headers, stream=body)

    async def aclose(self) -> None:
        """Close the connections that wait; those in use are closed by whoever uses them."""
        idle, self._idle = self._idle, {}
        for lines in idle.values():
            for line in lines:
                line.close()
        await asyncio.sleep(0)  # the loop closes them when it comes round

    def _waiting(self, origin: _Origin) -> Line | None:
        """A connection that is open and idle; what waited too long, or was closed meanwhile, is let go."""
        idle = self._idle.get(origin, [])
        while idle:
            line = idle.pop()
            if not line.has_expired(self._idle_seconds):
                return line
            line.close()
        return None

    async def _opened(self, origin: _Origin, extensions: Mapping[str, Any]) -> Line:
        scheme, raw_host, port = origin
        host = raw_host.decode("ascii")
        name = (extensions.get("sni_hostname") or host) if scheme == b"https" else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(extensions.get("timeout", {}).get("connect")):
                reached = await _reached(host, port)
                certificates = None if name is None else self._certificates
                _, line = await loop.create_connection(
                    Line, sock=reached, ssl=certificates, server_hostname=name
                )
        except TimeoutError as error:
            raise httpx2.ConnectTimeout(str(error)) from error
        except OSError as error:  # ssl's are some
            raise httpx2.ConnectError(str(error)) from error
        return line


async def _reached(host: str, port: int) -> socket.socket:
    """A socket connected to the first of a host's addresses to answer; the loop alone tries one by one."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=_HEAD_START, interleave=1)


class _Body(httpx2.AsyncByteStream):
    """A reply's body; once it is closed its connection rests, or is closed as well."""

    def __init__(self, line: Line, back: Callable[[], None]) -> None:
        self._line = line
        self._back: Callable[[], None] | None = back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._line.body():
            yield piece

    async def aclose(self) -> None:
        back, self._back = self._back, None
        if back is None:
            return
        if self._line.rest():
            back()
        else:
            self._line.close()
