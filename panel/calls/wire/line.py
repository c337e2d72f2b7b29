"""One connection that stays open, and HTTP/1.1 on it: one request at a time."""

from __future__ import annotations

import asyncio
import re
import select
import socket
import time
from collections.abc import AsyncIterator
from typing import cast

import httptools
import httpx2

from panel.calls.wire.observed import current

#: Bytes of the longest head of a reply, and of what may stand behind its body.
_MOST_HEAD = 100 * 1024
#: Seconds in which the loop has come round, and seen what became of a connection.
_SEEN = 0.05
_UNASKED = "the server sends what nobody asked for"
#: Statuses below this only say that a reply will come (RFC 9110, 15.2).
_FINAL = 200
#: A request's head as it should be (RFC 9110, 5.5; RFC 9112, 3).
_SOUND_HEAD = re.compile(
    rb"[A-Z]+ [!-~]+ HTTP/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t -~\x80-\xff]*\r\n)+\r\n"
)


class Line(asyncio.Protocol):
    """One connection, and HTTP/1.1 on it as llhttp reads it.

    It takes a quarter of the time of h11 over a stream, which is Python all through. llhttp is strict as it
    is used here: a head that could be read in two ways ends the connection.
    """

    def __init__(self) -> None:
        self._used = time.monotonic()
        self._is_over = True
        self._waiter: asyncio.Future[None] | None = None
        self._broken: Exception | None = None

    async def ask(self, request: httpx2.Request) -> tuple[int, list[tuple[bytes, bytes]]]:
        """Send a request, head and body in one piece, and read the head of its reply.

        Raises:
            httpx2.LocalProtocolError: it cannot be sent as it is.
            httpx2.TransportError: the connection broke, or what comes back is no HTTP, or nothing.
        """
        sent = _head(request) + await request.aread()
        self._parser = httptools.HttpResponseParser(self)
        self._status = self._outside_body = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._pieces: list[bytes] = []
        self._has_head = self._is_over = False
        current().left = True
        self._transport.write(sent)
        while not self._has_head:
            await self._more()
        return self._status, self._headers

    async def body(self) -> AsyncIterator[bytes]:
        """The body of the reply, piece by piece."""
        while self._pieces or not self._is_over:
            if not self._pieces:
                await self._more()
            pieces, self._pieces = self._pieces, []
            for piece in pieces:
                yield piece

    def rest(self) -> bool:
        """Make ready for the next request; False where the reply was not read to its end, or was the last."""
        self._used = time.monotonic()
        return self._is_over and self._broken is None and not self._is_last

    def has_expired(self, seconds: float) -> bool:
        """Whether it rested longer than that, or the server has closed it or said something meanwhile.

        The loop tells what it has seen of that; where it was busy for long, it is asked for.
        """
        rested = time.monotonic() - self._used
        return self._broken is not None or rested > seconds or (rested > _SEEN and _is_readable(self._socket))

    def close(self) -> None:
        """Close it, whatever is under way."""
        self._transport.abort()

    async def _more(self) -> None:
        """Wait until something comes.

        Raises:
            httpx2.TransportError: nothing will.
        """
        if self._broken is not None:
            raise self._broken
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    # ------------------------------------------------------------ what the loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast("asyncio.Transport", transport)
        self._socket: socket.socket = transport.get_extra_info("socket")

    def data_received(self, data: bytes) -> None:
        """Read on; what comes when nothing was asked ends the connection."""
        if self._is_over:
            self._end(_UNASKED)
            self._transport.abort()
            return
        self._outside_body += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._end("the server goes over to another protocol")
        except httptools.HttpParserError as error:
            self._end(str(error))
        if self._outside_body > _MOST_HEAD:
            self._end(f"the head of the reply is longer than {_MOST_HEAD:,} bytes")
            self._transport.abort()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed: an end, where a body goes on until then, and else too early."""
        if exc is not None and not self._is_over:
            self._broken = httpx2.ReadError("")
        elif self._is_over or self._ends_with_connection():
            self._is_over = True
            self._end("the connection is closed")
        elif self._has_head:
            self._end("peer closed connection without sending complete message body")
        else:
            self._end("Server disconnected without sending a response.")
        self._wake()
        # It holds this connection, which holds it: thousands of both would wait for the garbage collector.
        vars(self).pop("_parser", None)

    def _end(self, why: str) -> None:
        self._broken = self._broken or httpx2.RemoteProtocolError(why)

    def _ends_with_connection(self) -> bool:
        framed = {b"content-length", b"transfer-encoding"}
        return self._has_head and not any(name.lower() in framed for name, _ in self._headers)

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    # ------------------------------------------------------------ what the parser tells

    def on_message_begin(self) -> None:
        """Before the reply may come others that only say that it will; after it nothing."""
        if self._is_over:
            self._end(_UNASKED)
        else:
            self._headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Those behind the body say nothing that counts."""
        if not self._has_head:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is there."""
        if not self._has_head:
            self._status = self._parser.get_status_code()
            self._has_head = self._status >= _FINAL

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        self._outside_body = 0
        if not self._is_over:
            self._pieces.append(data)

    def on_message_complete(self) -> None:
        """The reply is there."""
        if not self._is_over:
            self._is_over = self._has_head
            self._is_last = not self._parser.should_keep_alive()


def _head(request: httpx2.Request) -> bytes:
    """The head of a request as it is sent.

    Raises:
        httpx2.LocalProtocolError: it holds what does not belong there.
    """
    lines = [b"%b: %b\r\n" % pair for pair in request.headers.raw]
    method = request.method.encode("ascii", errors="replace")
    head = b"%b %b HTTP/1.1\r\n%b\r\n" % (method, request.url.raw_path, b"".join(lines))
    if "transfer-encoding" in request.headers:
        raise httpx2.LocalProtocolError("a body without a length is not sent")
    if head.count(b"\r\n") != len(lines) + 2 or not _SOUND_HEAD.fullmatch(head):  # one for each, and two ends
        raise httpx2.LocalProtocolError("the request's headers hold what does not belong there")
    return head


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
