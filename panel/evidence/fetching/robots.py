"""robots.txt (RFC 9309): what a site asks programs not to fetch, read once per site and kept for a while."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from panel.evidence.fetching.endings import Trouble
from panel.evidence.fetching.exchange import Reply
from panel.evidence.fetching.urls import Place

if TYPE_CHECKING:
    from protego import Protego

#: Seconds a file is kept (RFC 9309, section 2.4: not more than a day), and "keep out for now".
_KEPT = 24 * 3_600.0
_CLOSED = 600.0
#: A group's rules are stored once for each agent it names. So many are read of one site (0.4 s), and so many
#: are remembered of all, some 100 bytes each.
_MOST_RULES = 200_000
_REMEMBERED = 1_000_000
_AGENT = re.compile(r"\s*user\W?agent", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:allow|dis)", re.IGNORECASE)


@dataclass(frozen=True)
class Rules:
    """What one site says.

    Attributes:
        parsed: Its robots.txt; None: there is none.
        closed: Why nothing may be fetched for now.
        size: At most so many rules are stored.
    """

    parsed: Protego | None = None
    closed: str | None = None
    size: int = 1


@dataclass
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules | None = None
    until: float = 0.0


class Robots:
    """The rules of all sites of a run.

    Args:
        fetch: Gets the robots.txt of a place's site, redirects followed.
        agent: The product token we go by ("shipskip"), matched without regard to case.
        clock: Seconds that never run backwards.
    """

    def __init__(
        self, fetch: Callable[[Place], Awaitable[Reply]], agent: str, clock: Callable[[], float]
    ) -> None:
        self._fetch, self._agent, self._clock = fetch, agent, clock
        self._sites: OrderedDict[str, _Site] = OrderedDict()
        self._remembered = 0

    async def check(self, place: Place) -> float | None:
        """Whether a place may be fetched.

        Returns:
            Seconds the site wants between two requests, if it says so.

        Raises:
            Trouble: it may not, or the robots.txt itself cannot be had.
        """
        rules = await self._rules(place)
        if rules.closed is not None:
            raise Trouble("robots", rules.closed)
        if rules.parsed is None:
            return None
        if not rules.parsed.can_fetch(place.url, self._agent):
            raise Trouble("robots", f"robots.txt of {place.authority} asks programs not to fetch this")
        return rules.parsed.crawl_delay(self._agent)

    async def _rules(self, place: Place) -> Rules:
        site = self._site(place.origin)
        async with site.lock:  # who waits here asks again if the one before was cancelled or failed
            if site.rules is None or site.until <= self._clock():
                self._remembered -= site.rules.size if site.rules else 0
                site.rules = None
                reply = await self._asked(place)
                site.rules = rules_of(reply)
                self._remembered += site.rules.size
                self._forget()
                site.until = self._clock() + (_CLOSED if site.rules.closed else _KEPT)
            return site.rules

    async def _asked(self, place: Place) -> Reply:
        try:
            return await self._fetch(place)
        except Trouble as trouble:
            if trouble.kind in {"refused", "unreachable", "busy"}:
                raise  # the page would end the same way
            raise Trouble("robots", f"robots.txt cannot be read: {trouble.reason}") from None

    def _forget(self) -> None:
        """Drop what was not looked at for longest, until the rest is small; it is asked for again."""
        while self._remembered > _REMEMBERED and len(self._sites) > 1:
            _, site = self._sites.popitem(last=False)
            self._remembered -= site.rules.size if site.rules else 0

    def _site(self, origin: str) -> _Site:
        site = self._sites.setdefault(origin, _Site())
        self._sites.move_to_end(origin)
        return site


def rules_of(reply: Reply) -> Rules:
    """What a reply to a request for robots.txt says. Pure.

    RFC 9309, section 2.3.1: no such file (4xx) allows everything, a server in trouble (5xx) nothing. 429 is
    taken for the latter.
    """
    from protego import Protego

    if reply.has_text:
        text = reply.body.decode("utf-8", errors="replace").removeprefix("\ufeff")
        size = _most_rules(text)
        if size > _MOST_RULES:
            return Rules(closed="robots.txt has too many rules to be read")
        return Rules(parsed=Protego.parse(text), size=size)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Rules(closed=f"robots.txt answered {reply.status}: nothing may be fetched for now")
    return Rules()


def _most_rules(text: str) -> int:
    """An upper bound of what reading stores: a line counts once for each agent it may stand under."""
    total, agents, naming = 1, 0, False
    for line in text.splitlines():
        if _AGENT.match(line):
            agents = agents + 1 if naming else 1
            naming = True
        elif _RULE.match(line):
            naming = False
        total += agents
    return total
