"""`panel price TOOL`: an editor's signed entry price, where sources conflict or the rule is wrong."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Place, with_flags
from panel.cli.signing import Author, Reason, signed
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from panel.core.outcomes import Review
    from panel.core.records import Records
    from panel.core.workspace import Workspace


class Ruling(StrEnum):
    """What an editor can decide."""

    FREE = "free"
    FREEMIUM = "freemium"
    TRIAL = "trial"
    PAID = "paid"
    UNKNOWN = "unknown"
    NONE = "none"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("price")(with_flags(Place)(ends_well(price)))


def price(
    tool: Annotated[str, typer.Argument(help="The slug of a reviewed tool.", metavar="TOOL")],
    *,
    entry: Annotated[Ruling, typer.Option(help="What it takes to start; none takes the last word back.")],
    reason: Reason,
    author: Author,
    json: Annotated[bool, typer.Option("--json", help="Print the review as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Decide the entry price of a tool's current review; that settles conflicts between its sources.

    What the sources say stays, and so does every earlier decision of an editor. It holds for this dossier
    only. Comparisons made before stay as they are.
    """
    from panel.cli.current import deciding

    signature = signed(reason, author)
    with deciding(tool, flags) as (before, workspace, records):
        after = _decide(before, entry, signature, workspace)
        records.write_review(after)
    _print(before, after, records, json=json)
    return ExitCode.DONE


def _decide(review: Review, entry: Ruling, signature: dict[str, str], workspace: Workspace) -> Review:
    """Add the decision to the log; the review's new revision."""
    from panel.core.decisions import Priced, decide, prices_of
    from panel.core.outcomes import PriceDecision
    from panel.core.records import timestamp, utc_now
    from panel.judgement.price_decisions import price_in_force, priced

    tool = review.tool.slug
    # What was decided when the process died before the record was written is in force, too.
    known = priced(review, prices_of(workspace.root, tool))
    standing = price_in_force(known.price_decisions)
    made = PriceDecision(entry=entry.value, time=timestamp(utc_now()), dossier=review.dossier.id, **signature)
    if standing is None and entry is Ruling.NONE:
        raise InputError(f"no editor's entry price is in force for {tool}", field="--entry")
    if standing is None or standing.model_copy(update={"time": made.time}) != made:
        decide(workspace.root, Priced(tool=tool, price=made))
        known = priced(review, prices_of(workspace.root, tool))
    return known


def _print(before: Review, after: Review, records: Records, *, json: bool) -> None:
    from panel.cli.judging import print_json
    from panel.core.naming import editors_price
    from panel.judgement.price_decisions import open_conflicts

    if json:
        print_json(after.as_json())
        return
    entry = after.entry
    said = editors_price(entry) if entry.decided else f"{entry.label}, by rule again"
    typer.echo(printable(f"{after.tool.slug}, entry: {said} (before: {before.entry.label})"))
    for conflict in entry.conflicts:
        settled = "open again" if open_conflicts(entry) else "settled"
        typer.echo(printable(f"{settled}: {conflict}"))
    typer.echo(f"record: {records.review_path(after.run, after.tool.slug)}")
