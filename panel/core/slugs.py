"""Names made safe for every file system and URL: ASCII, bounded, never reserved."""

from __future__ import annotations

import hashlib
import re
import unicodedata

MAX_LENGTH = 80
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: Device names that some file systems refuse, whatever their ending, and what a folder's own page is called.
_RESERVED = {
    "con", "prn", "aux", "nul", "clock", "index",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}  # fmt: skip


def is_slug(text: str) -> bool:
    """Whether `text` is already a safe slug: lower-case ASCII words joined by single hyphens, 80 at most."""
    return len(text) <= MAX_LENGTH and _SLUG.fullmatch(text) is not None and text not in _RESERVED


def slugify(name: str) -> str:
    """A safe slug for any name. The same name always gives the same slug.

    Accents are dropped, everything that is not an ASCII letter or digit becomes a hyphen. Where that loses
    all, is too long or hits a reserved name, eight hex digits of the name's hash keep it distinct.
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    ascii_only = folded.encode("ascii", "ignore").decode()
    # A letter without ASCII form (a dash, an ideogram) separates words; a combining accent does not.
    if len(ascii_only) != len([c for c in folded if not unicodedata.combining(c)]):
        ascii_only = "".join(c if c.isascii() else "" if unicodedata.combining(c) else "-" for c in folded)
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    if is_slug(slug):
        return slug
    mark = hashlib.sha256(name.encode("utf-8", errors="replace")).hexdigest()[:8]
    return f"{slug[: MAX_LENGTH - 9].strip('-') or 'tool'}-{mark}"
