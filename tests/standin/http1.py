"""As much of HTTP/1.1 as a server needs that wants to break it: requests in, bytes out, and who left."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

#: The longest request head, and the longest body, in bytes.
_LONGEST_HEAD = 256 * 1024
LONGEST_BODY = 64 * 1024 * 1024
_LINGER_NOT_AT_ALL = struct.pack("ii", 1, 0)
_PHRASES = {529: "Overloaded"}


class BadRequest(Exception):
    """What came is no HTTP."""


@dataclass(frozen=True)
class Request:
    """One request; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class WatchedReader(asyncio.StreamReader):
    """Says at once when the other side has left."""

    def __init__(self) -> None:
        super().__init__(limit=_LONGEST_HEAD)
        self.gone = asyncio.Event()

    def feed_eof(self) -> None:
        """The other side has closed."""
        super().feed_eof()
        self.gone.set()

    def set_exception(self, exc: Exception) -> None:
        """The connection broke."""
        super().set_exception(exc)
        self.gone.set()


class Connection:
    """One connection, from the server's side."""

    def __init__(self, reader: WatchedReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        # Then a drain ends when all bytes are in the kernel's hands, not before.
        writer.transport.set_write_buffer_limits(high=0)

    async def next_request(self) -> Request | None:
        """The next request; None if the other side has left instead.

        Raises:
            BadRequest: it is none.
        """
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        except asyncio.LimitOverrunError as error:
            raise BadRequest("the head is too long") from error
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise BadRequest(f"not a request line: {first[:80]!r}")
        pairs = (line.partition(":") for line in lines if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if headers.get("expect", "").lower() == "100-continue":
            self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            body = await self._body(headers)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        return Request(words[0], words[1].partition("?")[0], headers, body)

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return await self._chunks()
        text = headers.get("content-length", "0")
        if not text.isdecimal() or int(text) > LONGEST_BODY:
            raise BadRequest(f"content-length {text[:40]!r}")
        return await self._reader.readexactly(int(text))

    async def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            line = await self._reader.readuntil(b"\r\n")
            try:
                size = int(line.partition(b";")[0], 16)
            except ValueError as error:
                raise BadRequest("not a chunk") from error
            if len(body) + size > LONGEST_BODY:
                raise BadRequest("the body is too long")
            body += (await self._reader.readexactly(size + 2))[:-2]
            if size == 0:
                return bytes(body)

    @property
    def left(self) -> bool:
        """Whether the other side is gone."""
        return self._reader.gone.is_set()

    async def left_within(self, seconds: float | None) -> bool:
        """Wait that long, or for ever; True as soon as the other side is gone."""
        if seconds is not None and seconds <= 0:
            return self.left
        try:
            await asyncio.wait_for(self._reader.gone.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def send(self, data: bytes) -> bool:
        """Send; False if the other side is gone."""
        if self._writer.is_closing():
            return False
        try:
            self._writer.write(data)
            await self._writer.drain()
        except ConnectionError:
            return False
        return True

    def reset(self) -> None:
        """End with a reset instead of a farewell."""
        sock = self._writer.get_extra_info("socket")
        if sock is not None and sock.fileno() >= 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT_AT_ALL)
        self._writer.transport.abort()

    def close(self) -> None:
        """End in an orderly way; what was sent still arrives."""
        self._writer.close()


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Status line and headers, up to the blank line."""
    try:
        phrase = _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
