"""Persona files to lint: one nothing is to be said of, and the same with a line changed."""

from __future__ import annotations

from panel.core.workspace import open_workspace
from panel.reviewers.personas import read_persona
from panel.reviewers.prompting import Prompts
from panel.workbench.lint import lint

CLEAN = """\
---
name: Archivist
motto: Nothing is lost by accident.
chair: fourth
sits_when:
  modality: [audio]
  rank: 5
moves:
  - key: keeps
    ask: How long does it keep a recording, and in which format?
  - key: finds
    ask: By which path does somebody come upon an old recording again?
signals:
  for:
    - lossless
  against:
    - proprietary format
words: [90, 150]
avoid:
  - dust off
---

You look after tapes. You listen for what will still play in thirty years.

Ship when a recording made today can be opened without its maker. Skip when the only player is a service.
"""

PROMPTS = Prompts(open_workspace({}, environ={}))


def persona(text=CLEAN, slug="archivist"):
    return read_persona(text, slug=slug, file=f"personas/{slug}.md")


def colleague(slug, *changes):
    """Another persona, with questions of its own."""
    text = CLEAN
    for old, new in [
        ("How long does it keep a recording, and in which format?", "Who pays?"),
        ("By which path does somebody come upon an old recording again?", "Who leaves?"),
        *changes,
    ]:
        assert old in text
        text = text.replace(old, new)
    return persona(text, slug)


def remarks(text=CLEAN, *changes, slug="archivist", others=()):
    """What lint says of a text after some replacements."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return lint(text, slug=slug, file=f"personas/{slug}.md", others=others, render=PROMPTS.unbounded_task)


def changed(*changes, others=()):
    """The rules, lines and words of what lint says of the clean file after some replacements."""
    return [(each.rule, each.line, each.says) for each in remarks(CLEAN, *changes, others=others)]
