"""Which settings there are, and how what is given for one is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from panel.core.errors import InputError

#: A seat is asked so often at most.
MOST_SAMPLES = 9


@dataclass(frozen=True)
class Setting:
    """A setting's value and where it came from, in words for `panel doctor`."""

    value: Any
    origin: str

    @property
    def rank(self) -> int:
        """How strong the place is: 3 for a flag, 2 for the environment, 1 for a file, 0 for the default."""
        if self.origin.startswith("--"):
            return 3
        if self.origin.startswith("PANEL_"):
            return 2
        return 0 if self.origin == "default" else 1

    @property
    def shown(self) -> Any:
        """The value as it may be printed: an address without its password."""
        return without_password(self.value) if isinstance(self.value, str) else self.value


def _number(text: Any) -> float:
    try:
        value = float("" if isinstance(text, bool) else text)
    except (ValueError, TypeError, OverflowError):
        raise ValueError("must be a number") from None
    if not 0 <= value < float("inf"):
        raise ValueError("must be 0 or more")
    return value


def _positive(text: Any) -> float:
    value = _number(text)
    if value == 0:
        raise ValueError("must be more than 0")
    return value


def _count(text: Any) -> int:
    try:
        value = int(str(text))
    except ValueError:
        raise ValueError("must be a whole number") from None
    if value < 1:
        raise ValueError("must be 1 or more")
    return value


def _samples(text: Any) -> int:
    value = _count(text)
    if value > MOST_SAMPLES:
        raise ValueError(f"must be {MOST_SAMPLES} or less")
    return value


def _text(text: Any) -> str | None:
    if not isinstance(text, str):
        raise ValueError("must be text")  # noqa: TRY004 (what the setting says is wrong, not the program)
    return text.strip() or None


def _names(value: Any) -> tuple[str, ...] | None:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError("must be text or a list of texts")
    return tuple(part.strip() for part in parts if part.strip()) or None


def _api(text: Any) -> str:
    if text not in ("auto", "responses", "chat"):  # no set: a list from TOML cannot be looked up in one
        raise ValueError("must be auto, responses or chat")
    return str(text)


class _UnshownError(ValueError):
    """What is wrong with a value that may hold a password: it is not quoted."""


def _address(text: Any) -> str | None:
    address = _text(text)
    try:
        well_formed = address is None or ("://" in address and urlsplit(address).scheme != "")
    except ValueError:
        well_formed = False
    if not well_formed:
        raise _UnshownError("this is no address such as postgresql://user:password@host/name")
    return address


#: Every setting: how its text is read, and its default. The environment variable is PANEL_<NAME>.
SETTINGS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "provider": (_text, "auto"),
    "model": (_text, None),
    "models": (_names, None),
    "samples": (_samples, 1),
    "base_url": (_text, None),
    "openai_api": (_api, "auto"),
    "personas": (_names, None),
    "fourth": (_text, None),
    "max_usd": (_number, None),
    "price_in": (_number, None),
    "price_out": (_number, None),
    "concurrency": (_count, 8),
    "requests_per_minute": (_count, None),
    "tokens_per_minute": (_count, None),
    "call_deadline": (_positive, 180.0),
    "max_output_tokens": (_count, 6000),
    "runs_dir": (_text, "runs"),
    "ledger_url": (_address, None),
    "votes_url": (_address, None),
    "contact": (_text, None),
    "engine": (_text, "local"),
}

#: The password in an address: before the host, or as one of its parameters.
_PASSWORD = re.compile(r"(://[^/?#@:]*:)(.+)(@)|([?& ]password=)([^& ]+)()")


def without_password(address: str) -> str:
    """An address as messages may name it; text that is none stays as it is."""
    return _PASSWORD.sub(lambda found: f"{found[1] or found[4]}***{found[3] or ''}", address)


def no_such_setting(name: str, known: Collection[str], file: Path, line: int | None = None) -> InputError:
    """What to raise for a name that no setting has."""
    return InputError(f"no such setting; there are: {', '.join(known)}", file=file, line=line, field=name)


def read_setting(name: str, value: Any, origin: str, **place: Any) -> Setting:
    """A setting's value out of what a place gives.

    Args:
        name: Which setting.
        value: What is given for it.
        origin: Where, in words.
        place: The same for an error: see InputError.

    Raises:
        InputError: it does not fit.
    """
    try:
        return Setting(SETTINGS[name][0](value), origin)
    except _UnshownError as error:
        raise InputError(str(error), **place) from None
    except ValueError as error:
        shown = without_password(value) if isinstance(value, str) else value
        raise InputError(f"{shown!r} {error}", **place) from None
