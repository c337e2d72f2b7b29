"""One request to one place, and its reply, read within the limits; no redirect, no second try."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from panel.evidence.fetching.connecting import Door, explained
from panel.evidence.fetching.endings import Limit, Trouble, visible
from panel.evidence.fetching.inflating import ACCEPTED, Body
from panel.evidence.fetching.limits import Budget
from panel.evidence.fetching.urls import Place

if TYPE_CHECKING:
    from httpcore2 import AsyncNetworkStream
    from httpcore2 import Response as RawResponse

_WITH_TEXT = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION})


@dataclass(frozen=True)
class Ask:
    """What is wanted of a place.

    Attributes:
        accept: Media types: `text/html`, `text/*` or `*/*`.
        most: Bytes that are read.
        cut: Keep the first `most` bytes of a longer body, instead of giving up.
        headers: Further header lines of the request.
        body: What is posted; None: the request is a GET.
    """

    accept: Collection[str]
    most: int
    cut: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Reply:
    """What one place answered. The body is empty unless the status promises the text itself (200, 203)."""

    place: Place
    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def has_text(self) -> bool:
        """Whether the body is what was asked for."""
        return self.status in _WITH_TEXT


@dataclass(frozen=True)
class Exchange:
    """Sends requests, each over a connection of its own, so that each is checked anew.

    Args:
        door: Opens connections.
        user_agent: Goes into every request.
        certificates: Gives the authorities that are trusted; asked when the first https:// place is.
    """

    door: Door
    user_agent: str
    certificates: Callable[[], ssl.SSLContext]

    async def ask(self, place: Place, wanted: Ask, budget: Budget) -> Reply:
        """Send one request.

        Args:
            place: Where to.
            wanted: What is read of the reply.
            budget: The seconds this may take.

        Raises:
            Trouble: no reply within the limits, or one of another kind.
        """
        import httpcore2

        origin = httpcore2.Origin(place.scheme.encode(), place.host.encode(), place.port)
        url = httpcore2.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
        async with budget.running(), AsyncExitStack() as stack:
            stream = await self._opened(place, stack)
            with explained():
                http = await stack.enter_async_context(httpcore2.AsyncHTTP11Connection(origin, stream))
                method = "GET" if wanted.body is None else "POST"
                sending = http.stream(method, url, headers=self._headers(place, wanted), content=wanted.body)
                async with sending as response:
                    return await self._read(place, response, wanted, budget)

    async def _opened(self, place: Place, stack: AsyncExitStack) -> AsyncNetworkStream:
        stream = await self.door.open(place)
        stack.push_async_callback(stream.aclose)
        if place.scheme == "https":
            with explained():
                stream = await stream.start_tls(self._certificates, server_hostname=place.host)
            stack.push_async_callback(stream.aclose)
        return stream

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        context = self.certificates()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _headers(self, place: Place, wanted: Ask) -> list[tuple[str, str]]:
        ours = {
            "host": place.authority,
            "user-agent": self.user_agent,
            "accept": ", ".join(wanted.accept),
            "accept-encoding": ACCEPTED,
            "connection": "close",
        }
        if wanted.body is not None:
            ours["content-length"] = str(len(wanted.body))
        return list((ours | {name.lower(): value for name, value in wanted.headers.items()}).items())

    async def _read(self, place: Place, response: RawResponse, wanted: Ask, budget: Budget) -> Reply:
        most = self.door.limits.header_bytes
        if sum(len(name) + len(value) for name, value in response.headers) > most:
            raise Trouble("limit", "the header lines are too large", limit=Limit("header_bytes", most))
        headers: dict[str, str] = {}
        for name, value in response.headers:
            headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
        reply = Reply(place, response.status, headers)
        if not reply.has_text:
            return reply
        check_type(headers.get("content-type", ""), wanted.accept)
        body = Body(headers.get("content-encoding", ""), self.door.limits, most=wanted.most, cut=wanted.cut)
        body.announce(headers.get("content-length"))
        async with aclosing(response.aiter_stream()) as pieces:
            async for piece in pieces:
                budget.check()
                body.add(piece)
                if body.full:
                    break
        return Reply(place, response.status, headers, body.whole())


def check_type(content_type: str, accept: Collection[str]) -> None:
    """Whether a reply is of a kind the caller reads; one that does not say is read only with `*/*`.

    Raises:
        Trouble: it is not.
    """
    kind = re.split("[;,]", content_type, maxsplit=1)[0].strip().lower()
    wide = f"{kind.partition('/')[0]}/*"
    if not {kind, wide, "*/*"} & {one.lower() for one in accept}:
        named = visible(kind, 60) if kind else "content of no named type"
        raise Trouble("type", f"is {named}; read are: {', '.join(sorted(accept))}")
