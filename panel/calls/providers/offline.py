"""No model at all: a deterministic reader that quotes the dossier and leans by a persona's declared signals.

For each move it looks for the sentences that share most words with the question, says so where there are
none, and leans by the signal phrases in what it quotes. It never passes for a model: its replies, records
and pages say that no model was asked.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from panel.calls.faults import Fault
from panel.calls.providers.base import Provider
from panel.calls.vendors import Connection, Vendor
from panel.core.domain import Persona
from panel.core.requests import CallRequest, RawReply, Reply, Usage

VENDOR = Vendor(
    name="offline",
    default_model="reader",
    key_variable=None,
    base_url_variable=None,
    own_url=None,
    price_id=None,
)

#: What a finding weighs, as the panel counts it.
_MINOR, _MAJOR = 1, 3
#: Two signals in one answer make it a major one.
_SIGNALS_FOR_MAJOR = 2
_SHORTEST, _LONGEST = 25, 320
_QUOTES_PER_MOVE = 2
#: Of two sentences that answer equally well the one that leans is the more useful.
_SIGNAL_BONUS = 1.5

_OPENS = re.compile(r"<<<DOSSIER [0-9a-f]+")
_CLOSES = re.compile(r"DOSSIER [0-9a-f]+ END>>>")
_CARD = re.compile(r"\[card\b.*\]$")
_NOT_PROSE = re.compile(r"^\s*(?:#|\||<|!\[|\[|```|~~~|=+$|-+$|`)")
_BULLET = re.compile(r"^\s*(?:[-*+>]|\d+[.)])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"“(])")
_WORD = re.compile(r"[a-z0-9]+")
# fmt: off
_STOP = frozenset({
    "a", "about", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "how", "if", "in", "into", "is",
    "it", "its", "just", "like", "made", "make", "more", "most", "much", "no", "not", "of", "on", "one",
    "only", "or", "other", "our", "out", "over", "own", "so", "some", "such", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "to", "up", "use", "used", "uses",
    "using", "very", "was", "were", "what", "when", "where", "which", "who", "why", "will", "with",
    "would", "you", "your", "tool", "dossier", "says", "say", "really", "right",
})
# fmt: on


def connect(_connection: Connection) -> Provider:
    """The offline reader; it needs no connection."""
    return OfflineReader()


class OfflineReader:
    """Answers from the request alone; the same request always gets the same answer."""

    vendor = VENDOR

    def options(self, persona: Persona) -> dict[str, Any]:
        """What the reader goes by instead of understanding: the moves and the declared signals."""
        return {
            "moves": [{"key": move.key, "ask": move.ask} for move in persona.moves],
            "for": list(persona.signals.for_),
            "against": list(persona.signals.against),
            "words": list(persona.words),
        }

    async def send(self, request: CallRequest, *, deadline: float) -> RawReply:  # noqa: ARG002 (it is immediate)
        """Read the dossier, or two to choose from, out of the request and answer every move."""
        answer = _choice if "choice" in request.schema_.get("properties", {}) else _answer
        text = json.dumps(answer(request), ensure_ascii=False)
        return RawReply(status=200, body=json.dumps({"reader": "offline", "text": text}).encode())

    def read(self, request: CallRequest, raw: RawReply) -> Reply:  # noqa: ARG002 (the body says it all)
        """The text of a stored reply.

        Raises:
            Fault: the body is not one of this reader's.
        """
        try:
            text = json.loads(raw.body)["text"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Fault("envelope", "not a reply of the offline reader", raw=raw) from None
        if not isinstance(text, str):
            raise Fault("envelope", "not a reply of the offline reader", raw=raw)
        return Reply(text=text, ending="complete", served_model=VENDOR.default_model, usage=Usage())

    async def close(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True)
class _Sentence:
    text: str
    words: frozenset[str]
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    key: str
    quotes: tuple[_Sentence, ...]

    @property
    def balance(self) -> int:
        """Signals for less signals against in what is quoted."""
        return sum(len(s.speaks_for) - len(s.speaks_against) for s in self.quotes)

    @property
    def leans(self) -> str:
        return "for" if self.balance > 0 else "against" if self.balance < 0 else "neutral"

    @property
    def major(self) -> bool:
        return abs(self.balance) >= _SIGNALS_FOR_MAJOR


def _answer(request: CallRequest) -> dict[str, Any]:
    options = request.options
    sentences = _sentences(request.messages[0].parts[0], options["for"], options["against"])
    answers = _answers(options["moves"], sentences)
    score = _score(answers)
    return {
        "findings": [_finding(answer) for answer in answers],
        "bets": [],
        "paragraph": _paragraph(answers, score, options["words"]),
        # Without a word in its favour a tool is not recommended.
        "decision": "ship" if score > 0 else "skip",
    }


def _score(answers: list[_Answer]) -> int:
    return sum((_MAJOR if a.major else _MINOR) * ((a.balance > 0) - (a.balance < 0)) for a in answers)


def _choice(request: CallRequest) -> dict[str, Any]:
    """The dossier whose signals weigh more, whichever stands first; neither where they weigh the same."""
    options = request.options
    both = [
        _answers(options["moves"], _sentences(part, options["for"], options["against"]))
        for part in request.messages[0].parts[:2]
    ]
    first, second = map(_score, both)
    speaks, cases = [_in_favour(answers) for answers in both], [_cases(answers) for answers in both]
    # The words are the same in both orders.
    one, other = sorted(f"{_towards(_score(answers))} ({_balance_sheet(answers)})" for answers in both)
    return {
        "for_first": speaks[0],
        "for_second": speaks[1],
        "first_if": cases[0],
        "second_if": cases[1],
        "because": f"No model was asked; by the declared signals one leans {one}, the other {other}.",
        "choice": "first" if first > second else "second" if second > first else "neither",
    }


def _in_favour(answers: list[_Answer]) -> str:
    quoted = list(dict.fromkeys(s.text for a in answers for s in a.quotes if s.speaks_for))
    return " ".join(f"“{text}”" for text in quoted) or "The dossier gives no signal in its favour."


def _cases(answers: list[_Answer]) -> list[str]:
    """The sentence with most signals in favour, as what a reader may be looking for."""
    found = [s for answer in answers for s in answer.quotes if s.speaks_for]
    if not found:
        return []
    best = max(found, key=lambda s: len(s.speaks_for) - len(s.speaks_against))
    return [f"this is what you look for: “{best.text}”"]


def _finding(answer: _Answer) -> dict[str, Any]:
    quoted = " ".join(f"“{sentence.text}”" for sentence in answer.quotes)
    return {
        "move": answer.key,
        "says": quoted or "The dossier does not answer this question.",
        "leans": answer.leans,
        "weight": "major" if answer.major else "minor",
        "evidence": [{"quote": sentence.text} for sentence in answer.quotes],
    }


def _paragraph(answers: list[_Answer], score: int, words: list[int]) -> str:
    """What is quoted for which question, as far as it fits, then what is not answered and how it leans."""
    opening = "No model was asked; this is what the dossier says to this reviewer's questions."
    silent = [_spoken(answer.key) for answer in answers if not answer.quotes]
    ending = [f"It does not answer: {', '.join(silent)}."] if silent else []
    ending.append(f"By the declared signals it leans {_towards(score)} ({_balance_sheet(answers)}).")
    room = words[1] - len(" ".join([opening, *ending]).split())
    return " ".join([opening, *_quotations(answers, room), *ending])


def _quotations(answers: list[_Answer], room: int) -> list[str]:
    """Each sentence once, those with signals first: they are what the leaning rests on."""
    pieces: list[str] = []
    quoted: set[_Sentence] = set()
    for answer in sorted(answers, key=lambda a: (not a.balance, answers.index(a))):
        for sentence in answer.quotes:
            piece = f"On {_spoken(answer.key)}: “{sentence.text}”"
            if sentence not in quoted and len(piece.split()) <= room:
                pieces.append(piece)
                quoted.add(sentence)
                room -= len(piece.split())
    return pieces


def _spoken(key: str) -> str:
    return key.replace("_", " ")


def _towards(score: int) -> str:
    return "for it" if score > 0 else "against it" if score < 0 else "neither way"


def _balance_sheet(answers: list[_Answer]) -> str:
    quoted = [sentence for answer in answers for sentence in answer.quotes]
    sides = {
        "for": dict.fromkeys(word for s in quoted for word in s.speaks_for),
        "against": dict.fromkeys(word for s in quoted for word in s.speaks_against),
    }
    named = [f"{side}: {', '.join(words)}" for side, words in sides.items() if words]
    return "; ".join(named) or "no signal was found"


def _answers(moves: list[dict[str, str]], sentences: list[_Sentence]) -> list[_Answer]:
    """The best sentences for each move; one with signals that no question asks for goes where least is."""
    rarity = _rarity(sentences)
    chosen: dict[str, list[_Sentence]] = {}
    for move in moves:
        asked = _words(f"{move['key'].replace('_', ' ')} {move['ask']}")
        ranked = sorted(
            (
                (
                    sum(rarity[w] for w in asked & s.words)
                    * (1.5 if s.speaks_for or s.speaks_against else 1.0),
                    -n,
                )
                for n, s in enumerate(sentences)
            ),
            reverse=True,
        )
        best = [sentences[-n] for value, n in ranked[:_QUOTES_PER_MOVE] if value > 0]
        chosen[move["key"]] = best
    taken = {s for quotes in chosen.values() for s in quotes}
    left = [s for s in sentences if _signals(s) and s not in taken]
    for sentence in left[:_QUOTES_PER_MOVE]:
        emptiest = min(reversed(moves), key=lambda move: len(chosen[move["key"]]))
        chosen[emptiest["key"]].append(sentence)
    return [_Answer(move["key"], tuple(chosen[move["key"]])) for move in moves]


def _rarity(sentences: list[_Sentence]) -> dict[str, float]:
    """How much a shared word says: the inverse document frequency over the dossier's sentences."""
    seen = Counter(word for sentence in sentences for word in sentence.words)
    return {word: math.log(1 + len(sentences) / count) for word, count in seen.items()}


