"""How a fetch ends without a text: an error that names URL, reason and limit, and shows no secret."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from panel.core.errors import InputError

Kind = Literal[
    "refused",  # the URL or an address behind it is none we go to
    "robots",  # the site asks programs to stay away
    "limit",  # larger, slower or more than is read
    "redirect",  # redirected in a circle, too often, or to nowhere
    "status",  # answered, but not with the text
    "busy",  # asked for a longer wait than we sit out
    "type",  # another kind of content than the caller reads
    "encoding",  # a charset or compression that is not read
    "unreachable",  # no address, no connection, no certificate
    "broken",  # the reply is not HTTP, or ends too early
]

_SHOWN = 300
_SECRET = re.compile(
    r"([?&;][^=&;#]*(?:token|key|secret|passw|pwd|sig|auth|code|session)[^=&;#]*=)[^&;#]+", re.IGNORECASE
)
_UNSEEN = re.compile(r"[^\x20-\x7e\u00a1-\u02ff\u0370-\u058f\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True)
class Limit:
    """A limit that was passed, as `Limits` names it; seconds, bytes or a number of things."""

    name: str
    value: float

    def __str__(self) -> str:
        value = f"{self.value:,}" if isinstance(self.value, int) else f"{self.value:g}"
        return f"limit {self.name}: {value}"


class Trouble(Exception):
    """Why a request did not give a text; raised inside this package, where the URL asked for is not known.

    Args:
        kind: What sort of ending it is.
        reason: In words; everything of the outside in it is escaped with `visible`.
        limit: The limit that was passed.
        status: What the server answered.
        retry_after: Seconds the server asked to wait.
    """

    def __init__(
        self,
        kind: Kind,
        reason: str,
        *,
        limit: Limit | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = f"{reason} ({limit})" if limit else reason
        self.limit, self.status, self.retry_after = limit, status, retry_after


class NotFetched(InputError):
    """A URL gave no text. `str()` is one line: the URL, the hop it failed at, the reason and the limit.

    Args:
        url: What was asked for, as it was written.
        trouble: What went wrong.
        hop: Where the last redirect led, if there was one.
    """

    def __init__(self, url: str, trouble: Trouble, *, hop: str | None = None) -> None:
        led = f"redirected to {shown(hop)}: " if hop is not None else ""
        self.url = shown(url)
        self.hop = shown(hop) if hop is not None else None
        self.kind, self.reason, self.limit = trouble.kind, trouble.reason, trouble.limit
        self.status, self.retry_after = trouble.status, trouble.retry_after
        super().__init__(f"{led}{trouble.reason}", file=self.url)

    @property
    def temporary(self) -> bool:
        """Whether the host itself asks to come back later: the same request may well go through then."""
        return self.kind == "busy" or self.status == HTTPStatus.TOO_MANY_REQUESTS

    @property
    def again(self) -> str:
        """What to run, and when, where the same request may go through later."""
        wait = f"in {math.ceil(self.retry_after):,} seconds" if self.retry_after else "later"
        return f"run the same command again {wait}"


def shown(url: str) -> str:
    """A URL for a message: credentials masked, what nobody sees escaped, cut at 300 characters."""
    return visible(masked(_without_userinfo(url[: 4 * _SHOWN]))).replace(" ", "%20")


def masked(url: str) -> str:
    """A URL whose parameters that sound like keys, tokens or signatures have `***` for a value."""
    return _SECRET.sub(r"\1***", url)


def visible(text: str, most: int = _SHOWN) -> str:
    """Text of the outside for a message: controls, bidi marks and rare scripts as escapes, cut."""
    escaped = _UNSEEN.sub(lambda match: match.group().encode("unicode_escape").decode(), text[:most])
    return escaped[:most] + ("…" if len(text) > most or len(escaped) > most else "")


def _without_userinfo(url: str) -> str:
    """`https://***@host/` for `https://user:password@host/`, however the slashes are written."""
    start = re.match(r"\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]*", url, re.IGNORECASE)
    head, rest = url[: start.end() if start else 0], url[start.end() if start else 0 :]
    authority = re.split(r"[/\\?#]", rest, maxsplit=1)[0]
    _, colon, port = authority.partition(":")
    # An `@` behind a slash is a path's, unless a password with a slash in it cut the authority short.
    reach = authority if not colon or port.isdigit() or "@" in authority else rest
    at = reach.rfind("@")
    return f"{head}***{rest[at:]}" if at >= 0 else url
