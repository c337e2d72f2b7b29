"""The one reply schema all personas share, and the strict reading of a reply against it.

The schema is constant because the vendors' prompt caches and grammar caches are keyed by it. It keeps to the
subset both vendors take unchanged: every object closed, every property required, no bounds, no references.
Bounds, and that every move is answered, are checked here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from panel.core.domain import Bet, Decision, Leaning, Persona, Weight

MAX_REPLY = 400_000
MAX_DEPTH = 40

_TEXT = {"type": "string"}

R = TypeVar("R", bound=BaseModel)


def closed(properties: dict[str, Any], description: str) -> dict[str, Any]:
    """A schema's object: closed, every property required."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def list_of(items: dict[str, Any], description: str) -> dict[str, Any]:
    """A schema's list."""
    return {"type": "array", "description": description, "items": items}


def text_field(description: str) -> dict[str, Any]:
    """A schema's text."""
    return {**_TEXT, "description": description}


def one_of(values: Sequence[str], description: str) -> dict[str, Any]:
    """A schema's choice of words."""
    return {**_TEXT, "enum": list(values), "description": description}


#: Reason first: the order of the properties is the order in which a model writes them.
REPLY_SCHEMA: dict[str, Any] = closed(
    {
        "findings": list_of(
            closed(
                {
                    "move": text_field("The key of the move this answers, exactly as given."),
                    "says": text_field("The answer to the move: one to three plain sentences."),
                    "leans": one_of(["for", "against", "neutral"], "Which way this pulls the decision."),
                    "weight": one_of(["minor", "major", "decisive"], "How hard it pulls."),
                    "evidence": list_of(
                        closed(
                            {"quote": text_field("Copied character for character from the dossier.")},
                            "One quotation.",
                        ),
                        "Quotations that carry the answer; empty where none does.",
                    ),
                },
                "What the reviewer says to one move.",
            ),
            "Every move answered, in the order given, before anything is decided.",
        ),
        "bets": list_of(
            closed(
                {
                    "claim": text_field("A claim that can be proved false."),
                    "due": text_field("The year or date by which it is settled, such as 2028 or 2028-06."),
                },
                "One dated claim.",
            ),
            "Dated claims; empty if there are none.",
        ),
        "paragraph": text_field("The one paragraph that is printed."),
        "decision": one_of(["ship", "skip"], "What the findings carry."),
    },
    "One reviewer's answer: findings, bets, paragraph, decision, in this order.",
)


