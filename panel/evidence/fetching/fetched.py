"""What a fetch gives: the text of a page, or that it has not changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Validators:
    """What the server said of an earlier text, to be asked whether it still holds.

    Attributes:
        url: Where that text was in the end, redirects followed; the server there is asked, no other.
        etag: As the server wrote it.
        last_modified: As the server wrote it.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Fetched:
    """A text of the outside; data, never instructions.

    Attributes:
        url: What was asked for.
        final_url: Where it was, redirects followed.
        status: 200 or 203.
        headers: Those of `KEPT_HEADERS` that were there, names in lower case.
        body: Decompressed.
        text: The body decoded; U+FFFD stands for what is no character.
        charset: What it was decoded from.
        retrieved: When, in UTC.
        etag: For the next time; see `validators`.
        last_modified: For the next time.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    text: str
    charset: str
    retrieved: datetime
    etag: str | None = None
    last_modified: str | None = None

    @property
    def validators(self) -> Validators:
        """What to hand to the next `get` of this URL."""
        return Validators(self.final_url, self.etag, self.last_modified)


@dataclass(frozen=True)
class NotModified:
    """The earlier text still holds.

    Attributes:
        url: What was asked for.
        validators: Those the caller passed: still good.
        retrieved: When that was said, in UTC.
    """

    url: str
    validators: Validators
    retrieved: datetime


#: What of a reply's header is handed on.
KEPT_HEADERS = (
    "content-language",
    "content-type",
    "date",
    "link",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
)
