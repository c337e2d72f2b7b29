"""Connections that stay open: each carries one request at a time, the one that was used last goes first."""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import anyio
import h11
import httpx2
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.tls import TLSStream

from panel.calls.wire.observed import current

#: Seconds a connection may wait for its next request: after that the server may be closing it already.
IDLE_SECONDS = 5.0
_PORTS = {b"http": 80, b"https": 443}
#: Bytes read at once, and of the longest head of a reply.
_PIECE, _MOST_HEAD = 64 * 1024, 100 * 1024


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
        self._idle: dict[_Origin, list[_Line]] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and read the head of its reply; the current exchange is told when it leaves.

        Raises:
            httpx2.TransportError: there is no connection, or it broke.
        """
        url, extensions = request.url, request.extensions
        if url.raw_scheme not in _PORTS:
            raise httpx2.UnsupportedProtocol(f"{url.scheme!r} is neither http nor https")
        origin = (url.raw_scheme, url.raw_host, url.port or _PORTS[url.raw_scheme])
        with _in_httpx2s_words():
            line = await self._waiting(origin) or await self._opened(origin, extensions)
            try:
                head = await line.ask(request)
            except BaseException:
                await line.aclose()
                raise
        body = _Body(line, lambda: self._idle.setdefault(origin, []).append(line))
        return httpx2.Response(head.status_code, headers=head.headers.raw_items(), stream=body)

    async def aclose(self) -> None:
        """Close the connections that wait; those in use are closed by whoever uses them."""
        idle, self._idle = self._idle, {}
        for lines in idle.values():
            for line in lines:
                await line.aclose()

    async def _waiting(self, origin: _Origin) -> _Line | None:
        """A connection that is open and idle; what waited too long, or was closed meanwhile, is let go."""
        idle = self._idle.get(origin, [])
        while idle:
            line = idle.pop()
            if not line.has_expired(self._idle_seconds):
                return line
            await line.aclose()
        return None

    async def _opened(self, origin: _Origin, extensions: Mapping[str, Any]) -> _Line:
        seconds = extensions.get("timeout", {}).get("connect")
        scheme, raw_host, port = origin
        host = raw_host.decode("ascii")
        name = (extensions.get("sni_hostname") or host) if scheme == b"https" else None
        try:
            with anyio.fail_after(seconds):
                stream: ByteStream = await anyio.connect_tcp(host, port)
            if name is not None:
                with anyio.fail_after(seconds):
                    stream = await self._secured(stream, name)
        except TimeoutError as error:
            raise httpx2.ConnectTimeout(str(error)) from error
        except (OSError, anyio.BrokenResourceError, anyio.EndOfStream) as error:  # ssl's are OSErrors
            raise httpx2.ConnectError(str(error)) from error
        return _Line(stream)

    async def _secured(self, stream: ByteStream, name: str) -> ByteStream:
        try:
            return await TLSStream.wrap(
                stream,
                hostname=name,
                ssl_context=self._certificates,
                standard_compatible=False,
                server_side=False,
            )
        except BaseException:
            await anyio.aclose_forcefully(stream)
            raise


class _Line:
    """One connection, and HTTP/1.1 on it as h11 writes and reads it.

    httpcore2's own connection does the same behind locks, traces and states of a pool, which take longer
    than h11 does; its streams put a time limit of their own around every reading and writing.
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._socket: socket.socket = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 (no database)
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEAD)
        self._used = time.monotonic()

    async def ask(self, request: httpx2.Request) -> h11.Response:
        """Send a request, head and body in one piece, and read the head of its reply.

        Raises:
            h11.LocalProtocolError: it cannot be sent as it is.
            h11.RemoteProtocolError: what comes back is no HTTP, or nothing.
            anyio.BrokenResourceError: the connection broke.
        """
        head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        pieces = [self._http.send(head), self._http.send(h11.Data(data=await request.aread()))]
        pieces.append(self._http.send(h11.EndOfMessage()))
        current().left = True
        with suppress(anyio.BrokenResourceError):  # the server may have answered already
            await self._stream.send(b"".join(piece for piece in pieces if piece))
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("the server goes over to another protocol")

    async def body(self) -> AsyncIterator[bytes]:
        """The body of the reply, piece by piece."""
        while not isinstance(event := await self._event(), h11.EndOfMessage):
            assert isinstance(event, h11.Data)
            yield bytes(event.data)

    def rest(self) -> bool:
        """Make ready for the next request; False where the reply was not read to its end, or was the last."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        self._used = time.monotonic()
        return True

    def has_expired(self, seconds: float) -> bool:
        """Whether it rested longer than that, or the server has closed it: then it can be read from."""
        return time.monotonic() - self._used > seconds or _is_readable(self._socket)

    async def aclose(self) -> None:
        """Close it."""
        await self._stream.aclose()

    async def _event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await self._received()
            if not data and self._http.their_state is h11.SEND_RESPONSE:
                raise h11.RemoteProtocolError("Server disconnected without sending a response.")
            self._http.receive_data(data)
        return event

    async def _received(self) -> bytes:
        try:
            return await self._stream.receive(_PIECE)
        except anyio.EndOfStream:
            return b""


class _Body(httpx2.AsyncByteStream):
    """A reply's body; once it is closed its connection rests, or is closed as well."""

    def __init__(self, line: _Line, back: Callable[[], None]) -> None:
        self._line = line
        self._back: Callable[[], None] | None = back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _in_httpx2s_words():
            async for piece in self._line.body():
                yield piece

    async def aclose(self) -> None:
        back, self._back = self._back, None
        if back is None:
            return
        if self._line.rest():
            back()
        else:
            await self._line.aclose()


@contextmanager
def _in_httpx2s_words() -> Iterator[None]:
    """The exceptions of anyio and h11 as httpx2's, which an SDK knows."""
    try:
        yield
    except h11.ProtocolError as error:
        raise getattr(httpx2, type(error).__name__)(str(error)) from error
    except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
        raise httpx2.ReadError(str(error)) from error


def _is_readable(connection: socket.socket) -> bool:
    """Whether anything came that nobody waited for, the end included, or the connection is closed."""
    number = connection.fileno()
    if number < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))
