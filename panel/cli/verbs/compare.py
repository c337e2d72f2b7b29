"""`panel compare A B`: two tools side by side, and which one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Judging, with_flags
from panel.core.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from panel.cli.judging import Made
    from panel.core.outcomes import Comparison, RunIssue
    from panel.kit import Kit
    from panel.session import Session


@dataclass(frozen=True)
class CompareFlags(Judging):
    """The flags of a comparison."""

    head_to_head: Annotated[
        bool,
        typer.Option(
            "--head-to-head",
            help="Ask each chair to choose between the two, once in each order.",
            rich_help_panel="The pick",
        ),
    ] = False


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("compare")(with_flags(CompareFlags)(ends_well(compare)))


def compare(
    a: Annotated[str, typer.Argument(help="One tool: a slug, a path, an https:// address, or - for stdin.")],
    b: Annotated[str, typer.Argument(help="The other.")],
    *,
    flags: CompareFlags,
) -> ExitCode:
    """Join two reviews into one record and two pages, and say which tool to use.

    Stored reviews are used; a tool without one is reviewed first, one that was not judged alike anew. Both
    get the same fourth chair. The pick is made from the reviewers' findings, or with --head-to-head by what
    they choose.
    """
    from panel.cli import judging
    from panel.cli.loading import load_dossiers
    from panel.compare import choosers, plan
    from panel.compare import compare as compare_two
    from panel.head_to_head import ORDERS, Pair, question

    kit = judging.open_kit(flags)
    pair = sorted(load_dossiers([a, b], kit.workspace), key=lambda dossier: dossier.tool.slug)
    plans = plan(pair, kit, fourth=kit.workspace.get("fourth"), fresh=flags.fresh)
    work = [(each.dossier, each.to_ask(kit)) for each in plans]
    kit.check(work)
    contest = choosers(plans, kit) if flags.head_to_head else None
    asked = Pair.of(*pair)
    choices = [(asked, seat) for seat in contest or ()]
    kit.check_requests(question(two, first, seat, kit) for two, seat in choices for first in ORDERS)
    for each in plans:
        if why := each.renewal.in_words(each.dossier):
            typer.echo(f"note: {printable(why)}", err=True)
    if flags.dry_run:
        afresh = {each.dossier.tool.slug for each in plans if each.renewal.afresh}
        return judging.show_preview(work, kit, flags, choices, afresh=afresh)
    made: list[Comparison] = []

    async def both(session: Session) -> Made:
        record = await compare_two(plans, session, contest=contest, strict=flags.strict)
        made.append(record)
        return _made(record, session)

    code = judging.conduct(kit, "compare", [a, b], pair, flags, both)
    _print(made, kit, flags)
    if made:
        from panel.cli.upkeep import refreshing

        refreshing.mark(kit.workspace, [dossier.tool.slug for dossier in pair])
    return code


def _made(record: Comparison, session: Session) -> Made:
    from panel.cli import judging
    from panel.core.naming import sitting_several_times
    from panel.core.outcomes import RunIssue
    from panel.judgement.overriding import open_contests_shown
    from panel.judgement.publishing import shown_on

    sides = (record.a, record.b)
    new = [session.kit.records.review(side.review) for side in sides if side.run == session.run.id]
    issues = [issue for review in new for issue in judging.review_issues(review)]
    codes = [judging.review_code(review) for review in new]
    for side, shown in shown_on(record):
        slug, several = side.tool.slug, sitting_several_times(side.seating)
        needs = judging.contested_issues(slug, open_contests_shown(side, shown), several)
        if side.panel.percent is None:
            needs.append(RunIssue(tool=slug, what="no quorum among the seats shown"))
        issues += [each for each in needs if each not in issues]
        codes += [ExitCode.NEEDS_A_PERSON for _ in needs]
    issues += _unasked(record)
    if not _enough_answered(record):
        codes.append(ExitCode.NEEDS_A_PERSON)
    issues += judging.withheld_issues(record)
    codes += [ExitCode.NEEDS_A_PERSON for _ in record.withheld]
    return judging.Made(
        cost=record.cost,
        reviews=[review.id for review in new],
        comparisons=[record.id],
        issues=issues,
        codes=codes,
    )


def _unasked(record: Comparison) -> list[RunIssue]:
    """Chairs that gave no choice in some order."""
    from panel.core.outcomes import RunIssue

    pair = record.id.partition("/")[2]
    return [
        RunIssue(tool=pair, persona=chair.persona, what=f"no choice: {each.kind}: {each.message}")
        for chair in record.pick.choices
        for each in chair.failures
    ]


def _enough_answered(record: Comparison) -> bool:
    """Whether enough chairs chose in both orders, flipped or not, for the pick to be an answer."""
    from panel.judgement.aggregate import quorum

    choices = record.pick.choices
    return sum(not chair.failures for chair in choices) >= quorum(len(choices))


def _print(made: Sequence[Comparison], kit: Kit, flags: Judging) -> None:
    if not made:
        return
    record = made[0]
    if flags.json:
        from panel.cli.judging import print_json

        print_json(record.as_json())
        return
    from panel.cli.odds import beside_comparison
    from panel.cli.scorecard import console, show_comparison

    path = kit.records.comparison_path(record.run, record.id.partition("/")[2])
    at_odds = beside_comparison(record, kit.records, kit.workspace.root)
    show_comparison(record, path, console(), at_odds)
