"""Makes a stored review anew where it is not alike with what it is compared with; if that fails, it stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from panel.core.domain import Dossier, Seat, Tool
from panel.core.errors import AccountError
from panel.core.naming import listed, reviewer_name, sitting_several_times
from panel.core.outcomes import Cost, Review
from panel.core.records import utc_now
from panel.judgement.comparison.outdated import Now, Outdated, lost, outdated
from panel.kit import Kit
from panel.review import judge, write
from panel.reviewers.seating import Speaker
from panel.session import Session


@dataclass(frozen=True)
class Renewal:
    """What is to be done about one tool's stored review.

    Attributes:
        seats: Who is to be asked again; empty where the review is used as it is. The ledger answers those
            whose question has not changed.
        speakers: Who speaks for them; nobody where nobody is asked again.
        afresh: Whether its answers in the ledger do not count either.
        reasons: Why, a clause each.
        notes: What could not be made alike, in sentences for the reader.
        gone: Reviewers who sat before and cannot sit again, by name.
    """

    seats: tuple[Seat, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    afresh: bool = False
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def in_words(self, dossier: Dossier) -> str:
        """What is done and why, in a line for the editor; empty where nothing is."""
        gone = _are_gone(self.gone) if self.gone else ""
        if not self.seats:
            return f"{dossier.tool.name}: {gone}" if gone else ""
        how = "" if self.afresh else "; the ledger answers what has not changed"
        why = f"{dossier.tool.name} is reviewed anew, because {listed(list(self.reasons))}{how}"
        return f"{why}; {gone}" if gone else why


def renewals(
    pair: Sequence[Dossier], stored: Sequence[Review | None], chair: str | None, kit: Kit
) -> list[Renewal]:
    """What must be asked again so that two tools are judged alike; reads, calls nothing.

    Args:
        pair: Two dossiers.
        stored: The reviews that the comparison would rest on; None where there is none yet.
        chair: The persona of the shared fourth chair; None where the whole panel is named.
        kit: Personas, prompts and the model in force.
    """
    (a, b), (own_a, own_b) = pair, stored
    shown = tuple(_shown(dossier, chair, kit) for dossier in (a, b))
    found = outdated(own_a, own_b, (shown[0], shown[1]), _now(pair, chair, kit))
    return [
        Renewal() if own is None or not each else _renewal(dossier, own, each, kit)
        for dossier, own, each in zip(pair, stored, found, strict=True)
    ]


async def renewed(
    dossier: Dossier, stored: Review, renewal: Renewal, session: Session
) -> tuple[Review, Cost, tuple[str, ...]]:
    """The review a comparison rests on, what was newly spent for it, and what is not alike in spite of it.

    A new review in which a seat is lost that had a verdict before is not written: the stored one stays. What
    was answered is in the ledger.

    Raises:
        PanelError: the command cannot go on (disk, ledger, an input found wrong only now).
    """
    if not renewal.seats:
        return stored, Cost(), renewal.notes
    if renewal.afresh:
        # The client that is copied shares ledger, purse and limits with the one it is made from.
        session = replace(session, client=session.client.afresh())
    anew = await judge(dossier, renewal.seats, session)
    gone = lost(stored, anew)
    if gone:
        several = sitting_several_times(anew.seating)
        why = "; ".join(f"{reviewer_name(failure, several)}: {failure.message}" for failure in gone)
        return stored, anew.cost, (_stays(dossier, stored, renewal.reasons, why),)
    if not renewal.afresh and _said(anew) == _said(stored):
        return stored, anew.cost, ()  # a seat that had no verdict still has none
    await write(anew, dossier, session)
    return anew, anew.cost, ()


def speakers_of(own: Review | None, kit: Kit) -> tuple[Speaker, ...]:
    """Who spoke for most seats of a review, with several models all of these; else who is in force."""
    if own is None:
        return kit.speakers
    times = Counter(seat.model for seat in own.seating)
    most = [model for model, count in times.items() if count == max(times.values())]
    # Several models sit with every persona, also with one that names a model of its own.
    several = bool(sitting_several_times(own.seating))
    found = (label.partition(":") for label in (most if several else most[:1]))
    return tuple(Speaker(vendor, model, kit.speaker.providers, several) for vendor, _, model in found)


def seated_again(
    tool: Tool, before: Review, kit: Kit, speakers: Sequence[Speaker] | None = None
) -> tuple[list[Seat], tuple[str, ...]]:
    """The panel of an earlier review, whoever was named for it then, and the names of those who are gone.

    Core personas that it lacked sit as well, and a fourth chair by rule where nobody of it is left. With
    `--personas` those that it names sit.
    """
    by_rule = kit.panel_for(tool, speakers=speakers)
    if kit.workspace.get("personas"):
        return by_rule, ()
    sat = {seat.persona: seat for seat in before.seating}
    core = list(dict.fromkeys(seat.persona.slug for seat in by_rule if seat.persona.chair == "core"))
    kept = [slug for slug in sat if slug in kit.personas and slug not in core]
    gone = tuple(seat.name for slug, seat in sat.items() if slug not in kit.personas)
    chosen = {seat.persona.slug: seat.because for seat in by_rule}
    if gone and not kept:
        kept = [slug for slug in chosen if slug not in core]
        chosen |= {slug: f"{chosen[slug]}; {_are_gone(gone)}" for slug in kept}
    chosen |= {slug: seat.because for slug, seat in sat.items()}
    seats = kit.seats_of(tool, [*core, *kept], speakers=speakers)
    return [seat.model_copy(update={"because": chosen[seat.persona.slug]}) for seat in seats], gone


def _are_gone(names: Sequence[str]) -> str:
    are = "is no persona" if len(names) == 1 else "are no personas"
    return f"{listed(list(names))}, who sat before, {are} any more"


def _said(review: Review) -> set[tuple[str, str, str]]:
    return {(verdict.call, verdict.persona_sha, verdict.prompt_sha) for verdict in review.verdicts}


def _shown(dossier: Dossier, chair: str | None, kit: Kit) -> set[str]:
    """The personas of a tool's own review that its comparison shows."""
    seats = kit.panel_for(dossier.tool)
    if chair is None:
        return {seat.persona.slug for seat in seats}
    return {seat.persona.slug for seat in seats if seat.persona.chair == "core"} | {chair}


