"""An editor's signature under a decision: a reason and a name, neither of them empty."""

from __future__ import annotations

from typing import Annotated

import typer

from panel.core.errors import InputError

#: The flags of it.
Reason = Annotated[str, typer.Option(help="Why; it is printed.", metavar="TEXT")]
Author = Annotated[str, typer.Option(help="Who decides; it is printed.", metavar="NAME")]


def signed(
    reason: str, author: str, because: str = "an editor's decision is signed and has a reason"
) -> dict[str, str]:
    """Reason and author on one line each.

    Raises:
        InputError: one of them is empty; `because` says why that will not do.
    """
    return {"reason": said(reason, "--reason", because), "author": said(author, "--author", because)}


def said(text: str, flag: str, because: str) -> str:
    """What an editor said on one line.

    Raises:
        InputError: nothing; `because` says why that will not do.
    """
    words = " ".join(text.split())
    if not words:
        raise InputError(f"is empty: {because}", field=flag)
    return words
