"""Paragraphs of scripted reviewers: what is odd about each is known beforehand."""

from __future__ import annotations

import random
from itertools import count

from panel.core.domain import Finding
from panel.judgement.patterns import word_set
from panel.workbench.voice import Said

_SUBJECTS = sorted(
    word_set("editor parser gateway compiler notebook tracer sampler planner linter recorder index")
)
_VERBS = sorted(word_set("hides moves splits keeps mixes copies checks drops joins sorts trims"))
_OBJECTS = sorted(
    word_set("branches tokens patches secrets lines traces pages weights prompts grades frames")
)
_PLACES = sorted(
    word_set("overnight locally twice quietly abroad upstream offline slowly later nearby apart")
)
_CALLS = count()


def prose(length, seed):
    """About so many words in short sentences that no other seed makes."""
    chance = random.Random(seed)
    words = []
    while len(words) < length:
        parts = (chance.choice(each) for each in (_SUBJECTS, _VERBS, _OBJECTS, _PLACES))
        words += f"{' '.join(parts).capitalize()}.".split()
    return " ".join(words[:length])


def said(persona="skeptic", n=0, paragraph=None, **changes):
    """The n-th paragraph of a persona, on the n-th tool."""
    given = {
        "persona": persona,
        "name": persona.capitalize(),
        "tool": f"tool-{n}",
        "panel": f"run/tool-{n}",
        "created": f"2026-{1 + n // 28:02d}-{1 + n % 28:02d}T10:00:00Z",
        "paragraph": prose(100, f"{persona}{n}") if paragraph is None else paragraph,
        "findings": (),
        "ship": n % 2 == 0,
        "counted": True,
        "version": "sha256:1",
        "model": "openai:model-1",
        "call": f"sha256:{next(_CALLS)}",
    }
    return Said(**{**given, **changes})


def finding(move, says, leans="for"):
    return Finding(move=move, says=says, leans=leans, weight="minor")
