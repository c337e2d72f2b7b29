"""How the reviewers sound over all stored records: no model is asked, counts alone are looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from panel.core.domain import Persona
from panel.workbench.voice.copying import Copied, between_seats, between_tools
from panel.workbench.voice.coverage import Covered, coverage
from panel.workbench.voice.drift import Drift, Period, drifts, periods
from panel.workbench.voice.said import Said, each_once, of_comparison, of_review
from panel.workbench.voice.tics import Tic, tics

__all__ = ["Report", "Said", "Voice", "each_once", "of_comparison", "of_review", "report"]


@dataclass(frozen=True)
class Voice:
    """One reviewer.

    Attributes:
        persona: Its slug.
        name: As the newest record calls it.
        paragraphs: How many there are.
        tools: About how many tools.
        versions: Of how many versions of its file.
        first: When the oldest was written.
        last: When the newest was.
        words: Mean length.
        limits: Fewest and most words of the file in force; None where there is none.
        outside: Paragraphs shorter or longer than that.
        ship: Votes to ship.
        votes: Votes at all; contested verdicts are none.
        moves: Coverage of its questions.
        tics: Phrases in more than a third of the paragraphs; None where there are too few.
        repeated: What stands in paragraphs on several tools; None for one tool.
        periods: Length, punctuation and votes over time; empty where there are too few.
        drifts: Earlier against later half; None where there are too few.
    """

    persona: str
    name: str
    paragraphs: int
    tools: int
    versions: int
    first: str
    last: str
    words: float
    limits: tuple[int, int] | None
    outside: int
    ship: int
    votes: int
    moves: tuple[Covered, ...]
    tics: tuple[Tic, ...] | None
    repeated: Copied | None
    periods: tuple[Period, ...]
    drifts: tuple[Drift, ...] | None


@dataclass(frozen=True)
class Report:
    """All voices, and what the seats of one panel have in common; None where no two sat together."""

    offline: bool
    voices: tuple[Voice, ...]
    seats: Copied | None


def report(
    said: Sequence[Said], personas: Mapping[str, Persona], *, offline: bool, only: Sequence[str] = ()
) -> Report:
    """The report on all paragraphs, or on those of some reviewers.

    Args:
        said: All paragraphs, oldest first, each once (`each_once`).
        personas: Those in force, in the order they are shown in.
        offline: Whether they are the offline reader's.
        only: Slugs to look at; all if empty. Seats are compared where one of the two is named.
    """
    by_persona: dict[str, list[Said]] = {slug: [] for slug in personas}
    for each in said:
        by_persona.setdefault(each.persona, []).append(each)
    wanted = [slug for slug, spoken in by_persona.items() if spoken and (not only or slug in only)]
    return Report(
        offline=offline,
        voices=tuple(_voice(by_persona[slug], personas.get(slug)) for slug in wanted),
        seats=between_seats(said, only),
    )


def _voice(said: Sequence[Said], persona: Persona | None) -> Voice:
    lengths = [len(each.paragraph.split()) for each in said]
    votes = [each.ship for each in said if each.counted]
    limits = None if persona is None else persona.words
    return Voice(
        persona=said[-1].persona,
        name=said[-1].name,
        paragraphs=len(said),
        tools=len({each.tool for each in said}),
        versions=len({each.version for each in said}),
        first=said[0].created,
        last=said[-1].created,
        words=fmean(lengths),
        limits=limits,
        outside=0 if limits is None else sum(not limits[0] <= length <= limits[1] for length in lengths),
        ship=sum(votes),
        votes=len(votes),
        moves=coverage(said, None if persona is None else [move.key for move in persona.moves]),
        tics=tics(said),
        repeated=between_tools(said),
        periods=periods(said),
        drifts=drifts(said),
    )
