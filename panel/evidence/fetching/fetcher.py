"""The guarded client: a URL in, its text out, through checked addresses, limits, robots.txt and manners."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self
from urllib.parse import urljoin

from panel.evidence.fetching.connecting import (
    Connect,
    Door,
    Resolve,
    system_certificates,
    system_resolver,
    tcp,
)
from panel.evidence.fetching.decoding import decoded
from panel.evidence.fetching.endings import Kind, Limit, NotFetched, Trouble, shown
from panel.evidence.fetching.exchange import Ask, Exchange, Reply
from panel.evidence.fetching.fetched import KEPT_HEADERS, Fetched, NotModified, Validators
from panel.evidence.fetching.limits import Budget, Limits
from panel.evidence.fetching.manners import Manners, asked_wait
from panel.evidence.fetching.robots import Robots
from panel.evidence.fetching.urls import Place, Reach, place_of

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Answers after which the same request may go well a little later.
_PASSING = frozenset({429, 500, 502, 503, 504})
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,1024}")


def user_agent(version: str, contact: str | None = None) -> str:
    """What this program calls itself: `shipskip/0.1.0`, and who to turn to.

    Args:
        version: Of the program.
        contact: A URL or address of whoever runs it, from their settings; none is made up.
    """
    return f"shipskip/{version} (+{contact})" if contact else f"shipskip/{version}"


class Fetcher:
    """Fetches pages, READMEs, feeds and robots.txt. One for a run: what it knows of hosts is shared.

    Proxies of the environment are ignored: a proxy connects by itself, unchecked. There are no cookies, no
    credentials of `.netrc`, no kept connections.

    Args:
        user_agent: Goes into every request; what stands before the `/` is what robots.txt knows us by.
        limits: See `Limits`.
        reach: Ports and addresses that may be connected to: the public web.
        resolve: Gives a name's addresses.
        connect: Opens a connection to one of them.
        certificates: Gives the trusted authorities.
        clock: Seconds that never run backwards.
        sleep: Waits for so many of them.
        now: The time in UTC.

    Raises:
        ValueError: `user_agent` is no header line.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        limits: Limits | None = None,
        reach: Reach | None = None,
        resolve: Resolve = system_resolver,
        connect: Connect = tcp,
        certificates: Callable[[], ssl.SSLContext] = system_certificates,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not _PRINTABLE.fullmatch(user_agent):
            raise ValueError("a user agent is one line of printable ASCII")
        self._limits = limits or Limits()
        self._reach = reach or Reach()
        self._clock, self._now = clock, now
        door = Door(self._reach, self._limits, resolve, connect)
        self._exchange = Exchange(door, user_agent, certificates)
        self._manners = Manners(self._limits, clock, sleep)
        self._robots = Robots(self._robots_txt, re.split(r"[/ ]", user_agent)[0], clock)
        self._closed = False

    async def get(
        self,
        url: str,
        *,
        accept: Collection[str],
        earlier: Validators | None = None,
        headers: Mapping[str, str] | None = None,
        robots: bool = True,
    ) -> Fetched | NotModified:
        """The text at a URL, redirects followed.

        Args:
            url: http or https.
            accept: Media types the caller reads: `text/html`, `text/*`; anything else is not downloaded.
            earlier: `validators` of an earlier answer; if that still holds, the answer is `NotModified`.
            headers: Further header lines, such as Authorization. They go to the URL's own site, never to
                another one it redirects to.
            robots: Honour robots.txt. False only for an API that is documented for programs.

        Raises:
            NotFetched: refused, out of limits, unreachable, or not the text.
            RuntimeError: the fetcher is closed.
        """
        return await self._asked(url, headers or {}, earlier, Ask(accept, self._limits.bytes), robots=robots)

    async def post(
        self, url: str, body: bytes, *, accept: Collection[str], headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """What an API that is documented for programs answers to a posted question, such as GraphQL.

        No redirect is followed: neither question nor token goes where the caller did not send it. Where the
        host is busy or in trouble the question is sent once more, as with `get`, so it must change nothing.

        Args:
            url: https.
            body: What is posted; its type stands in `headers`.
            accept: Media types the caller reads.
            headers: Further header lines, such as Authorization.

        Raises:
            NotFetched: refused, out of limits, unreachable, or not the text.
            RuntimeError: the fetcher is closed.
        """
        found = await self._asked(
            url, headers or {}, None, Ask(accept, self._limits.bytes, body=body), robots=False
        )
        assert isinstance(found, Fetched)  # without validators there is no "not modified"
        return found

    async def close(self) -> None:
        """Take no further request. Those under way belong to whoever awaits them."""
        self._closed = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    # ---------------------------------------------------------------- on the way

    async def _asked(
        self, url: str, headers: Mapping[str, str], earlier: Validators | None, ask: Ask, *, robots: bool
    ) -> Fetched | NotModified:
        if self._closed:
            raise RuntimeError("this fetcher is closed")
        trip = _Trip(url, headers, earlier, Budget("seconds", self._limits.seconds, self._clock))
        try:
            _check_headers(trip.given)
            if ask.body is not None:
                _check_encrypted(url)
            reply = await self._followed(trip, ask, robots=robots)
            return self._answer(trip, reply)
        except Trouble as trouble:
            raise NotFetched(url, trouble, hop=trip.hop) from None

    async def _followed(self, trip: _Trip, ask: Ask, *, robots: bool) -> Reply:
        while True:
            place = place_of(trip.here, self._reach)
            trip.arrive(place, self._limits.redirects)
            if robots:
                self._manners.slow(place.host, await self._robots.check(place) or 0.0)
            wanted = replace(ask, headers=trip.headers_for(place))
            reply = await self._answered(place, wanted, trip)
            if reply.status not in _REDIRECTS:
                return reply
            if ask.body is not None:
                raise Trouble(
                    "redirect", "redirects what is posted, which is not followed", status=reply.status
                )
            if not reply.headers.get("location"):
                raise Trouble("redirect", "redirects to nowhere", status=reply.status)
            try:
                trip.here = urljoin(place.url, _utf8(reply.headers["location"]))
            except ValueError:
                raise Trouble("redirect", "redirects to what is no address", status=reply.status) from None

    async def _answered(self, place: Place, wanted: Ask, trip: _Trip) -> Reply:
        """One reply; what is likely to pass is asked for once more on a whole trip."""
        while True:
            async with self._manners.turn(place.host):
                reply = await self._exchange.ask(place, wanted, trip.budget)
            wait = asked_wait(reply.headers, self._now()) if reply.status >= HTTPStatus.BAD_REQUEST else None
            again = reply.status in _PASSING
            if wait is not None or again:
                self._manners.hold(place.host, self._limits.pause if wait is None else wait)
            if not again or trip.repeated or (wait or 0.0) > self._limits.longest_wait:
                return reply
            trip.repeated = True

    async def _robots_txt(self, place: Place) -> Reply:
        budget = Budget("robots_seconds", self._limits.robots_seconds, self._clock)
        ask = Ask(("text/plain", "*/*"), self._limits.robots_bytes, cut=True)
        trip = _Trip(f"{place.origin}/robots.txt", {}, None, budget)
        try:
            return await self._followed(trip, ask, robots=False)
        except Trouble as trouble:
            if trip.hop is None:
                raise
            raise Trouble("robots", f"robots.txt leads to {shown(trip.hop)}: {trouble.reason}") from None

    # ---------------------------------------------------------------- at the end

    def _answer(self, trip: _Trip, reply: Reply) -> Fetched | NotModified:
        if reply.status == HTTPStatus.NOT_MODIFIED and trip.earlier and trip.earlier.url == reply.place.url:
            return NotModified(trip.url, trip.earlier, self._now())
        if not reply.has_text:
            wait = asked_wait(reply.headers, self._now())
            kind: Kind = "status" if wait is None else "busy"
            raise Trouble(kind, f"answered {_named(reply.status)}", status=reply.status, retry_after=wait)
        text, charset = decoded(reply.body, reply.headers.get("content-type", ""))
        return Fetched(
            url=trip.url,
            final_url=reply.place.url,
            status=reply.status,
            headers={name: reply.headers[name] for name in KEPT_HEADERS if name in reply.headers},
            body=reply.body,
            text=text,
            charset=charset,
            retrieved=self._now(),
            etag=_sendable(reply.headers.get("etag")),
            last_modified=_sendable(reply.headers.get("last-modified")),
        )


class _Trip:
    """One `get`, from the URL asked for to where it ends.

    Args:
        url: As asked for.
        headers: The caller's.
        earlier: The caller's.
        budget: Seconds for all of it.
    """

    def __init__(
        self, url: str, headers: Mapping[str, str], earlier: Validators | None, budget: Budget
    ) -> None:
        self.url = self.here = url
        self.budget, self.earlier, self.given = budget, earlier, headers
        self.repeated = False
        self._visited: list[Place] = []

    @property
    def hop(self) -> str | None:
        """Where a redirect led; None while there was none."""
        return None if self.here == self.url else self.here

    def arrive(self, place: Place, most: int) -> None:
        """Note a place before it is asked.

        Raises:
            Trouble: it was asked already, or there were too many.
        """
        if place in self._visited:
            raise Trouble("redirect", f"redirected in a circle of {self._circle(place)}")
        if len(self._visited) > most:
            raise Trouble("redirect", "redirected too often", limit=Limit("redirects", most))
        self._visited.append(place)

    def headers_for(self, place: Place) -> dict[str, str]:
        """The caller's headers at the first site, and the validators where they belong."""
        headers = dict(self.given) if place.origin == self._visited[0].origin else {}
        if self.earlier is not None and self.earlier.url == place.url:
            etag, modified = _sendable(self.earlier.etag), _sendable(self.earlier.last_modified)
            headers |= {"if-none-match": etag} if etag else {}
            headers |= {"if-modified-since": modified} if modified else {}
        return headers

    def _circle(self, place: Place) -> str:
        length = len(self._visited) - self._visited.index(place)
        return "one page" if length == 1 else f"{length} pages"


def _check_headers(headers: Mapping[str, str]) -> None:
    """A token that was pasted with its line end is found out here, where its value is not shown."""
    for name, value in headers.items():
        if not _PRINTABLE.fullmatch(value) or value != value.strip():
            raise Trouble(
                "refused", f"the value given for the header line {name} is none; is it cut or padded?"
            )


def _check_encrypted(url: str) -> None:
    if not url.lower().startswith("https:"):
        raise Trouble("refused", "is no https:// address, and nothing is posted elsewhere")


def _utf8(value: str) -> str:
    """A header's value as the servers mean it that write other than ASCII into a Location."""
    return value.encode("latin-1").decode("utf-8", errors="replace").strip()


def _sendable(value: str | None) -> str | None:
    return value if value is not None and _PRINTABLE.fullmatch(value) else None


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
