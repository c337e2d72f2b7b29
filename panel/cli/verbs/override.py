"""`panel override TOOL SEAT`: an editor's signed decision in place of a seat's own."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Place, with_flags
from panel.cli.signing import Author, Reason, signed
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.core.domain import Failure, Seating, Verdict
    from panel.core.outcomes import Override, Review
    from panel.core.records import Records
    from panel.core.workspace import Workspace


class Ruling(StrEnum):
    """What an editor can decide."""

    SHIP = "ship"
    SKIP = "skip"
    NONE = "none"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("override")(with_flags(Place)(ends_well(override)))


def override(
    tool: Annotated[str, typer.Argument(help="The slug of a reviewed tool.", metavar="TOOL")],
    seat: Annotated[
        str,
        typer.Argument(
            help="The persona whose seat it is; persona@model where it sits more than once.", metavar="SEAT"
        ),
    ],
    *,
    decision: Annotated[Ruling, typer.Option(help="What counts instead; none takes the last one back.")],
    reason: Reason,
    author: Author,
    json: Annotated[bool, typer.Option("--json", help="Print the review as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Decide a seat of a tool's current review, also one that is contested or failed, and count anew.

    What the reviewer said stays, and so does every earlier decision of an editor. It holds for this dossier
    only. Comparisons made before stay as they are.
    """
    from panel.cli.current import deciding

    signature = signed(reason, author)
    with deciding(tool, flags) as (before, workspace, records):
        after, seating = _decide(before, seat, decision, signature, workspace)
        records.write_review(after)
    _print(before, after, seating, records, json=json)
    return ExitCode.DONE


def _decide(
    review: Review, seat: str, decision: Ruling, signature: dict[str, str], workspace: Workspace
) -> tuple[Review, Seating]:
    """Add the decision to the log; the review's new revision, and whose seat it is."""
    from panel.core.decisions import Overridden, decide, overrides_of
    from panel.core.outcomes import Override
    from panel.core.records import timestamp, utc_now
    from panel.judgement.overriding import in_force, overridden

    tool = review.tool.slug
    seating, model = _seat(seat, review)
    # What was decided when the process died before the record was written is in force, too.
    known = overridden(review, overrides_of(workspace.root, tool))
    standing = in_force(seating, known.overrides)
    made = Override(
        persona=seating.persona,
        model=model,
        decision=decision.value,
        time=timestamp(utc_now()),
        dossier=review.dossier.id,
        **signature,
    )
    if standing is None and decision is Ruling.NONE:
        raise InputError(f"no override of {seat} is in force for {tool}", field="--decision")
    if standing is None or not _same(standing, made):
        decide(workspace.root, Overridden(tool=tool, override=made))
        known = overridden(review, overrides_of(workspace.root, tool))
    return known, seating


def _same(one: Override, other: Override) -> bool:
    return one.model_copy(update={"time": other.time}) == other


def _seat(wanted: str, review: Review) -> tuple[Seating, str | None]:
    """The seat that is meant, and its model where the persona alone does not say which.

    A model may be written with its provider or, where that is clear, without.

    Raises:
        InputError: there is no such seat, or more than one; all are named.
    """
    from panel.core.naming import seat_name, sitting_several_times

    several = sitting_several_times(review.seating)
    meant = [seat for seat in review.seating if wanted in _names(seat)]
    if len(meant) != 1:
        problem = f"{len(meant)} seats" if meant else "no seat"
        names = ", ".join(seat_name(seat, several) for seat in review.seating)
        raise InputError(f"{review.tool.slug} has {problem} {wanted!r}; there are: {names}", field="SEAT")
    return meant[0], meant[0].model if meant[0].persona in several else None


def _names(seat: Seating) -> tuple[str, ...]:
    """All that a seat may be called."""
    model = seat.model.partition(":")[2]
    return seat.persona, f"{seat.persona}@{seat.model}", f"{seat.persona}@{model}"


def _print(before: Review, after: Review, seating: Seating, records: Records, *, json: bool) -> None:
    from panel.cli.judging import print_json
    from panel.core.naming import editors_decision, reviewer_name, sitting_several_times
    from panel.judgement.aggregate import headline
    from panel.judgement.overriding import in_force

    if json:
        print_json(after.as_json())
        return
    seats: list[Verdict | Failure] = [*after.verdicts, *after.failures]
    said = next((s for s in seats if (s.persona, s.model) == (seating.persona, seating.model)), None)
    editors = in_force(seating, after.overrides)
    words = "the reviewer's own word counts again" if editors is None else editors_decision(editors, said)
    name = reviewer_name(seating, sitting_several_times(after.seating))
    typer.echo(printable(f"{after.tool.slug}, {name}: {words}"))
    was, now = headline(before.panel), headline(after.panel)
    typer.echo(f"{now}, as before" if now == was else f"{now} (before: {was})")
    typer.echo(f"record: {records.review_path(after.run, after.tool.slug)}")
