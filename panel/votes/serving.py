"""The server process: uvicorn with limits on what a connection may cost, and the application in it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from panel.core.errors import InputError
from panel.votes.guard import Guard

#: Connections at once; more are closed as they come.
MOST_CONNECTIONS = 512
#: Seconds for a request's head to arrive, and for all of a request to be answered and read.
HEAD_SECONDS, WHOLE_SECONDS = 5.0, 30.0
#: Bytes a request's head may take.
_HEAD_BYTES = 16 * 1024
#: Seconds for answers on their way when the server is stopped.
_GRACE_SECONDS = 8


class BoundedConnection(H11Protocol):
    """A connection that is cut when a request's head takes too long, or all of the request does."""

    _deadline: asyncio.TimerHandle | None = None
    _answered_for: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._end_in(HEAD_SECONDS)

    def handle_events(self) -> None:
        """Take what came; once a request's head is there, its whole time begins."""
        super().handle_events()
        if self.cycle is not None and self.cycle is not self._answered_for:
            self._answered_for = self.cycle
            self._end_in(WHOLE_SECONDS)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request; a pipelined one begins inside."""
        self._end_in(HEAD_SECONDS)
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        super().connection_lost(exc)
        if self._deadline is not None:
            self._deadline.cancel()

    def _end_in(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        # Not close(): that waits for a client who does not read.
        self._deadline = self.loop.call_later(seconds, self.transport.abort)


class _Server(uvicorn.Server):
    """uvicorn, but signals are the command's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections at an address of this machine.

    Raises:
        InputError: there is no such address, or somebody else listens there.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot listen at {host}:{port}: {why}", hint="choose another --port") from error


async def serve(app: Guard, listener: socket.socket, stop: asyncio.Event) -> None:
    """Answer requests until `stop` is set; those that were begun are answered."""
    # What strangers send is no business of the log, and no address is written down.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        app,
        http=BoundedConnection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=_HEAD_BYTES,
        timeout_keep_alive=int(HEAD_SECONDS),
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving
