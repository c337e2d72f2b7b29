"""What happens on the wire while an SDK is at work, noted by the HTTP client for whoever sent."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field

#: The largest reply that is read, in bytes after decompression.
MOST_BYTES = 8_000_000


@dataclass(frozen=True)
class Answered:
    """An HTTP answer as it came: headers by lower-case name, the body decompressed.

    Neither is in its repr: both may quote the key.
    """

    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass
class Exchange:
    """What happened on the wire so far.

    Attributes:
        left: Whether the request began to leave: from then on it may be answered and billed.
        answered: The whole answer, once it is there.
        error: What broke the transport; not in the repr, it may quote a header.
    """

    left: bool = False
    answered: Answered | None = None
    error: Exception | None = field(default=None, repr=False)

    def take(self) -> Exchange:
        """What was noted; none of it stays here.

        A connection keeps the context it was opened in, and with it the exchange, for as long as it is open.
        """
        taken = Exchange(self.left, self.answered, self.error)
        self.answered = self.error = None
        return taken


class ReplyTooLarge(Exception):
    """A reply goes on beyond the cap."""

    def __str__(self) -> str:
        return f"the reply is larger than {MOST_BYTES:,} bytes"


CURRENT: ContextVar[Exchange] = ContextVar("exchange")


def current() -> Exchange:
    """The exchange the running task is in."""
    return CURRENT.get()
