"""What lint says of a persona: where, what, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: An error keeps the persona from being used, a warning does not.
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Remark:
    """One thing to change in a persona file.

    Attributes:
        rule: The rule's file name; its section in docs/personas.md is called so.
        severity: Whether the persona can be used all the same.
        file: As messages name it.
        line: Counted from 1; None where the file as a whole is meant.
        field: The part of the file: a key of the front matter, or `body`; None for the whole file.
        says: What is wrong, in a sentence.
        instead: What to write instead, in a sentence.
    """

    rule: str
    severity: Severity
    file: str
    line: int | None
    field: str | None
    says: str
    instead: str
