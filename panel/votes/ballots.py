"""Reads a vote out of a request: whose page it was sent from, how much may be sent, what it must say."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from panel.votes.vote import CHOICES, Choice

#: Bytes and seconds a vote may take; it needs a hundred of the one.
MOST_BYTES, MOST_SECONDS = 2048, 5.0
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_TOKEN_HEADER = "x-vote-token"  # noqa: S105 (a name)
_MOST_FIELDS = 8


class Ballot(NamedTuple):
    """What a request asks for.

    Attributes:
        choice: The vote.
        token: What came along to show that the page was ours; empty if nothing did.
        as_json: Whether a script sent it and wants JSON back, not another page.
    """

    choice: Choice
    token: str
    as_json: bool


def is_from_here(request: Request, own: str | None) -> bool:
    """Whether a page of this site sent the request.

    Args:
        request: A POST. Browsers say in Origin where it comes from, and newer ones in Sec-Fetch-Site as well.
        own: The site's address where it was configured; else the request's Host is taken for it.
    """
    origins, hosts = request.headers.getlist("origin"), request.headers.getlist("host")
    if len(origins) != 1 or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    if own is not None:
        return origin_of(origins[0]) == own
    found = origin_of(origins[0])
    return found is not None and len(hosts) == 1 and _host(found) == hosts[0].lower()


def origin_of(address: str) -> str | None:
    """Scheme and host of an http(s) address, `https://example.org`; None where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc or "@" in parts.netloc:
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _host(origin: str) -> str:
    return origin.partition("://")[2]


async def read_ballot(request: Request) -> Ballot:
    """The vote in a request's body.

    Raises:
        HTTPException: the body is too long or too slow, no form and no JSON, or does not say what it must.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {_FORM, _JSON}:
        raise HTTPException(415, f"Send a vote as {_FORM} or {_JSON}.")
    body = await _body(request)
    fields = _json_fields(body) if kind == _JSON else _form_fields(body)
    said, token = fields.get("vote"), fields.get("token", request.headers.get(_TOKEN_HEADER, ""))
    choice = next((each for each in CHOICES if each == said), None)
    if choice is None or not isinstance(token, str):
        raise HTTPException(400, f"vote must be one of {', '.join(CHOICES)}, token a text.")
    accepts = request.headers.get("accept", "")
    return Ballot(choice, token, as_json=kind == _JSON or (_JSON in accepts and "text/html" not in accepts))


async def _body(request: Request) -> bytes:
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or int(said[:10]) > MOST_BYTES:
        raise HTTPException(413, "That is too long for a vote.")
    body = b""
    try:
        async with asyncio.timeout(MOST_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise HTTPException(413, "That is too long for a vote.")
    except TimeoutError:
        raise HTTPException(408, "The vote did not arrive in time.") from None
    return body


def _json_fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "That is not JSON.") from None
    if not isinstance(fields, dict):
        raise HTTPException(400, "A vote is a JSON object.")
    return fields


def _form_fields(body: bytes) -> dict[str, Any]:
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "That is not a form.") from None
    if any(len(values) > 1 for values in fields.values()):
        raise HTTPException(400, "A field stands twice in the form.")
    return {name: values[0] for name, values in fields.items()}
