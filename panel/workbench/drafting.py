"""A new persona's file, composed from answers to a few questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from panel.core.domain import Chair
from panel.core.errors import InputError
from panel.reviewers.persona_schema import EDITOR_LINE

#: The paragraph's length where none is given; what the shipped core personas have.
WORDS = (90, 150)
#: Before the shipped fourth chairs, whose ranks are 10, 20 and 30.
RANK = 5
_QUESTION = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(?:\[(dossier|outside|either)\])?\s*:\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Answers:
    """What somebody says about a new reviewer.

    `moves` are `key: question` or `key [dossier]: question`; `ship_when` and `skip_when` go on after
    "Ship when" and "Skip when".
    """

    name: str
    motto: str
    chair: Chair
    moves: tuple[str, ...]
    voice: str
    ship_when: str
    skip_when: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    modality: tuple[str, ...] = ()
    surface: tuple[str, ...] = ()
    rank: int = RANK
    words: tuple[int, int] = WORDS
    avoid: tuple[str, ...] = ()


def compose(answers: Answers) -> str:
    """The file: front matter with the line for editors, then the voice and when it ships and skips.

    Raises:
        InputError: a question is not written `key: question`.
    """
    fields: dict[str, Any] = {"name": answers.name, "motto": answers.motto, "chair": answers.chair}
    if answers.chair == "fourth":
        conditions = {"modality": _Line(answers.modality), "surface": _Line(answers.surface)}
        fields["sits_when"] = {**conditions, "rank": answers.rank}
    fields["moves"] = [_move(question) for question in answers.moves]
    fields["signals"] = {"for": list(answers.speaks_for), "against": list(answers.speaks_against)}
    fields["words"] = _Line(answers.words)
    if answers.avoid:
        fields["avoid"] = list(answers.avoid)
    decisions = f"Ship when {_continued(answers.ship_when)} Skip when {_continued(answers.skip_when)}"
    return f"---\n{EDITOR_LINE}\n{_yaml(fields)}---\n\n{answers.voice.strip()}\n\n{decisions}\n"


def _move(question: str) -> Mapping[str, str]:
    found = _QUESTION.fullmatch(question)
    if found is None:
        raise InputError(
            f"{question!r} is not written `key: question`, the key one lower-case word",
            field="--ask",
            hint="--ask 'breaks: In which situation does it fail, if any?'",
        )
    key, evidence, ask = found.groups()
    return {"key": key, "ask": " ".join(ask.split()), "evidence": evidence or "either"}


def _continued(case: str) -> str:
    """A case as the end of a sentence."""
    said = re.sub(r"^\s*(?:(?:ship|skip)\s+)?when\s+", "", case, flags=re.IGNORECASE).strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."


class _Line(tuple[Any, ...]):
    """A list that is written on one line."""

    __slots__ = ()


class _Writer(yaml.SafeDumper):
    """YAML as the shipped personas are written: lists indented below their key, short ones on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 (the library's signature)
        super().increase_indent(flow, indentless=False)


_Writer.add_representer(
    _Line,
    lambda writer, line: writer.represent_sequence("tag:yaml.org,2002:seq", list(line), flow_style=True),
)


def _yaml(fields: dict[str, Any]) -> str:
    text: str = yaml.dump(fields, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=10_000)
    return text
