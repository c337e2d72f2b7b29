"""The one reply schema of all choices between two tools, and the strict reading of a reply against it.

A reviewer who chooses knows the tools only by the place of their dossiers; which of them stood first is the
asker's to know. As in `rubric`, the schema is constant, and what it cannot say is checked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from panel.reviewers.rubric import (
    Part,
    ReplyInvalid,
    closed,
    folded,
    list_of,
    one_of,
    read_as,
    text_field,
)

#: The dossier that stood first, the one that stood second, either by case, or no difference that counts.
Place = Literal["first", "second", "depends", "neither"]

_CASE = "One case, a clause to be read after “if”, without the word itself."

#: Reason first: the choice comes last.
CHOICE_SCHEMA: dict[str, Any] = closed(
    {
        "for_first": text_field("What speaks for the first tool against the second, in plain sentences."),
        "for_second": text_field("What speaks for the second tool against the first, in plain sentences."),
        "first_if": list_of(text_field(_CASE), "When a reader should use the first; empty if there is none."),
        "second_if": list_of(
            text_field(_CASE), "When a reader should use the second; empty if there is none."
        ),
        "because": text_field("The reason that decides, in one or two sentences."),
        "choice": one_of(["first", "second", "depends", "neither"], "What the reasons carry."),
    },
    "One reviewer's answer: what speaks for each tool and when to use it, the reason, the choice last.",
)

_Says = Annotated[str, Field(min_length=1, max_length=4_000)]
_Cases = Annotated[list[Annotated[str, Field(max_length=1_000)]], Field(max_length=10)]


class _Reply(Part):
    for_first: _Says
    for_second: _Says
    first_if: _Cases
    second_if: _Cases
    because: _Says
    choice: Annotated[Place, BeforeValidator(folded)]


@dataclass(frozen=True)
class SaidChoice:
    """A choice as the reviewer gave it, by the places of the dossiers."""

    for_first: str
    for_second: str
    first_if: tuple[str, ...]
    second_if: tuple[str, ...]
    because: str
    choice: Place

    @property
    def texts(self) -> tuple[str, ...]:
        """Every string the reviewer wrote, escapes resolved."""
        return (self.for_first, self.for_second, *self.first_if, *self.second_if, self.because)


def read_choice(text: str) -> SaidChoice:
    """Read a reply's text as strictly as `rubric.read_reply` does; "depends" needs a case for each tool.

    Raises:
        ReplyInvalid: with a one-line problem that names the field; `truncated` if the text just stops.
    """
    reply = read_as(_Reply, text)
    if not reply.because.strip():
        raise ReplyInvalid("because: is blank")
    first_if, second_if = _said(reply.first_if), _said(reply.second_if)
    if reply.choice == "depends" and not (first_if and second_if):
        empty = "second_if" if first_if else "first_if"
        raise ReplyInvalid(f"{empty}: is empty, but the choice is depends: say when to use which")
    return SaidChoice(
        for_first=reply.for_first,
        for_second=reply.for_second,
        first_if=first_if,
        second_if=second_if,
        because=reply.because,
        choice=reply.choice,
    )


def _said(cases: Sequence[str]) -> tuple[str, ...]:
    return tuple(case for case in cases if case.strip())
