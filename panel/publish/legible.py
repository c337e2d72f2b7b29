"""Makes every text of a record one that can be shown: what no page can hold becomes U+FFFD, one for one."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from panel.core.domain import Value

#: Control characters but tab and line ends, lone surrogates, and code points that are no characters.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
#: Orders to turn the writing direction of all that follows; a plain mark (U+200E, U+200F) is not one.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: How JSON writes control characters other than tab and line ends; it may also be a backslash of the text.
_ESCAPED = re.compile(r"\\[ubf]")
#: Printed unchanged, in a block of their own where such an order can reach nothing else.
_VERBATIM = {"paragraph"}


V = TypeVar("V", bound=Value)


def legible(record: V) -> V:
    """The same record with only showable text; lengths stay, so that the spans of claims still fit."""
    return record if _nothing_to_do(record) else type(record).model_validate(_walk(record.model_dump(), ""))


def legible_text(text: str) -> str:
    """One text, shown among others."""
    # What Python calls printable holds none of either; nearly every text is, and it is told in no time.
    return text if text.isprintable() else _DIRECTION.sub("\ufffd", printable(text))


def printable(text: str) -> str:
    """The same for a text in a block of its own, which keeps its orders to turn the writing direction."""
    return text if text.isprintable() else _UNPRINTABLE.sub("\ufffd", text)


def _nothing_to_do(record: BaseModel) -> bool:
    """Whether all texts surely are showable: a look at the record as JSON is much quicker than at each."""
    try:
        whole = record.model_dump_json()
    except PydanticSerializationError:  # a lone surrogate
        return False
    return whole.isprintable() and _ESCAPED.search(whole) is None


def _walk(value: Any, field: str) -> Any:
    if isinstance(value, str):
        return printable(value) if field in _VERBATIM else legible_text(value)
    if isinstance(value, dict):
        return {key: _walk(item, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(item, field) for item in value]
    return value
