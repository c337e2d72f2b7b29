"""Connections that stay open: each carries one request at a time, the one that was used last goes first."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import httpcore2
import httpx2

from panel.calls.wire.observed import current

#: Seconds a connection may wait for its next request: after that the server may be closing it already.
IDLE_SECONDS = 5.0
_PORTS = {b"http": 80, b"https": 443}
_BROKEN = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException)


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
        self._backend = httpcore2.AnyIOBackend()
        self._idle: dict[str, list[httpcore2.AsyncHTTP11Connection]] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and read the head of its reply; the current exchange is told when it leaves.

        Raises:
            httpx2.TransportError: there is no connection, or it broke.
        """
        url, extensions = request.url, request.extensions
        if url.raw_scheme not in _PORTS:
            raise httpx2.UnsupportedProtocol(f"{url.scheme!r} is neither http nor https")
        origin = httpcore2.Origin(url.raw_scheme, url.raw_host, url.port or _PORTS[url.raw_scheme])
        place = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _in_httpx2s_words():
            connection = await self._waiting(origin) or await self._opened(origin, extensions)
            current().left = True
            answer = await connection.handle_async_request(
                httpcore2.Request(
                    request.method,
                    place,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=extensions,
                )
            )
        body = _Body(answer, lambda: self._back(origin, connection))
        return httpx2.Response(answer.status, headers=answer.headers, stream=body)

    async def aclose(self) -> None:
        """Close the connections that wait; those in use are closed by whoever uses them."""
        idle, self._idle = self._idle, {}
        for connections in idle.values():
            for connection in connections:
                await connection.aclose()

    async def _waiting(self, origin: httpcore2.Origin) -> httpcore2.AsyncHTTP11Connection | None:
        """A connection that is open and idle; what waited too long, or was closed meanwhile, is let go."""
        idle = self._idle.get(str(origin), [])
        while idle:
            connection = idle.pop()
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    async def _opened(
        self, origin: httpcore2.Origin, extensions: Mapping[str, Any]
    ) -> httpcore2.AsyncHTTP11Connection:
        seconds = extensions.get("timeout", {}).get("connect")
        host = origin.host.decode("ascii")
        stream = await self._backend.connect_tcp(host, origin.port, timeout=seconds)
        if origin.scheme == b"https":
            name = extensions.get("sni_hostname") or host
            stream = await stream.start_tls(self._certificates, server_hostname=name, timeout=seconds)
        return httpcore2.AsyncHTTP11Connection(
            origin, _InOnePiece(stream), keepalive_expiry=self._idle_seconds
        )

    def _back(self, origin: httpcore2.Origin, connection: httpcore2.AsyncHTTP11Connection) -> None:
        if connection.is_idle():  # one that broke or was left in the middle has closed itself
            self._idle.setdefault(str(origin), []).append(connection)


class _InOnePiece(httpcore2.AsyncNetworkStream):
    """Keeps what is written until an answer is wanted, so that a request's head and body leave together."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream
        self._unsent: list[bytes] = []

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 (httpcore2's)
        self._unsent.append(buffer)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 (httpcore2's)
        if self._unsent:
            request, self._unsent = b"".join(self._unsent), []
            with suppress(httpcore2.WriteError):  # the server may have answered already
                await self._stream.write(request, timeout)
        return await self._stream.read(max_bytes, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Body(httpx2.AsyncByteStream):
    """A reply's body; closing it gives its connection back."""

    def __init__(self, answer: httpcore2.Response, back: Callable[[], None]) -> None:
        self._answer = answer
        self._back: Callable[[], None] | None = back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _in_httpx2s_words():
            async for piece in self._answer.aiter_stream():
                yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()
        back, self._back = self._back, None
        if back is not None:
            back()


@contextmanager
def _in_httpx2s_words() -> Iterator[None]:
    """httpcore2's exceptions as httpx2's of the same name, which an SDK knows."""
    try:
        yield
    except _BROKEN as error:
        raise getattr(httpx2, type(error).__name__)(str(error)) from error
