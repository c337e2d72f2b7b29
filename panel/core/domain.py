"""The words of the program as frozen types: what is judged, by whom, and what was said."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Decision = Literal["ship", "skip"]
Leaning = Literal["for", "against", "neutral"]
Weight = Literal["minor", "major", "decisive"]
Chair = Literal["core", "fourth"]
EvidenceFrom = Literal["dossier", "outside", "either"]
ClaimClass = Literal["dossier", "outside", "unsupported"]
FlagKind = Literal["hands_on", "suspect", "language", "served_model", "usage", "words", "avoid"]
Stage = Literal["dossier", "call", "reply"]
FailureKind = Literal["outage", "refusal", "truncated", "invalid", "parked"]
EntryPrice = Literal["free", "freemium", "trial", "paid", "unknown"]
ReviewStatus = Literal["complete", "partial", "no_quorum"]
Choice = Literal["a", "b", "depends", "too_close"]

#: How a record names the reader that is no model.
OFFLINE_MODEL = "offline:reader"

ENTRY_LABELS: dict[EntryPrice, str] = {
    "free": "Free",
    "freemium": "Free tier",
    "trial": "Trial",
    "paid": "Paid",
    "unknown": "Unknown",
}


class Value(BaseModel):
    """Base of all types here: frozen, closed to unknown fields, written with the contract's field names."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True
    )

    def as_json(self) -> dict[str, Any]:
        """This value as plain JSON types, field names as the contract writes them."""
        return self.model_dump(mode="json")


# ---------------------------------------------------------------- what is judged


class Tool(Value):
    """What is judged. Everything but slug and name may be missing, and is then None or empty."""

    slug: str
    name: str
    vendor: str | None = None
    version: str | None = None
    url: str | None = None
    category: str | None = None
    tagline: str | None = None
    description: str | None = None
    launched: str | None = None
    modality: tuple[str, ...] = ()
    surface: tuple[str, ...] = ()


class SourceRef(Value):
    """Where a text came from, without the text; `sha256` is None for a source cited but not held."""

    id: str
    origin: str | None = None
    url: str | None = None
    title: str | None = None
    retrieved: str | None = None
    sha256: str | None = None


class Source(SourceRef):
    """One text about a tool, as the reviewers saw it; spans count characters of `text` from 0."""

    text: str | None = None

    def ref(self) -> SourceRef:
        """This source without its text."""
        return SourceRef(**self.model_dump(exclude={"text"}))


class Span(Value):
    """A place in a source: characters `start` (included) to `end` (not included)."""

    source: str
    start: int
    end: int


class Fact(Value):
    """A statement about the tool, and the span that supports it (None: the quote is not in the dossier)."""

    id: str
    kind: str
    subject: str
    value: str
    quote: str | None = None
    span: Span | None = None


class Dossier(Value):
    """A tool, its sources and the facts taken from them: all that a reviewer sees.

    `id` is the sha256 of the canonical JSON of what reviewers see (`evidence.dossiers.dossier_id`).
    `notes` say what was removed or cut on the way in, for the record and the page; `test_log` whether it
    holds a log of ours of somebody trying the tool (`evidence.trying`).
    """

    id: str
    tool: Tool
    sources: tuple[Source, ...]
    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()
    test_log: bool = False


class DossierRef(Value):
    """The part of a dossier a review carries; the whole lies in `runs/dossiers/<sha>.json`."""

    id: str
    sources: tuple[SourceRef, ...] = ()
    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()
    test_log: bool = False


# ---------------------------------------------------------------- who asks what


