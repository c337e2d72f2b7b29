"""What the voice report means, one plain sentence for each finding; too few data are said to be too few."""

from __future__ import annotations

from collections.abc import Iterator

from panel.workbench.voice import Report, Voice
from panel.workbench.voice.copying import SHOWN, Shared
from panel.workbench.voice.drift import LEAST_IN_HALF, Drift
from panel.workbench.voice.tics import LEAST, LEAST_TOOLS

_MOST_TICS = 3
#: An answer that is heard less often than this is named.
_SELDOM = 1 / 3
#: So many findings must all lean one way before that is named.
_ALL_ONE_WAY = 10


def sentences(report: Report) -> list[str]:
    """All findings, reviewer by reviewer, then those about several, then what is too little to know."""
    told = [sentence for voice in report.voices for sentence in of_voice(voice)]
    return [*told, *of_seats(report), *too_few(report)]


def of_voice(voice: Voice) -> Iterator[str]:
    """What stands out in one reviewer's paragraphs."""
    yield from _of_tics(voice)
    yield from _of_moves(voice)
    if voice.outside and voice.limits:
        fewest, most = voice.limits
        counted = f"{voice.outside} of {voice.paragraphs}"
        yield f"{voice.name}: {counted} paragraphs outside {fewest} to {most} words."
    if voice.repeated is not None and voice.repeated.worst:
        worst = voice.repeated.worst[0]
        yield (
            f"{voice.name} repeats itself: {percent(voice.repeated.mean)} of a paragraph stands in those on "
            f"other tools too, for instance “{worst.example}” ({', '.join(worst.tools)})."
        )
    yield from (_of_drift(voice.name, drift) for drift in voice.drifts or () if drift.beyond_chance)


def of_seats(report: Report) -> Iterator[str]:
    """What seats of one panel have in common."""
    if report.seats is None:
        return
    if not report.seats.worst:
        yield f"No two seats of a panel share {percent(SHOWN)} of their words in a row or more."
    for shared in report.seats.worst:
        yield f"{' and '.join(shared.names)} {_share(shared)} on {shared.tools[0]}: “{shared.example}”."


def percent(share: float) -> str:
    """A share as pages and terminals write it."""
    return f"{100 * share:.0f} %"


def _share(shared: Shared) -> str:
    return f"have {percent(shared.share)} in common"


def _of_tics(voice: Voice) -> Iterator[str]:
    found = voice.tics or ()
    for tic in found[:_MOST_TICS]:
        yield f"{voice.name} says “{tic.phrase}” in {tic.paragraphs} of {tic.of} paragraphs."
    if len(found) > _MOST_TICS:
        yield f"{voice.name} has {len(found) - _MOST_TICS} more phrases in over a third of its paragraphs."


def _of_moves(voice: Voice) -> Iterator[str]:
    for move in voice.moves:
        if move.asked is False:
            continue
        if move.answered < move.of:
            yield f"{voice.name} left “{move.move}” unanswered {move.of - move.answered} of {move.of} times."
        elif move.heard < _SELDOM * move.of:
            seldom = (
                f"only {move.heard} of {move.of} times" if move.heard else f"never ({move.of} paragraphs)"
            )
            yield f"{voice.name} answers “{move.move}”, but its paragraph takes the answer up {seldom}."
        for leaning, count in (("for", move.leans_for), ("against", move.leans_against)):
            if count == move.of >= _ALL_ONE_WAY:
                yield f"{voice.name}'s “{move.move}” leaned {leaning} the tool all {count} times."


def _of_drift(name: str, drift: Drift) -> str:
    more = drift.later > drift.earlier
    if drift.measure == "ships":
        change = f"ships {'more' if more else 'less'} often: {percent(drift.earlier)} before"
        return f"{name} {change}, {percent(drift.later)} now (±{100 * drift.by_chance:.0f} points by chance)."
    if drift.measure == "words":
        change = f"writes {'longer' if more else 'shorter'}: {drift.earlier:.0f} words before"
        return f"{name} {change}, {drift.later:.0f} now (±{drift.by_chance:.0f} by chance)."
    return (
        f"{name} sets {'more' if more else 'fewer'} {drift.measure}: {drift.earlier:.1f} for 100 words "
        f"before, {drift.later:.1f} now (±{drift.by_chance:.1f} by chance)."
    )


def too_few(report: Report) -> Iterator[str]:
    """What the data are too few to say."""
    silent = [voice for voice in report.voices if voice.tics is None]
    if silent:
        needed = f"{LEAST} paragraphs on {LEAST_TOOLS} tools are needed"
        yield f"Too few paragraphs to know a habit: {_counted(silent)}; {needed}."
    young = [voice for voice in report.voices if voice.drifts is None]
    if young:
        needed = f"{2 * LEAST_IN_HALF} are needed"
        yield f"Too few paragraphs to tell a change over time: {_counted(young)}; {needed}."


def _counted(voices: list[Voice]) -> str:
    return ", ".join(f"{voice.name} ({voice.paragraphs})" for voice in voices)
