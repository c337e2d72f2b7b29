"""Plays a reply on a connection, faults and all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from email.utils import formatdate

from tests.standin.composing import Manner, Reply
from tests.standin.http1 import Connection, head

#: How often a held answer looks whether it may go.
_LOOK_EVERY = 0.01
#: A reset overtakes what was sent before it, unless that had time to be read.
_BEFORE_RESET = 0.02
_CHUNKS = 4


class Play:
    """One reply on its way.

    Args:
        reply: What goes.
        connection: Where it goes.
        keep: Whether the other side wants to use the connection again.
        at_last: Called just before the last bytes of a whole answer go, so that whoever has the answer
            finds it counted.

    Attributes:
        complete: Whether the whole of a well-formed answer was sent.
        keep: Whether the connection can be used again.
    """

    def __init__(
        self, reply: Reply, connection: Connection, *, keep: bool, at_last: Callable[[], None]
    ) -> None:
        self._reply = reply
        self._connection = connection
        self._at_last = at_last
        self.complete = False
        self.keep = keep

    async def wait(self) -> bool:
        """Until the reply may begin; False if it never will."""
        manner = self._reply.manner
        if await self._connection.left_within(None if manner.hang else manner.delay):
            return self._stopped()
        if manner.until is not None and not await self._released(manner.until):
            return self._stopped()
        return True

    async def send(self) -> None:
        """The reply itself."""
        manner, body = self._reply.manner, self._reply.body
        headers = {"date": formatdate(usegmt=True), **self._reply.headers}
        headers.setdefault("content-type", "application/json")
        self.keep = self.keep and headers.get("connection", "").lower() != "close"
        if manner.reset:
            await self._reset(manner, headers, body)
        elif manner.cut is not None:
            await self._cut(manner, headers, body)
        else:
            if "transfer-encoding" not in headers:
                headers.setdefault("content-length", str(len(body)))
            last = head(self._reply.status, headers) + body
            if manner.seconds_per_byte is not None and body:
                dripped = await self._drip(last[: -len(body)], body[:-1], manner.seconds_per_byte)
                if not dripped:
                    self._stopped()
                    return
                last = body[-1:]
            self._at_last()
            self.complete = await self._connection.send(last)
            self.keep = self.keep and self.complete

    def _stopped(self) -> bool:
        self.keep = False
        return False

    async def _released(self, event: threading.Event) -> bool:
        while not event.is_set():
            if await self._connection.left_within(_LOOK_EVERY):
                return False
        return True

    async def _reset(self, manner: Manner, headers: dict[str, str], body: bytes) -> None:
        self.keep = False
        if manner.reset_after is not None:
            whole = {**headers, "content-length": str(len(body))}
            await self._connection.send(head(self._reply.status, whole) + body[: manner.reset_after])
            await asyncio.sleep(_BEFORE_RESET)
        self._connection.reset()

    async def _cut(self, manner: Manner, headers: dict[str, str], body: bytes) -> None:
        self.keep = False
        if manner.cut == "nothing":
            return
        length = len(body)
        sent = body
        if manner.cut == "half":
            sent = body[: length // 2]
        elif manner.cut == "long_length":
            length += 100
        elif manner.cut == "short_length":
            length = max(1, length - length // 4)
        framing = {"content-length": str(length)}
        if manner.cut == "no_last_chunk":
            framing = {"transfer-encoding": "chunked"}
            sent = _chunked(body)
        await self._connection.send(head(self._reply.status, {**headers, **framing}) + sent)

    async def _drip(self, beginning: bytes, body: bytes, seconds_per_byte: float) -> bool:
        sent = await self._connection.send(beginning)
        for place in range(len(body)):
            if not sent or await self._connection.left_within(seconds_per_byte):
                return False
            sent = await self._connection.send(body[place : place + 1])
        return sent and not await self._connection.left_within(seconds_per_byte)


def _chunked(body: bytes) -> bytes:
    """The body in chunks, without the one that says it is over."""
    size = max(1, -(-len(body) // _CHUNKS))
    pieces = (body[place : place + size] for place in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
