"""The HTTP client for files of any size: what comes goes into a file, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, Any

import httpx2

from panel.calls.wire.observed import Answered, current

#: Where the body of a good answer goes.
FILE: ContextVar[IO[bytes]] = ContextVar("file")

#: Seconds without a byte, and to reach a host; the total deadline is the exchange's.
_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
#: Of an error no more bytes than this are read.
_MOST_OF_AN_ERROR = 100_000


class FileClient(httpx2.AsyncClient):
    """Writes a good answer's body to the current file, and notes in the current exchange what happened."""

    def __init__(self) -> None:
        super().__init__(timeout=_TIMEOUT, follow_redirects=False)

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send; the body of the response is empty unless it is an error's.

        Raises:
            httpx2.HTTPError: no answer came, or not the whole of it.
        """
        exchange = current()
        with _noting(exchange):
            response = await super().send(request, **{**options, "stream": True})
            try:
                body = await _written(response)
            finally:
                await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        exchange.answered = Answered(response.status_code, headers, body)
        return httpx2.Response(response.status_code, content=body, request=request)


@contextmanager
def _noting(exchange: Any) -> Iterator[None]:
    exchange.left = True  # nothing is paid for here, so that it does not matter when
    try:
        yield
    except Exception as error:
        exchange.error = error
        raise


async def _written(response: httpx2.Response) -> bytes:
    """Write the body to the current file; that of an error is returned instead."""
    file, error = FILE.get(), bytearray()
    async for piece in response.aiter_bytes():
        if response.is_success:
            file.write(piece)
        elif len(error) < _MOST_OF_AN_ERROR:
            error += piece
    return bytes(error)