def _sentences(part: str, speaks_for: list[str], speaks_against: list[str]) -> list[_Sentence]:
    """The sentences of the dossier's prose, each once, in order; the front matter only repeats it."""
    found: dict[str, _Sentence] = {}
    fenced = False
    for line in _prose(part):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if fenced or _NOT_PROSE.match(line):
            continue
        for text in _SENTENCE_END.split(_BULLET.sub("", line).strip()):
            if _SHORTEST <= len(text) <= _LONGEST and text not in found:
                found[text] = _Sentence(
                    text, frozenset(_words(text)), _hits(text, speaks_for), _hits(text, speaks_against)
                )
    return list(found.values())


def _prose(part: str) -> list[str]:
    """The lines between the markers, up to the front matter: it and what follows only repeat or cite."""
    lines = part.splitlines()
    start = next((n + 1 for n, line in enumerate(lines) if _OPENS.fullmatch(line)), 0)
    end = next((n for n, line in enumerate(lines) if n >= start and _CLOSES.fullmatch(line)), len(lines))
    # The last such line is ours; an earlier one is a line of the body that looks like it.
    card = max((n for n in range(start, end) if _CARD.match(lines[n])), default=end)
    return lines[start:card]


def _words(text: str) -> set[str]:
    # Five letters stand for a word's family: "pricing" and "priced" ask the same.
    return {word[:5] for word in _WORD.findall(text.casefold()) if word not in _STOP}


def _signals(sentence: _Sentence) -> bool:
    return bool(sentence.speaks_for or sentence.speaks_against)


def _hits(text: str, signals: list[str]) -> tuple[str, ...]:
    folded = f" {' '.join(_WORD.findall(text.casefold()))} "
    return tuple(s for s in signals if f" {' '.join(_WORD.findall(s.casefold()))} " in folded)