class ReplyInvalid(Exception):
    """A reply that is no answer; `problem` is what a repair request quotes."""

    def __init__(self, problem: str, *, truncated: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.truncated = truncated


def folded(value: Any) -> Any:
    """The value without regard to case: no vendor promises the case of an enum."""
    return value.strip().casefold() if isinstance(value, str) else value


class Part(BaseModel):
    """Base of the forms that replies are held against: closed, and without conversions."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Quote(Part):
    quote: Annotated[str, Field(max_length=4_000)]


class _Finding(Part):
    move: Annotated[str, BeforeValidator(folded)]
    says: Annotated[str, Field(min_length=1, max_length=4_000)]
    leans: Annotated[Leaning, BeforeValidator(folded)]
    weight: Annotated[Weight, BeforeValidator(folded)]
    evidence: Annotated[list[_Quote], Field(max_length=20)]


class _Bet(Part):
    claim: Annotated[str, Field(min_length=1, max_length=2_000)]
    due: Annotated[str, Field(min_length=1, max_length=60)]


class _Reply(Part):
    findings: Annotated[list[_Finding], Field(max_length=60)]
    bets: Annotated[list[_Bet], Field(max_length=20)]
    paragraph: Annotated[str, Field(min_length=1, max_length=8_000)]
    decision: Annotated[Decision, BeforeValidator(folded)]


@dataclass(frozen=True)
class SaidFinding:
    """A finding as the reviewer gave it: its quotations are not yet looked up."""

    move: str
    says: str
    leans: Leaning
    weight: Weight
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """A reply that fits the schema and answers every move."""

    findings: tuple[SaidFinding, ...]
    bets: tuple[Bet, ...]
    paragraph: str
    decision: Decision

    @property
    def texts(self) -> tuple[str, ...]:
        """Every string the reviewer wrote, escapes resolved."""
        bets = [part for bet in self.bets for part in (bet.claim, bet.due)]
        findings = [part for each in self.findings for part in (each.move, each.says, *each.quotes)]
        return (self.paragraph, *bets, *findings)


class Spoken(Protocol):
    """What was read out of a reply, whatever was asked."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every string the reviewer wrote, escapes resolved."""
        ...


def read_reply(text: str, persona: Persona) -> Said:
    """Read a reply's text strictly.

    A code fence or chatter around the object is accepted by a fixed rule: the text from the first `{` to the
    last `}` is one object, and nothing before or after it holds a brace. Keys given twice, NaN, numbers in
    place of text, unknown keys and anything nested beyond 40 levels are refused.

    Raises:
        ReplyInvalid: with a one-line problem that names the field; `truncated` if the text just stops.
    """
    reply = read_as(_Reply, text)
    _check_moves(reply, persona)
    if not reply.paragraph.strip():
        raise ReplyInvalid("paragraph: is blank")
    return Said(
        findings=tuple(
            SaidFinding(
                move=finding.move,
                says=finding.says,
                leans=finding.leans,
                weight=finding.weight,
                quotes=tuple(item.quote for item in finding.evidence if item.quote.strip()),
            )
            for finding in reply.findings
        ),
        bets=tuple(Bet(claim=bet.claim, due=bet.due) for bet in reply.bets),
        paragraph=reply.paragraph,
        decision=reply.decision,
    )


def gives_away(canary: str, text: str, said: Spoken | None) -> bool:
    """Whether a reply holds the canary, in whatever case: as it came, or in any string read out of it.

    Args:
        canary: The word that only the house rules hold.
        text: The reply's text.
        said: What was read out of it, escapes resolved; None if it could not be read.
    """
    texts = [text, *(said.texts if said is not None else ())]
    return any(canary.casefold() in each.casefold() for each in texts)


def read_as(form: type[R], text: str) -> R:
    """The one JSON object in a reply's text, held against a form; by what rule, `read_reply` says.

    Raises:
        ReplyInvalid: as `read_reply`.
    """
    try:
        return form.model_validate(_load(text))
    except ValidationError as error:
        raise ReplyInvalid(_problem(error)) from None


def _load(text: str) -> Any:
    if len(text) > MAX_REPLY:
        raise ReplyInvalid(f"the reply has {len(text):,} characters; {MAX_REPLY:,} are read")
    start, end = text.find("{"), text.rfind("}")
    if start < 0:
        raise ReplyInvalid("there is no JSON object in the reply")
    if text.lstrip().startswith('"'):
        raise ReplyInvalid("a JSON string, not a JSON object")
    if text.count("{") + text.count("[") > MAX_DEPTH:
        _check_nesting(text[start:])
    outside = text[:start] + text[end + 1 :]
    if "{" in outside or "}" in outside:
        _check_nesting(text[start:])  # that it was cut off is the better reason
        raise ReplyInvalid("there are braces outside the JSON object")
    try:
        return json.loads(
            text[start : end + 1],
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_int=_short_integer,
        )
    except json.JSONDecodeError as error:
        _check_nesting(text[start:])
        raise ReplyInvalid(f"not one JSON object: {error.msg} (character {start + error.pos})") from None
    except ReplyInvalid:
        _check_nesting(text[start:])
        raise


def _check_nesting(text: str) -> None:
    """Refuse what nests too deep, or stops before its end."""
    deepest, open_at_end = _nesting(text)
    if deepest > MAX_DEPTH:
        raise ReplyInvalid(f"the JSON is nested deeper than {MAX_DEPTH} levels")
    if open_at_end:
        raise ReplyInvalid("the JSON stops before its end", truncated=True)


_COMPLETE_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


def _nesting(text: str) -> tuple[int, bool]:
    """How deep a JSON text nests, and whether it ends inside a string, a list or an object."""
    bones = _COMPLETE_STRING.sub("", text)
    depth = deepest = 0
    for character in re.findall(r"[][{}]", bones.partition('"')[0]):
        depth += 1 if character in "{[" else -1
        deepest = max(deepest, depth)
        if depth == 0:
            return deepest, False
    return deepest, depth > 0


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {key: _visible(value) if isinstance(value, str) else value for key, value in pairs}
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ReplyInvalid(f"the key {twice[:60]!r} is given twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise ReplyInvalid(f"{name} is not JSON")


def _short_integer(digits: str) -> int:
    # Python refuses to convert very long integers with an exception of its own; no field here is a number.
    if len(digits) > 20:  # noqa: PLR2004 (longer than any 64-bit number)
        raise ReplyInvalid(f"a number with {len(digits):,} digits")
    return int(digits)


def _problem(error: ValidationError) -> str:
    """The first three things wrong, each with its field, in words that help to mend it."""
    problems = error.errors(include_url=False, include_input=True)
    lines = []
    for problem in problems[:3]:
        field = ".".join(str(step) for step in problem["loc"]) or "the reply"
        given = problem["input"]
        shown = f" (given: {given[:60]!r})" if isinstance(given, str) and problem["type"] != "missing" else ""
        lines.append(f"{field}: {problem['msg']}{shown}")
    more = f"; and {len(problems) - 3} more" if len(problems) > 3 else ""  # noqa: PLR2004 (three are shown)
    return "; ".join(lines) + more


def _check_moves(reply: _Reply, persona: Persona) -> None:
    keys = [move.key for move in persona.moves]
    answered = {finding.move for finding in reply.findings}
    unknown = sorted(answered - set(keys))
    if unknown:
        raise ReplyInvalid(
            f"findings: no such move: {', '.join(unknown)[:200]}; the moves are {', '.join(keys)}"
        )
    open_moves = [key for key in keys if key not in answered]
    if open_moves:
        raise ReplyInvalid(f"findings: these moves are not answered: {', '.join(open_moves)}")


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufeff]")


def _visible(text: str) -> str:
    """The text with U+FFFD for what no file, page or terminal can show; else unchanged."""
    return text if text.isascii() and text.isprintable() else _UNPRINTABLE.sub("\ufffd", text)
