"""Text on its way in or out: no lone surrogates, no key, and where a person reads it one short line."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from urllib.parse import quote

from panel.calls.vendors import Secret
from panel.core.requests import CallRequest

#: The longest message of a vendor that is passed on, in characters.
LONGEST_MESSAGE = 300
_HIDDEN = "***"
_SURROGATE = re.compile("[\ud800-\udfff]")
#: What keys of either vendor, and headers that carry one, look like.
_LOOKS_LIKE_A_KEY = re.compile(r"\bsk-[\w*.\-]{6,}|\bBearer\s+\S{8,}", re.IGNORECASE)
#: A key shorter than this ("none", "ollama") is a placeholder: its first letters and its place in a reply
#: mean nothing.
_SHORTEST_KEY = 12
_TELLING_PREFIX = 8
#: A message repeats the prompt if it shares this many characters with it.
_ECHO = 40


def without_surrogates(text: str) -> str:
    """The text as UTF-8 can hold it: each lone surrogate becomes U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def one_line(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """The text on one line of at most `longest` characters, control characters shown and not obeyed."""
    flat = " ".join(text[: 8 * longest].split())
    shown = flat if flat.isprintable() else "".join(map(_shown, flat))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _shown(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape", "replace").decode()


def repeats_prompt(text: str, request: CallRequest) -> bool:
    """Whether `text` holds a passage of the request, as servers do that quote what they refuse."""
    sent = [request.system, *(part for message in request.messages for part in message.parts)]
    # Windows at every half length: a common passage of 1.5 windows holds at least one of them whole.
    windows = (text[n : n + _ECHO] for n in range(0, len(text) - _ECHO + 1, _ECHO // 2))
    return any(window in part for window in windows for part in sent)


class Redactor:
    """Takes a key, and whatever looks like one, out of texts, headers and bodies.

    Args:
        key: The key in use; None where there is none.
    """

    def __init__(self, key: Secret | None) -> None:
        revealed = key.reveal() if key else ""
        self._forms = _forms_of(revealed)
        self._long = [form.encode() for form in self._forms if len(form) >= _SHORTEST_KEY]
        self._prefix = revealed[:_TELLING_PREFIX] if len(revealed) >= _SHORTEST_KEY else ""

    def line(self, text: str, longest: int = LONGEST_MESSAGE) -> str:
        """The text without keys, on one line."""
        for form in self._forms:
            text = text.replace(form, _HIDDEN)
        if self._prefix and self._prefix in text:
            text = re.sub(re.escape(self._prefix) + r"\S*", _HIDDEN, text)
        return one_line(_LOOKS_LIKE_A_KEY.sub(_HIDDEN, text), longest)

    def body(self, body: bytes) -> bytes:
        """The body, the key in it replaced: a reply that quotes the key is stored without it."""
        for form in self._long:
            body = body.replace(form, _HIDDEN.encode())
        return body

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers without keys in their values."""
        return {name: self.line(value) for name, value in headers.items()}


def _forms_of(key: str) -> list[str]:
    """The key as it is, quoted for a URL, and in base64; the longest first."""
    if not key:
        return []
    encoded = base64.b64encode(key.encode()).decode().rstrip("=")
    return sorted({key, quote(key, safe=""), encoded}, key=len, reverse=True)
