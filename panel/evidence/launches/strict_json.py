"""JSON read strictly: no NaN, no key twice, nothing that makes the reader fall over."""

from __future__ import annotations

import json
from typing import Any


def read_json(text: str) -> Any:
    """The value a text holds. Numbers with a point stay the text that was typed: `1.10` is not 1.1.

    Raises:
        ValueError: it is no JSON, holds NaN, an infinity or a number of thousands of digits, gives a key
            twice, or is nested too deeply; the message is one line for the text's author.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"is no JSON: {error.msg.removesuffix(' at')} at character {error.pos + 1}"
        ) from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except _RefusedError:
        raise
    except ValueError:
        raise ValueError("holds a number of too many digits") from None


class _RefusedError(ValueError):
    """Refused by a rule of this module, in words for the author."""


def _no_constant(name: str) -> Any:
    raise _RefusedError(f"holds {name}, which JSON does not know")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _RefusedError(f"gives the key {twice[:40]!r} twice")
    return made


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=str, object_pairs_hook=_distinct)