class Move(Value):
    """One question of a persona's rubric."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    ask: Annotated[str, Field(min_length=1)]
    evidence: EvidenceFrom = "either"


class SitsWhen(Value):
    """When a fourth chair sits: of the chairs whose conditions match, the one with the lowest rank.

    An empty condition always matches.
    """

    modality: tuple[str, ...] = ()
    surface: tuple[str, ...] = ()
    rank: int = 100


class Signals(Value):
    """Phrases by which the offline reader leans; no model ever sees them."""

    for_: tuple[str, ...] = Field(default=(), alias="for")
    against: tuple[str, ...] = ()


class Persona(Value):
    """One reviewer, as its Markdown file says.

    `sha` is the hash of the file, `file` where it lies, `model_at` the file and line that name its model.
    """

    slug: str
    name: Annotated[str, Field(min_length=1)]
    motto: Annotated[str, Field(min_length=1)]
    chair: Chair
    sits_when: SitsWhen | None = None
    moves: Annotated[tuple[Move, ...], Field(min_length=1)]
    signals: Signals = Signals()
    words: tuple[int, int] = (60, 180)
    avoid: tuple[str, ...] = ()
    model: str | None = None
    body: str
    sha: str
    file: str
    model_at: str | None = None

    @model_validator(mode="after")
    def _moves_are_distinct(self) -> Persona:
        keys = [move.key for move in self.moves]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"moves: two moves have the key {', '.join(twice)}")
        if self.words[0] > self.words[1] or self.words[0] < 1:
            raise ValueError(f"words: {list(self.words)} is not [fewest, most]")
        return self


class Seat(Value):
    """A persona put on the panel for one tool, with the provider and model that will speak for it.

    It is asked `samples` times; `sample` is which of them, from 0. `family` is its model's.
    """

    persona: Persona
    provider: str
    model: str
    because: str
    sample: int = 0
    samples: int = 1
    family: str | None = None

    def each_sample(self) -> tuple[Seat, ...]:
        """The seat once for each time it is asked."""
        return tuple(self.model_copy(update={"sample": number}) for number in range(self.samples))

    @property
    def label(self) -> str:
        """How records name who speaks: `anthropic:claude-…`, or `offline:reader` for no model at all."""
        return f"{self.provider}:{self.model}"


class Seating(Value):
    """One line of the record's account of who sat, and why; `family` is the model's."""

    persona: str
    name: str
    chair: Chair
    model: str
    because: str
    family: str | None = None


# ---------------------------------------------------------------- what was said


class Evidence(Value):
    """A quotation; `found` says whether it occurs in the dossier, and if so where."""

    quote: str
    source: str | None = None
    start: int | None = None
    end: int | None = None
    found: bool = False


class Finding(Value):
    """What a reviewer says to one move."""

    move: str
    says: str
    leans: Leaning
    weight: Weight
    evidence: tuple[Evidence, ...] = ()


class Bet(Value):
    """A dated claim that can be proved false."""

    claim: str
    due: str


class Claim(Value):
    """A checkable piece of a paragraph and its class; start and end count the paragraph's characters."""

    text: str
    start: int
    end: int
    class_: ClaimClass = Field(alias="class")


class Grounding(Value):
    """The checkable pieces of a paragraph, by class."""

    dossier: tuple[Claim, ...] = ()
    outside: tuple[Claim, ...] = ()
    unsupported: tuple[Claim, ...] = ()


class Flag(Value):
    """Something a reader or editor should know of a verdict; never a reason not to count it."""

    kind: FlagKind
    text: str


class Vote(Value):
    """What one sample of a seat decided, and the key of the reply that says so."""

    call: str
    decision: Decision


class Samples(Value):
    """How often a seat was asked the same, and what became of it: asked = ship + skip + contested + failed.

    `flip_rate` is the share of pairs of votes that differ, None below two votes; `votes` are those of ship
    and skip in their order.
    """

    asked: int
    ship: int
    skip: int
    contested: int = 0
    failed: int
    flip_rate: float | None = None
    votes: tuple[Vote, ...] = ()


class Verdict(Value):
    """One seat's decision, the paragraph to be printed and the findings it rests on.

    `call` is the key of the reply the verdict was read from, `calls` all keys of the conversation.
    `cost_usd` is what those calls cost when they were paid, None where a price is unknown.
    A contested verdict contradicts its own findings even after one re-ask: shown, not counted; so is one
    whose samples are tied. Of a seat that is asked several times `samples` tells how, and the words are those
    of the first sample that decided like the majority.
    """

    persona: str
    name: str
    chair: Chair
    decision: Decision
    paragraph: str
    findings: tuple[Finding, ...]
    bets: tuple[Bet, ...] = ()
    grounding: Grounding = Grounding()
    contested: bool = False
    contest: str | None = None
    flags: tuple[Flag, ...] = ()
    call: str
    calls: tuple[str, ...]
    model: str
    served_model: str | None = None
    persona_sha: str
    prompt_sha: str
    cost_usd: float | None = None
    samples: Samples | None = None


class Failure(Value):
    """A seat that gave no verdict, and why. Never a vote."""

    persona: str
    name: str
    chair: Chair
    model: str
    stage: Stage
    kind: FailureKind
    message: str
    attempts: int = 0
    calls: tuple[str, ...] = ()
