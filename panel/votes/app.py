"""The web application: the site's files, `/votes/<tool>` and `/votes.json`; knows HTTP, decides no rule."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from panel.core.errors import PanelError
from panel.core.outcomes import Community
from panel.core.slugs import is_slug
from panel.judgement.community import shown
from panel.site.settings import SiteSettings
from panel.site.templating import policy
from panel.votes import pages
from panel.votes.addresses import Network, Origins, client_address, is_trusted
from panel.votes.ballots import is_from_here, origin_of, read_ballot
from panel.votes.guard import Guard, Says
from panel.votes.identity import COOKIE_SECONDS, Identities, Voter
from panel.votes.known_tools import KnownTools
from panel.votes.limits import Limits
from panel.votes.site_files import SiteFiles
from panel.votes.stores.base import Store
from panel.votes.vote import Choice, Count, Vote, now

SCHEMA = "panel.votes/1"
#: Seconds for which all counts are read once; how long a browser may keep them.
_COUNTS_SECONDS = 5
#: Tools that may be asked for by name at once.
_MOST_NAMED = 100
_TRY_AGAIN_SECONDS = 30


@dataclass(frozen=True)
class Parts:
    """What the application is made of.

    Attributes:
        store: Where votes are kept.
        identities: Makes and knows cookies.
        tools: What may be voted on.
        files: The site.
        limits: How often one network may vote.
        trusted: Proxies whose words about the client count.
        url: The site's public address, if it was configured.
        says: Told in one line what the operator should know.
        site: The settings of the site: its pages' policy follows from them.
    """

    store: Store
    identities: Identities
    tools: KnownTools
    files: SiteFiles
    limits: Limits
    trusted: Sequence[Network]
    url: str | None
    says: Says
    site: SiteSettings = field(default_factory=SiteSettings)


def build(parts: Parts) -> Guard:
    """The application. No exception leaves it, and every answer carries the security headers."""
    votes = VoteRoutes(parts)
    app = Starlette(
        routes=[
            Route("/votes.json", votes.all_counts, methods=["GET"]),
            Route("/votes/{tool}", votes.one_tool, methods=["GET", "POST"]),
            Route("/{path:path}", parts.files.respond, methods=["GET"]),
        ],
        exception_handlers={
            HTTPException: _refusal,
            PanelError: votes.unavailable,
            ClientDisconnect: _nobody_there,
        },
    )
    app.router.redirect_slashes = False
    return Guard(app, parts.says, policy(parts.site))


class VoteRoutes:
    """What happens at the addresses of votes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._own = origin_of(parts.url) if parts.url else None
        self._origins = Origins()
        self._counts: Mapping[str, Count] = {}
        self._counts_read = float("-inf")
        self._one_reads = asyncio.Lock()

    async def all_counts(self, request: Request) -> Response:
        """`GET /votes.json[?tools=a,b]`: the counts that may be shown, by tool; sets no cookie."""
        async with self._one_reads:
            if time.monotonic() - self._counts_read >= _COUNTS_SECONDS:
                self._counts = await self._parts.store.counts()
                self._counts_read = time.monotonic()
        asked = request.query_params.get("tools")
        if asked is None:
            found = {tool: _shown(count) for tool, count in self._counts.items()}
            named = {tool: each for tool, each in found.items() if each.percent is not None}
        else:
            slugs = [slug for slug in asked.split(",") if is_slug(slug)][:_MOST_NAMED]
            named = {slug: _shown(self._counts.get(slug, Count())) for slug in slugs}
        tools = {tool: _count(each) for tool, each in sorted(named.items())}
        headers = {"Cache-Control": f"public, max-age={_COUNTS_SECONDS}"}
        return JSONResponse({"schema": SCHEMA, "tools": tools}, headers=headers)

    async def one_tool(self, request: Request) -> Response:
        """`GET /votes/<tool>`: the count, one's own vote and the token; `POST`: a vote."""
        tool = request.path_params["tool"]
        if not await asyncio.to_thread(self._parts.tools.has, tool):
            raise HTTPException(404, "No tool of that name is live here, so there is nothing to vote on.")
        if request.method == "POST":
            return await self._vote(request, tool)
        if "vote" in request.query_params:
            raise HTTPException(405, "A vote is sent with POST.", headers={"Allow": "POST"})
        voter = self._known(request) or self._parts.identities.new()
        state = await self._state(tool, voter)
        response = self._page(tool, voter, state) if _wants_page(request) else self._json(tool, voter, state)
        return self._with_cookie(response, request, voter)

    async def unavailable(self, request: Request, error: Exception) -> Response:
        """503, where the store cannot do it; the operator is told why, the reader is not."""
        assert isinstance(error, PanelError)
        self._parts.says(f"votes are not available: {error.message}")
        try_again = HTTPException(
            503, "Votes cannot be taken at the moment.", headers={"Retry-After": str(_TRY_AGAIN_SECONDS)}
        )
        return await _refusal(request, try_again)

    async def _vote(self, request: Request, tool: str) -> Response:
        if not is_from_here(request, self._own):
            raise HTTPException(403, "This vote was not sent from a page of this site.")
        asked = await read_ballot(request)
        voter = self._known(request)
        if voter is None or not voter.holds(asked.token):
            return await self._ask_to_confirm(request, tool, voter or self._parts.identities.new())
        await self._cast(request, tool, voter, asked.choice)
        if asked.as_json:
            return self._json(tool, voter, (await self._community(tool), asked.choice))
        return RedirectResponse(
            await self._way_back(request, tool), status_code=303, headers={"Cache-Control": "no-store"}
        )

    async def _cast(self, request: Request, tool: str, voter: Voter, choice: Choice) -> None:
        address, moment = self._address(request), now()
        wait = self._parts.limits.take(self._origins.mark(address, "limits"), tool)
        if wait:
            raise HTTPException(
                429, "Too many votes came from your network.", headers={"Retry-After": str(wait)}
            )
        origin = self._origins.mark(address, moment[:10])
        vote = Vote(tool=tool, voter=voter.mark, choice=choice, first=moment, at=moment, origin=origin)
        # A reader who leaves takes nothing back that is on its way.
        await asyncio.shield(self._parts.store.cast(vote))

    async def _ask_to_confirm(self, request: Request, tool: str, voter: Voter) -> Response:
        """Nothing was counted, but who did not hold the token gets it: a static page has none to send."""
        state = await self._state(tool, voter)
        message = "Nothing was counted yet: please press once more."
        if _wants_page(request):
            response: Response = self._page(tool, voter, state, message=message, status=403)
        else:
            response = self._json(tool, voter, state, error=message, status=403)
        return self._with_cookie(response, request, voter)

    async def _state(self, tool: str, voter: Voter) -> tuple[Community, Choice | None]:
        yours = None if voter.new else await self._parts.store.choice(tool, voter.mark)
        return await self._community(tool), yours

    async def _community(self, tool: str) -> Community:
        counts = await self._parts.store.counts([tool])
        return _shown(counts.get(tool, Count()))

    def _json(
        self,
        tool: str,
        voter: Voter,
        state: tuple[Community, Choice | None],
        *,
        error: str = "",
        status: int = 200,
    ) -> Response:
        community, yours = state
        content: dict[str, Any] = {"schema": SCHEMA, "tool": tool, **_count(community), "yours": yours}
        content |= {"token": voter.token} | ({"error": error} if error else {})
        return JSONResponse(content, status_code=status, headers=_PRIVATE)

    def _page(
        self,
        tool: str,
        voter: Voter,
        state: tuple[Community, Choice | None],
        *,
        message: str = "",
        status: int = 200,
    ) -> Response:
        ballot = pages.ballot(tool, voter.token, *state)
        text = pages.page(
            f"Readers’ votes on {tool}",
            message=message,
            shown=ballot,
            back=self._parts.tools.page(tool) or "/",
        )
        return _html(text, status, _PRIVATE)

    def _known(self, request: Request) -> Voter | None:
        return self._parts.identities.known(request.cookies.get(self._cookie_name(request)))

    def _with_cookie(self, response: Response, request: Request, voter: Voter) -> Response:
        # What another site makes a browser load here must not make a new voter of its reader.
        if voter.new and request.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            response.set_cookie(
                self._cookie_name(request),
                voter.cookie,
                max_age=COOKIE_SECONDS,
                path="/",
                secure=self._is_https(request),
                httponly=True,
                samesite="lax",
            )
        return response

    def _cookie_name(self, request: Request) -> str:
        # Browsers take a __Host- cookie over https only, and from no subdomain.
        return "__Host-voter" if self._is_https(request) else "voter"

    def _is_https(self, request: Request) -> bool:
        if self._own is not None:
            return self._own.startswith("https:")
        forwarded = request.headers.get("x-forwarded-proto", "")
        if forwarded and is_trusted(_peer(request), self._parts.trusted):
            return forwarded.rpartition(",")[2].strip().lower() == "https"
        return bool(request.scope["scheme"] == "https")

    def _address(self, request: Request) -> str:
        forwarded = request.headers.getlist("x-forwarded-for")
        return client_address(_peer(request), forwarded, self._parts.trusted)

    async def _way_back(self, request: Request, tool: str) -> str:
        """The page the form was on, else the tool's; always a path of this site."""
        referer = request.headers.get("referer", "")
        origin = origin_of(referer)
        if origin is not None and origin == origin_of(request.headers["origin"]):
            return quote("/" + urlsplit(referer).path.lstrip("/"), safe="/%-._~")
        return await asyncio.to_thread(self._parts.tools.page, tool) or f"/votes/{tool}"


_PRIVATE = {"Cache-Control": "no-store", "Vary": "Accept, Cookie"}


def _shown(count: Count) -> Community:
    return shown(count.ship, count.ship + count.skip)


def _count(community: Community) -> dict[str, int | None]:
    known = community.percent is not None
    return {"percent": community.percent, "votes": community.votes if known else None}


def _peer(request: Request) -> str | None:
    return request.client.host if request.client else None


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _html(text: str, status: int, headers: Mapping[str, str]) -> Response:
    return HTMLResponse(text, status, {**headers, "Content-Security-Policy": pages.policy()})


async def _refusal(request: Request, error: Exception) -> Response:
    """An error of HTTP, as a page, JSON or text; it repeats nothing of the request."""
    assert isinstance(error, HTTPException)
    headers = {**(error.headers or {}), "Cache-Control": "no-store"}
    if not request.scope["path"].startswith("/votes"):
        return PlainTextResponse(f"{error.detail}\n", error.status_code, headers)
    if _wants_page(request):
        return _html(pages.page(error.detail), error.status_code, headers)
    return JSONResponse({"error": error.detail}, error.status_code, headers)


async def _nobody_there(_: Request, __: Exception) -> Response:
    return Response(status_code=400)
