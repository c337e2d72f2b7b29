"""What no money is spent on at night: what is no tool, and what was named or judged already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from panel.evidence.launches.launch import Launch

#: Why a launch is no tool, and what its name looks like then, with a tagline or without.
_NO_TOOLS = {
    "its name is a version: a release, not a tool": re.compile(
        r"^v?\d+(\.\d+){1,2}([+-][\w.+-]*)?$", re.IGNORECASE
    ),
    "is talk, not a tool": re.compile(r"^(ask|tell)\s+hn\b", re.IGNORECASE),
    "is a job, not a tool": re.compile(
        r"\b(is|are|we['’]re)\s+hiring\b|\bwho\s+is\s+hiring\b|\bjob\s+opening", re.IGNORECASE
    ),
    "is news, a course or a comparison, not a tool": re.compile(
        r"\bnewsletter\s+#?\d|\braises\s+\$|\bacquires\s|^top\s+\d+\s|^(webinar|course|funding)\s*:"
        r"|\w\s+vs\.?\s+\w",
        re.IGNORECASE,
    ),
}
#: How articles begin, and names of tools do not.
_ARTICLE = re.compile(
    r"(how|why|what|when|from|stop|we|our|my|the \d+|\d+ (ways|things|best))\s", re.IGNORECASE
)
#: So many words without a tagline are a sentence, and so many an article's title if they begin like one.
_SENTENCE, _TITLE = 8, 4


@dataclass(frozen=True)
class Refused:
    """Why nothing is spent on a launch.

    Attributes:
        ending: `screened`: nobody need look; `parked`: a person decides.
        why: In words.
        lasts: Whether it is so the next night, too.
    """

    ending: Literal["screened", "parked"]
    why: str
    lasts: bool = True


class Screen:
    """The screen of one night.

    Args:
        judged: Slugs of all tools that have a review.
    """

    def __init__(self, judged: Iterable[str]) -> None:
        self._judged = {fold(slug): slug for slug in judged}
        self._named: dict[str, str] = {}
        self._filed: dict[str, str] = {}

    def refusal(self, launch: Launch, *, is_new: bool) -> Refused | None:
        """Why nothing is to be spent on a launch; None if it is to be judged.

        Args:
            launch: As its source names it.
            is_new: Whether nobody judged it yet under this identity.
        """
        what = no_tool(launch)
        if what is not None:
            return Refused("screened", what)
        first = self._named.setdefault(launch.identity, launch.place)
        if first != launch.place:
            return Refused("screened", f"is named at {first} as well", lasts=False)
        key = fold(launch.tool_slug)
        twin = self._judged.get(key) if is_new else None
        if twin is not None:
            return Refused("parked", f"may be {twin}, which has a review; panel review judges it anyway")
        other = self._filed.setdefault(key, launch.place)
        if other != launch.place:
            return Refused("parked", f"may be the tool at {other} under another address")
        return None


def no_tool(launch: Launch) -> str | None:
    """Why a launch is no tool, by how it is named; None if it may be one. False alarms are rarer than misses.

    A list that gives a tagline, a category or evidence of its own knows what it names.
    """
    name = launch.name.strip()
    for what, pattern in _NO_TOOLS.items():
        if pattern.search(name):
            return what
    if launch.tagline or launch.category or launch.text or launch.readme or launch.dossier:
        return None
    words = len(name.split())
    if name.endswith("?") or words >= _SENTENCE or (words >= _TITLE and _ARTICLE.match(name)):
        return "is named like an article, not like a tool"
    return None


def fold(slug: str) -> str:
    """A slug by which twins meet: its words in the singular, in the order of the alphabet, without gaps."""
    return "".join(sorted(_singular(word) for word in slug.split("-")))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004 (gas, bus, js)