def _now(pair: Sequence[Dossier], chair: str | None, kit: Kit) -> Now:
    seats = [seat for dossier in pair for seat in kit.panel_for(dossier.tool)]
    if chair is not None:
        seats.append(kit.chair_for(pair[0].tool, chair))
    models: dict[str, set[str]] = {}
    for seat in seats:
        models.setdefault(seat.persona.slug, set()).add(seat.label)
    settings = kit.workspace.settings
    return Now(
        personas={slug: persona.sha for slug, persona in kit.personas.items()},
        prompts=kit.prompts.sha,
        models=models,
        # Without a key the offline reader is in force: nobody asked for it.
        binding=any(settings[name].value for name in ("model", "models")) and not kit.choice.offline,
        time=utc_now(),
    )


def _renewal(dossier: Dossier, stored: Review, why: Outdated, kit: Kit) -> Renewal:
    speakers = kit.speakers if why.by_model else speakers_of(stored, kit)
    seats, gone = seated_again(dossier.tool, stored, kit, speakers)
    problem = _cannot_ask(dossier, stored, seats, kit)
    if problem is None:
        return Renewal(tuple(seats), speakers, afresh=why.by_age, reasons=why.reasons, gone=gone)
    return Renewal(notes=(_stays(dossier, stored, why.reasons, problem),))


def _cannot_ask(dossier: Dossier, stored: Review, seats: Sequence[Seat], kit: Kit) -> str | None:
    """Why a model's review cannot be made anew here; None if it can."""
    if kit.choice.offline and not stored.offline:
        return "no model can be asked here"
    try:
        for seat in seats:
            kit.opening(dossier, seat)
    except AccountError as error:
        return error.message
    return None


def _stays(dossier: Dossier, stored: Review, reasons: Sequence[str], problem: str) -> str:
    return (
        f"The review of {dossier.tool.name} of {stored.created[:10]} could not be made anew ({problem}), "
        f"although {listed(list(reasons))}."
    )
