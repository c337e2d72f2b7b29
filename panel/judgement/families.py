"""Which family a model is of: its maker, as far as a name and a place tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from panel.core.domain import OFFLINE_MODEL, Seating

#: How the vendors' models begin, wherever they are served.
_MAKERS = {
    "claude": "anthropic",
    "gpt": "openai",
    "chatgpt": "openai",
    "codex": "openai",
    "o1": "openai",
    "o3": "openai",
    "o4": "openai",
}
#: A word with its first digits: `gpt-6.1` begins with gpt, `o3-mini` with o3, `llama3.3` with llama3.
_FIRST_WORD = re.compile(r"[^\W\d_]+\d*")


def family_of(label: str, *, at_vendor: bool) -> str:
    """The family of a model, in lower case.

    The maker, where the name says it (`claude…` is anthropic, `gpt…` openai, wherever it is served); else the
    vendor, at whose own host a model is asked; else the name's first word without its digits, folders before
    it left out: `meta-llama/Llama-3.3-70B` is `llama`.

    Args:
        label: `provider:model`, as records write it.
        at_vendor: Whether the provider was asked at its vendor's own host.
    """
    provider, _, model = label.partition(":")
    found = _FIRST_WORD.search(model.rpartition("/")[2].casefold())
    word = found[0] if found else model.casefold()
    bare = word.rstrip("0123456789") or word
    maker = _MAKERS.get(word) or _MAKERS.get(bare)
    return maker or (provider if at_vendor else bare)


def one_family(seating: Iterable[Seating]) -> str | None:
    """The family all seats share; None where there are several, an unknown one, or a seat with no model."""
    seats = list(seating)
    families = {seat.family for seat in seats}
    if len(families) != 1 or any(seat.model == OFFLINE_MODEL for seat in seats):
        return None
    return families.pop()
