"""Control characters in a persona: unseen by who reads the file, obeyed by terminals, shown to the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from panel.core.frontmatter import Path_
from panel.workbench.lint.draft import Draft
from panel.workbench.lint.remarks import Remark

RULE = "control"
#: Unicode's control characters but tab and line end, and the marks that turn the direction of what follows.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_INSTEAD = "take it out; text copied from a terminal often holds such characters unseen"


def check(draft: Draft) -> Iterator[Remark]:
    """Warn of the first control character of each field and of the body."""
    for path, text in _texts(draft.document.data, ()):
        if found := _CONTROL.search(text):
            yield draft.remark(RULE, path, _says(found[0]), _INSTEAD)
    body = draft.body()
    if found := _CONTROL.search(body.text):
        yield draft.remark_on(RULE, body, found.start(), _says(found[0]), _INSTEAD)


def _says(character: str) -> str:
    kind = "a terminal escape" if character in "\x1b\x9b" else "a control character"
    return f"the text holds {kind} (U+{ord(character):04X}), which nobody sees"


def _texts(value: Any, path: Path_) -> Iterator[tuple[Path_, str]]:
    """Every text of the front matter and where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for n, each in enumerate(value):
            yield from _texts(each, (*path, n))
