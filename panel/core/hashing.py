"""Canonical JSON and the tagged hashes made from it: the one definition of "the same thing"."""

from __future__ import annotations

import hashlib
import json
from typing import Any

#: Every hash in a record says which function made it.
TAG = "sha256:"
#: Made once: a site has tens of thousands of pages whose inputs are hashed.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> bytes:
    """The one byte string for a JSON value: keys sorted, no spaces, UTF-8, no NaN.

    Lone surrogates, which UTF-8 cannot hold, are replaced by U+FFFD.

    Raises:
        ValueError: `value` holds NaN or an infinity, which JSON does not know.
        TypeError: `value` holds something JSON cannot say.
    """
    text = _CANONICAL.encode(value)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", errors="surrogatepass").decode("utf-8", errors="replace").encode("utf-8")


def digest(data: bytes | str) -> str:
    """The tagged SHA-256 of bytes, or of a text as UTF-8: `sha256:` and 64 hex digits."""
    raw = data.encode("utf-8", errors="replace") if isinstance(data, str) else data
    return TAG + hashlib.sha256(raw).hexdigest()


def digest_of(value: Any) -> str:
    """The tagged SHA-256 of a JSON value's canonical form."""
    return digest(canonical_json(value))


def bare(tagged: str) -> str:
    """The 64 hex digits of a tagged hash, as used in file names and batch ids."""
    return tagged.removeprefix(TAG)
