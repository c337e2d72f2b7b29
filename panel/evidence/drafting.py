"""A new dossier as a file: front matter with what is known, the rest named in comments, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from panel.evidence.card import FrontMatter

#: What a comment says of a field that is not given yet.
_ADVICE = {
    "vendor": "who makes it",
    "version": '"2.0"',
    "url": "https://…",
    "category": "Developer Tools",
    "tagline": "one line, in your own words",
    "description": "two or three sentences; without it, the first paragraph below",
    "launched": "2026-11-21",
    "modality": "[text, code, image, audio, video]",
    "surface": "[editor, app, cli, api, library, weights, service]",
    "pricing": "a list, each entry with plan, price and the sentence below that says so as quote",
    "sources": "a list, each entry with url, title and retrieved",
}


def draft(fields: Mapping[str, Any], body: str = "") -> str:
    """The text of a dossier's file.

    Args:
        fields: What its front matter says (`evidence.card.FrontMatter`), `name` among it.
        body: The evidence, Markdown. Empty: a comment asks for it, and the dossier is none until it is there.
    """
    lines = ["---"]
    for name in FrontMatter.model_fields:
        value = fields.get(name)
        if value:
            lines.append(_as_yaml(name, value))
        elif name in _ADVICE:
            lines.append(f"# {name}: {_ADVICE[name]}")
    return "\n".join([*lines, "---", "", body.strip() or _PLEA, ""])


_PLEA = """\
<!-- Put below what is known of the tool: its page, its README, your notes with their sources. This is all
that the reviewers see. Facts that are not here will be marked as unsupported. -->"""


def _as_yaml(name: str, value: Any) -> str:
    plain = [*value] if isinstance(value, tuple) else value
    in_one_line = isinstance(plain, list) and all(isinstance(each, str) for each in plain)
    return yaml.safe_dump(
        {name: plain},
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=None if in_one_line else False,
    ).rstrip("\n")
