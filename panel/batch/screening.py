"""What no money is spent on at night: what is no tool, and what was named or judged already."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from panel.batch.lookout import Lookout
from panel.core.domain import Tool
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
        lookout: Knows the tools that have a review and those that came before.
    """

    def __init__(self, lookout: Lookout) -> None:
        self._lookout = lookout
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
        twice = self.named_elsewhere(launch)
        if twice is not None:
            return twice
        slug = launch.tool_slug
        if is_new and self._lookout.has_review(slug):
            return Refused("parked", f"may be {slug}, which has a review; panel review judges it anyway")
        other = self._filed.setdefault(slug, launch.place)
        if other != launch.place:
            return Refused("parked", f"may be the tool at {other} under another address")
        return self._twin(launch, is_new=is_new)

    def named_elsewhere(self, launch: Launch) -> Refused | None:
        """Whether another place of this night has named it before."""
        first = self._named.setdefault(launch.identity, launch.place)
        if first == launch.place:
            return None
        return Refused("screened", f"is named at {first} as well", lasts=False)

    def _twin(self, launch: Launch, *, is_new: bool) -> Refused | None:
        """Whether it is, or may be taken for, another one; of a variant, a tool of its own, is only warned.

        A tool that has a review is not held up by whoever comes with its name.
        """
        met = self._lookout.meet(tool_of(launch), reviewed=is_new)
        twin = next((each for each in met if each.kind in {"same", "confusable"}), None) if is_new else None
        if twin is None:
            self._lookout.warn(met)
            return None
        at = None if twin.standing else self._filed.get(twin.other)
        place = f" (at {at})" if at else ""
        how = "" if twin.decided else f"; if it is not: panel twins apart {twin.tool} {twin.other}"
        return Refused("parked", f"{twin.in_words}{place}{how}")


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


def tool_of(launch: Launch) -> Tool:
    """What a launch says of its tool before any page of it is fetched."""
    facts = dict(launch.facts)
    return Tool(
        slug=launch.tool_slug,
        name=launch.name,
        vendor=facts.get("vendor"),
        version=facts.get("version"),
        url=launch.url,
        category=launch.category,
        tagline=launch.tagline,
    )
