"""An editor's signature under a decision: a reason and a name, neither of them empty."""

from __future__ import annotations

from panel.core.errors import InputError


def signed(reason: str, author: str) -> dict[str, str]:
    """Reason and author on one line each.

    Raises:
        InputError: one of them is empty.
    """
    return {"reason": _said(reason, "--reason"), "author": _said(author, "--author")}


def _said(text: str, flag: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise InputError("is empty: an editor's decision is signed and has a reason", field=flag)
    return words
