"""The default verdict: every move answered, leaning as the decision does, quoting the dossier."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tests.standin.answers import Verdict
from tests.standin.schemas.instances import instance
from tests.standin.seen import Seen

_SHORTEST, _LONGEST = 20, 200
_FEWEST_WORDS, _MOST_WORDS = 95, 100
_NOT_PROSE = re.compile(r"^(?:```|~~~|#|\||\[|<|!\[|-{3,}$|={3,}$)")
_FENCE = ("```", "~~~")
_BULLET = re.compile(r"^(?:[-*+>]|\d+[.)])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

_OPENINGS = {
    "ship": (
        "The evidence holds together well enough for the reader it is written for.",
        "What is promised here and what is shown here are close to one another.",
        "A careful reader finds more answers than open questions in this material.",
    ),
    "skip": (
        "The evidence does not hold together for the reader it is written for.",
        "What is promised here and what is shown here are far from one another.",
        "A careful reader finds more open questions than answers in this material.",
    ),
}
_ON_MOVES = {
    "ship": "On {moves} the material speaks in its favour.",
    "skip": "On {moves} the material speaks against it.",
}
#: Of several lengths, so that the words can be filled up to the wanted number.
_FURTHER = (
    "The makers say who it is for and which part of the work it takes over from them.",
    "A team could find out within a day whether the central claim holds for its own files.",
    "Whoever depends on it should know beforehand how to leave and what that would cost them.",
    "The limits are named where they matter, which is more than most of its rivals can say.",
    "Nothing in the text depends on a figure that only the makers could have produced.",
    "That is the question the whole matter turns on for the people it was made for.",
    "The rest is a matter of taste and of the habits a reader already has.",
    "The next version may well change that, and it should be read again then.",
    "The alternatives are known, and none of them is free of trouble.",
    "What it asks of its user is small and plainly said.",
    "It leaves the last word with the person who uses it.",
    "The reasons are given above in full.",
    "That settles it for most readers.",
    "So much for the whole of it.",
    "The rest is detail.",
)


def is_for_verdicts(schema: dict[str, Any] | None, seen: Seen) -> bool:
    """Whether a verdict is what a request asks for."""
    if schema is None:
        return bool(seen.moves)
    return {"findings", "paragraph", "decision"} <= set(schema.get("properties", {}))


def verdict(wanted: Verdict, seen: Seen) -> dict[str, Any]:
    """The verdict as an object, its fields in the order of the schema that was sent."""
    findings = wanted.findings
    if findings is None:
        findings = [_finding(move, number, wanted.decision, seen) for number, move in enumerate(seen.moves)]
    paragraph = _paragraph(wanted.decision, seen) if wanted.paragraph is None else wanted.paragraph
    made = {
        "findings": [dict(finding) for finding in findings],
        "bets": [dict(bet) for bet in wanted.bets],
        "paragraph": paragraph,
        "decision": wanted.decision,
    }
    further = set((seen.schema or {}).get("properties", {})) - set(made)
    if further and seen.schema is not None and is_for_verdicts(seen.schema, seen):
        made = {**instance(seen.schema), **made}
    return {**made, **(wanted.extra or {})}


def _finding(move: str, number: int, decision: str, seen: Seen) -> dict[str, Any]:
    against = decision == "skip"
    quotes = sentences(seen.dossier)
    quote = quotes[_number(move, seen.dossier) % len(quotes)] if quotes else None
    topic = move.replace("_", " ")
    found = "leaves out what matters" if against else "says what matters"
    says = f"On {topic} the dossier {found} to this reader."
    return {
        "move": move,
        "says": says,
        "leans": "against" if against else "for",
        "weight": "major" if number < 2 else "minor",
        "evidence": [] if quote is None else [{"quote": quote}],
    }


@lru_cache(maxsize=64)
def sentences(dossier: str) -> tuple[str, ...]:
    """The sentences of a dossier's prose, each of 20 to 200 characters and each within one line.

    Lines that end without a full stop count only where there is nothing else.
    """
    found = tuple(_pieces(dossier))
    return tuple(piece for piece in found if piece.endswith((".", "!", "?"))) or found


def _pieces(dossier: str) -> Iterator[str]:
    fenced = cited = False
    for raw in dossier.splitlines():
        line = raw.strip()
        fenced ^= line.startswith(_FENCE)
        if line.startswith("["):
            # Sources that are named without their text hold nothing that could be quoted.
            cited = line.startswith("[cited")
        if fenced or cited or _NOT_PROSE.match(line):
            continue
        for sentence in _SENTENCE_END.split(_BULLET.sub("", line)):
            if _SHORTEST <= len(sentence) <= _LONGEST:
                yield sentence


def _paragraph(decision: str, seen: Seen) -> str:
    """95 to 100 words that depend on decision, moves and dossier, and on nothing else."""
    tone = decision if decision in _OPENINGS else "ship"
    seed = _number(decision, *seen.moves, seen.dossier)
    pieces = [_OPENINGS[tone][seed % len(_OPENINGS[tone])]]
    if seen.moves:
        named = [move.replace("_", " ") for move in seen.moves[:6]]
        listed = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
        pieces.append(_ON_MOVES[tone].format(moves=listed))
    words = sum(len(piece.split()) for piece in pieces)
    start = seed % 8
    for piece in (*_FURTHER[start:8], *_FURTHER[:start], *_FURTHER[8:]):
        if words >= _FEWEST_WORDS:
            break
        if words + len(piece.split()) <= _MOST_WORDS:
            pieces.append(piece)
            words += len(piece.split())
    return " ".join(pieces)


def _number(*texts: str) -> int:
    """A number that depends on nothing but the texts."""
    joined = "\0".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(joined).digest()[:6], "big")
