"""The HTTP client under the SDKs: one request, no redirect, one reply of bounded size, all of it noted."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import httpx2

from panel.calls.wire.observed import MOST_BYTES, Answered, ReplyTooLarge, current

#: Seconds to reach a host; the total deadline is the exchange's.
_CONNECT_SECONDS = 10.0
_TIMEOUT = httpx2.Timeout(None, connect=_CONNECT_SECONDS)
#: How many calls are in flight is the limiter's to say.
_LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=20)


class OneReplyClient(httpx2.AsyncClient):
    """Notes in the current exchange whether the request left, and what came back.

    Proxies of the environment are used, as by any program.
    """

    def __init__(self) -> None:
        super().__init__(timeout=_TIMEOUT, limits=_LIMITS, follow_redirects=False)

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send, and read the whole reply, decompressed piece by piece and never more than the cap.

        Raises:
            ReplyTooLarge: a reply of status 2xx is larger than the cap.
            httpx2.HTTPError: no reply came, or not the whole of it.
        """
        exchange = current()

        async def trace(event: str, _info: Any) -> None:
            if event.endswith("send_request_body.started"):
                exchange.left = True

        request.extensions = {**request.extensions, "trace": trace}
        options |= {"stream": True, "follow_redirects": False}
        try:
            response = await super().send(request, **options)
            body = await _whole_body(response)
        except Exception as error:
            exchange.error = error
            raise
        headers = {name.lower(): value for name, value in response.headers.items()}
        exchange.answered = Answered(response.status_code, headers, body)
        kept = {name: value for name, value in headers.items() if name not in _OF_THE_TRANSFER}
        return httpx2.Response(response.status_code, headers=kept, content=body, request=request)


_OF_THE_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})


async def _whole_body(response: httpx2.Response) -> bytes:
    body = bytearray()
    try:
        async with aclosing(response), aclosing(response.aiter_bytes()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > MOST_BYTES:
                    break
    except Exception:
        if response.is_success:
            raise
        return b""  # of an error the status is what counts
    if len(body) > MOST_BYTES and response.is_success:
        raise ReplyTooLarge
    return bytes(body)
