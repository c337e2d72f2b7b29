"""Which address of a record may become a link: a plain http or https one, and no other."""

from __future__ import annotations

import re

#: Scheme, an ASCII host name and only the characters RFC 3986 allows after it; no user name, which could
#: pass for a host, and no quotes, angle brackets, spaces or backslashes, which a format could misread.
_PLAIN = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]*)?",
    re.IGNORECASE,
)
_MAILBOX = re.compile(r"[A-Za-z0-9.+_-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
MAX_LENGTH = 2000


def live(address: str | None) -> bool:
    """Whether `address` may be a link; anything else is shown as text."""
    return address is not None and len(address) <= MAX_LENGTH and _PLAIN.fullmatch(address) is not None


def mailbox(address: str | None) -> bool:
    """Whether `address` is a plain e-mail address, which may stand behind `mailto:` as it is."""
    return address is not None and len(address) <= MAX_LENGTH and _MAILBOX.fullmatch(address) is not None
