"""What texts say of a tool: sizes, licences and percentages, and how much two texts have in common."""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from panel.core.naming import listed
from panel.judgement.grounding.licences import licences

#: Of a longer text the beginning is looked at, in characters.
LONGEST = 20_000
#: So much in common (0 to 1) is one text, written or copied twice.
ONE_TEXT = 0.8
#: Words in a run that is looked for in the other text; a text of fewer runs than that tells nothing.
_RUN, _FEWEST_RUNS = 4, 10
#: Runs that stand for a text, the smallest by their hash.
_SKETCH = 64
#: Of more, so many are named.
_MOST_NAMED = 5

_WORD = re.compile(r"[^\W_]+")
_SCALES = {"b": "B", "billion": "B", "m": "M", "million": "M", "t": "T", "trillion": "T"}
#: "70B", "7B, 34B and 200B", "7 billion parameters"; not "$5B", "32B tokens" or "5 million users".
_SIZE = re.compile(
    r"(?<![\w.,$€£])((?:\d{1,3}x)?\d{1,4}(?:\.\d{1,3})?)(?:([BT])|([BMT])(?=[ -]param)"
    r"|[ -]?(?i:(billion|million|trillion))(?=[ -]param))(?!\w)(?!\s(?:tokens?|users?|downloads?|dollars?)\b)"
)
_PERCENT = re.compile(r"(?<![\w.,])(\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|percent\b|per cent\b)")


@dataclass(frozen=True)
class Stated:
    """What a text states: sizes, percentages, and licences as they are compared, each as it is written."""

    sizes: frozenset[str] = frozenset()
    percentages: frozenset[str] = frozenset()
    licences: Mapping[str, str] = field(default_factory=dict)
    families: frozenset[str] = frozenset()


def stated(text: str) -> Stated:
    """What a text states of sizes, licences and percentages; whose they are it does not know."""
    text = text[:LONGEST]
    sizes = {
        match[1].upper() + _SCALES[(match[2] or match[3] or match[4]).lower()]
        for match in _SIZE.finditer(text)
    }
    percent = {f"{match[1].replace(',', '.')}%" for match in _PERCENT.finditer(text)}
    found = licences(text)
    written = {each.needs: text[each.start : each.end] for each in reversed(found)}
    families = frozenset(min(each.supports, key=len) for each in found)
    return Stated(frozenset(sizes), frozenset(percent), written, families)


def differences(a: Stated, b: Stated) -> tuple[str, ...]:
    """What two texts say differently, a phrase each: "sizes: 70B against 7B and 34B"."""
    found = []
    if a.sizes != b.sizes:
        found.append(against("sizes", a.sizes, b.sizes))
    if a.licences.keys() != b.licences.keys():
        found.append(against("licences", set(a.licences.values()), set(b.licences.values())))
    if a.percentages != b.percentages:
        found.append(against("percentages", a.percentages - b.percentages, b.percentages - a.percentages))
    return tuple(found)


def against(what: str, a: Iterable[str], b: Iterable[str]) -> str:
    """`what: these against those`, in the order of their numbers."""
    return f"{what}: {_some(a)} against {_some(b)}"


def _some(values: Iterable[str]) -> str:
    ordered = sorted(values, key=_by_number)
    more = [f"{len(ordered) - _MOST_NAMED} more"] if len(ordered) > _MOST_NAMED else []
    return listed([*ordered[:_MOST_NAMED], *more]) or "none named"


def _by_number(value: str) -> tuple[float, str]:
    number = re.match(r"\d{1,9}(?:\.\d{1,9})?", value)
    scale = {"M": 1e-3, "T": 1e3}.get(value[-1:], 1.0)
    return (float(number[0]) * scale if number else 0.0), value


# ------------------------------------------------------------ the same text twice


def sketch(text: str) -> array[int]:
    """The runs of words that stand for a text, ordered; none where it is too short to tell.

    The smallest hashes of all runs (Broder 1997, On the resemblance and containment of documents): two texts
    with much in common have many of them in common, whatever their length.
    """
    words = _WORD.findall(text[:LONGEST].casefold())
    runs = {
        zlib.crc32(" ".join(words[n : n + _RUN]).encode("utf-8", errors="replace"))
        for n in range(len(words) - _RUN + 1)
    }
    return array("I", sorted(runs)[:_SKETCH] if len(runs) >= _FEWEST_RUNS else ())


def in_common(a: array[int], b: array[int]) -> float:
    """How much two texts have in common, 0 to 1, estimated from their sketches."""
    if not a or not b:
        return 0.0
    mine, theirs = set(a), set(b)
    smallest = sorted(mine | theirs)[:_SKETCH]
    return sum(each in mine and each in theirs for each in smallest) / len(smallest)
