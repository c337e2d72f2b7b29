"""What all ready-made sources share: a request to be sent by whoever fetches, and answers read strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from panel.core.errors import InputError
from panel.evidence.launches.launch import BadLine
from panel.evidence.launches.strict_json import read_json


@dataclass(frozen=True)
class WebRequest:
    """One request; nothing here sends it.

    Attributes:
        url: Where to.
        method: GET or POST.
        headers: Names and values. They may hold a token, so they are never shown.
        body: What is posted.
    """

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = None


def answered(data: bytes, place: str) -> dict[str, Any] | BadLine:
    """The object an answer holds, or what it is instead."""
    try:
        value = read_json(data.decode("utf-8"))
    except UnicodeDecodeError:
        return BadLine(place, "the answer is not UTF-8")
    except ValueError as error:
        return BadLine(place, f"the answer {error}")
    if not isinstance(value, dict):
        return BadLine(place, "the answer is no object")
    return value


def text_of(value: Any) -> str | None:
    """A text that is not blank, else None."""
    return value if isinstance(value, str) and value.strip() else None


def bearer(token: str, *, of: str) -> str:
    """The value of an Authorization header.

    Args:
        token: As the user gave it.
        of: The variable or setting it came from, for the message; the token itself is never shown.

    Raises:
        InputError: the token is blank or holds what no header can.
    """
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise InputError(
            "is blank, or holds characters no token has", field=of, hint="copy the token once more"
        )
    return f"Bearer {token}"
