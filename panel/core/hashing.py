"""Canonical JSON and the tagged hashes made from it: the one definition of "the same thing"."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")

#: Characters of the longest text that is kept with a result.
_LONGEST_KEPT = 16_000
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


def keeping_results(function: Callable[[str], T], most: int) -> Callable[[str], T]:
    """The same function, its last results kept: for texts that thousands of calls share.

    Rules, schema and tasks are the same in all calls of a run, a dossier in those of its seats. The texts are
    kept as well, unless they are longer than 16,000 characters.

    Args:
        function: What is asked of a text.
        most: How many results are kept.
    """
    kept = lru_cache(maxsize=most)(function)
    return lambda text: kept(text) if len(text) <= _LONGEST_KEPT else function(text)


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
