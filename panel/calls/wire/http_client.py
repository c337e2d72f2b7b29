"""The HTTP client under the SDKs: one request, no redirect, one reply of bounded size, all of it noted."""

from __future__ import annotations

import logging
from contextlib import aclosing
from typing import Any
from urllib.request import getproxies

import httpx2

from panel.calls.wire.connections import Connections
from panel.calls.wire.observed import MOST_BYTES, Answered, ReplyTooLarge, current

#: Libraries that log headers as they come at DEBUG; a server may quote the key in them.
_TELL_TOO_MUCH = ("httpcore2", "openai", "anthropic")
for _name in _TELL_TOO_MUCH:
    logging.getLogger(_name).setLevel(logging.INFO)

_log = logging.getLogger(__name__)

#: Seconds to reach a host; the total deadline is the exchange's.
_CONNECT_SECONDS = 10.0
_TIMEOUT = httpx2.Timeout(None, connect=_CONNECT_SECONDS)
#: How many calls are in flight is the limiter's to say; every connection may be used again.
_LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=None)


class OneReplyClient(httpx2.AsyncClient):
    """Notes in the current exchange whether the request left, and what came back.

    Where the environment names proxies, as for any program, or the address holds a user's name, httpx2 goes
    its own way; else what its client does for cookies, redirects and logins is left out.
    """

    def __init__(self) -> None:
        certificates = httpx2.create_ssl_context()
        super().__init__(verify=certificates, timeout=_TIMEOUT, limits=_LIMITS, follow_redirects=False)
        self._connections = Connections(certificates)
        self._proxied = bool(getproxies())

    async def answer(self, request: httpx2.Request, **options: Any) -> Answered:
        """Send, and read the whole reply, decompressed piece by piece and never more than the cap.

        Raises:
            ReplyTooLarge: a reply of status 2xx is larger than the cap.
            httpx2.HTTPError: no reply came, or not the whole of it.
        """
        exchange = current()
        try:
            if self._proxied or request.url.userinfo:
                response = await self._sent_by_httpx2(request, options)
            else:
                response = await self._connections.handle_async_request(request)
            body = await _whole_body(response)
        except Exception as error:
            exchange.error = error
            raise
        _log.info("%s %s: HTTP %d", request.method, request.url, response.status_code)
        headers = {name.lower(): value for name, value in response.headers.items()}
        answered = exchange.answered = Answered(response.status_code, headers, body)
        return answered

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """The same for an SDK.

        Raises:
            ReplyTooLarge: as `answer`.
            httpx2.HTTPError: as `answer`.
        """
        answered = await self.answer(request, **options)
        kept = {name: value for name, value in answered.headers.items() if name not in _OF_THE_TRANSFER}
        return httpx2.Response(answered.status, headers=kept, content=answered.body, request=request)

    async def _sent_by_httpx2(self, request: httpx2.Request, options: dict[str, Any]) -> httpx2.Response:
        exchange = current()

        async def trace(event: str, _info: Any) -> None:
            if event.endswith("send_request_body.started"):
                exchange.left = True

        request.extensions = {**request.extensions, "trace": trace}
        return await super().send(request, **(options | {"stream": True, "follow_redirects": False}))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._connections.aclose()
        await super().aclose()


class NotSentClient(httpx2.AsyncClient):
    """Keeps the last request it is given, sends nothing, and says that all went well."""

    def __init__(self) -> None:
        super().__init__(verify=False, trust_env=False, timeout=_TIMEOUT)  # it connects to nothing
        self.kept: httpx2.Request | None = None

    async def send(self, request: httpx2.Request, **_options: Any) -> httpx2.Response:
        """Keep the request."""
        self.kept = request
        return httpx2.Response(200, json={}, request=request)


_OF_THE_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})


async def _whole_body(response: httpx2.Response) -> bytes:
    body = bytearray()
    try:
        read = response.aiter_bytes if "content-encoding" in response.headers else response.aiter_raw
        async with aclosing(response), aclosing(read()) as pieces:
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
