"""The labelled paragraphs of `paragraphs.yaml`, read: a dossier, a text, and the pieces with their class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from panel.judgement.grounding import Index
from tests.judgement.grounding.labelled import Span, read
from tests.judgement.samples import dossier

FILE = Path(__file__).parent / "paragraphs.yaml"
PARTS = ("tuned", "read_later", "held_out")


@dataclass(frozen=True)
class Case:
    """A labelled paragraph; `part` says whether the rules were mended with it in sight (see the file)."""

    part: str
    tool: str
    index: Index
    paragraph: str
    wanted: tuple[Span, ...]


@dataclass(frozen=True)
class Quotation:
    """A quotation, and whether it counts as standing in the dossier."""

    tool: str
    index: Index
    quote: str
    found: bool


@cache
def cases() -> tuple[Case, ...]:
    return tuple(
        Case(part, tool["name"], index, paragraph, tuple(spans))
        for tool, index in _tools()
        for part in PARTS
        for paragraph, spans in map(read, tool.get(part, ()))
    )


@cache
def quotations() -> tuple[Quotation, ...]:
    return tuple(
        Quotation(tool["name"], index, quote, found=kind == "found")
        for tool, index in _tools()
        for kind in ("found", "lost")
        for quote in tool.get(kind, ())
    )


@cache
def _tools():
    tools = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [(tool, _index(tool)) for tool in tools]


def _index(tool) -> Index:
    return Index(dossier(tool["text"], name=tool["name"], vendor=tool["vendor"], version=tool.get("version")))
