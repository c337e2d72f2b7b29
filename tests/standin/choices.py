"""Scripts for a request that asks for a choice between two dossiers; None for every other request."""

from __future__ import annotations

import re

from tests.standin.answers import Instance
from tests.standin.reception import Script
from tests.standin.seen import Seen

_WALLED = re.compile(r"^<<<DOSSIER ([0-9a-f]{12,})$(.*?)^DOSSIER \1 END>>>$", re.MULTILINE | re.DOTALL)


def is_choice(seen: Seen) -> bool:
    """Whether a choice is what a request asks for."""
    return "choice" in (seen.schema or {}).get("properties", {})


def choice(word: str, **fields: object) -> Instance:
    """A choice in the reviewer's words: `first`, `second`, `depends` or `neither`."""
    said = {
        "for_first": "It says what it needs.",
        "for_second": "It is the shorter way.",
        "first_if": ["the code may not leave the house"],
        "second_if": ["nobody wants to run a server"],
        "because": f"Between them the answer is {word}, for the reader it is made for.",
    }
    return Instance({**said, "choice": word, **fields})


def dossiers(seen: Seen) -> list[str]:
    """What stands within each pair of walls, in the order shown."""
    return [found[2] for found in _WALLED.finditer(seen.text)]


def chooses(word: str) -> Script:
    """The same place, or the same word, whatever is shown."""
    return lambda seen: choice(word) if is_choice(seen) else None


def chooses_tool(sentence: str) -> Script:
    """The tool in whose dossier this stands, wherever it is shown."""

    def script(seen: Seen) -> Instance | None:
        if not is_choice(seen):
            return None
        return choice("first" if sentence in dossiers(seen)[0] else "second")

    return script


def by_chair(otherwise: Script, **chairs: Script) -> Script:
    """For the chair that is asked this move another script."""
    return lambda seen: next((each for move, each in chairs.items() if move in seen.moves), otherwise)(seen)
