"""A reader's vote as it is stored, and as one line of an export."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import AfterValidator, Field, ValidationError

from panel.core.domain import Value
from panel.core.errors import InputError, ManyInputErrors
from panel.core.records import utc_now
from panel.core.slugs import is_slug

Choice = Literal["ship", "skip", "withdrawn"]
CHOICES: tuple[Choice, ...] = get_args(Choice)

_SCHEMA = "panel.vote/1"
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
#: Wrong lines named before the rest is only counted.
_MOST_NAMED = 20


def _slug(text: str) -> str:
    if not is_slug(text):
        raise ValueError("is no slug")
    return text


def _time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Moment = Annotated[str, Field(pattern=f"^{_MOMENT}$"), AfterValidator(_time)]
Slug = Annotated[str, AfterValidator(_slug)]


class Vote(Value):
    """What one voter says of one tool; a voter has one vote for each tool and may change it.

    Attributes:
        tool: The tool's slug.
        voter: A mark made from the cookie's random id; the cookie cannot be made from it.
        choice: What the voter says now; `withdrawn` counts as no vote.
        first: When the voter first voted on this tool, in UTC with milliseconds.
        at: When the voter last did.
        origin: A mark that votes of one day from one network share, empty if not known. It is made with a
            salt that is never written down, so that no address can be found from it.
    """

    tool: Slug
    voter: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    choice: Choice
    first: Moment
    at: Moment
    origin: Annotated[str, Field(pattern=r"^([0-9a-f]{16})?$")] = ""


class Count(NamedTuple):
    """The votes for one tool that count."""

    ship: int = 0
    skip: int = 0


def now() -> str:
    """The time as votes carry it: `2026-11-20T21:04:05.123Z`."""
    return utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_line(vote: Vote) -> str:
    """A vote as one line of JSON, without the line end."""
    return json.dumps({"schema": _SCHEMA, **vote.as_json()})


def from_lines(lines: Iterable[bytes], file: str) -> list[Vote]:
    """The votes of an export, every line of which must be one; empty lines are passed over.

    Raises:
        ManyInputErrors: some are none; the first twenty are named with file, line and field.
    """
    votes: list[Vote] = []
    errors: list[InputError] = []
    for number, line in _numbered(lines):
        try:
            votes.append(_vote(line))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(step) for step in first["loc"])
            errors.append(InputError(first["msg"], file=file, line=number, field=field or None))
        except (ValueError, RecursionError) as error:
            errors.append(InputError(f"not a vote: {error}", file=file, line=number))
    if errors:
        more = len(errors) - _MOST_NAMED
        rest = [InputError(f"and {more} more lines", file=file)] if more > 0 else []
        raise ManyInputErrors(errors[:_MOST_NAMED] + rest)
    return votes


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _vote(line: bytes) -> Vote:
    data: Any = json.loads(line.decode("utf-8"))
    if not isinstance(data, dict) or data.pop("schema", None) != _SCHEMA:
        raise ValueError(f"its schema is not {_SCHEMA}")
    return Vote.model_validate(data)
