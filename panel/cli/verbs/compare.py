"""`panel compare A B`: two tools side by side, and which one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well
from panel.cli.options import Judging, with_flags
from panel.core.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from panel.cli.judging import Made
    from panel.core.outcomes import Comparison
    from panel.core.records import Records
    from panel.session import Session


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("compare")(with_flags(Judging)(ends_well(compare)))


def compare(
    a: Annotated[str, typer.Argument(help="One tool: a slug, a path, an https:// address, or - for stdin.")],
    b: Annotated[str, typer.Argument(help="The other.")],
    *,
    flags: Judging,
) -> ExitCode:
    """Join two reviews into one record and two pages, and say which tool to use.

    Stored reviews are used; a tool without one is reviewed first. Both get the same fourth chair.
    """
    from panel.cli import judging
    from panel.compare import compare as compare_two
    from panel.compare import plan

    kit = judging.open_kit(flags)
    pair = sorted(judging.load_dossiers([a, b], kit), key=lambda dossier: dossier.tool.slug)
    plans = plan(pair, kit, fourth=kit.workspace.get("fourth"), fresh=flags.fresh)
    work = [(each.dossier, each.to_ask(kit)) for each in plans]
    kit.check(work)
    if flags.dry_run:
        return judging.show_preview(work, kit, flags)
    made: list[Comparison] = []

    async def both(session: Session) -> Made:
        record = await compare_two(plans, session, strict=flags.strict)
        made.append(record)
        return _made(record, session)

    code = judging.conduct(kit, "compare", [a, b], pair, flags, both)
    _print(made, kit.records, flags)
    return code


def _made(record: Comparison, session: Session) -> Made:
    from panel.cli import judging
    from panel.core.outcomes import RunIssue

    sides = (record.a, record.b)
    new = [session.kit.records.review(side.review) for side in sides if side.run == session.run.id]
    issues = [issue for review in new for issue in judging.review_issues(review)]
    codes = [judging.review_code(review) for review in new]
    for side in sides:
        if side.panel.percent is None:
            issues.append(RunIssue(tool=side.tool.slug, what="no quorum among the seats shown"))
            codes.append(ExitCode.NEEDS_A_PERSON)
    shown = [(side, v) for row in record.scorecard for side, v in zip(sides, (row.a, row.b), strict=True)]
    contested = [v for side, v in shown if v is not None and v.contested and not side.override_of(v)]
    codes += [ExitCode.NEEDS_A_PERSON for _ in contested]
    issues += judging.withheld_issues(record)
    codes += [ExitCode.NEEDS_A_PERSON for _ in record.withheld]
    return judging.Made(
        cost=record.cost,
        reviews=[review.id for review in new],
        comparisons=[record.id],
        issues=issues,
        codes=codes,
    )


def _print(made: Sequence[Comparison], records: Records, flags: Judging) -> None:
    if not made:
        return
    record = made[0]
    if flags.json:
        from panel.cli.judging import print_json

        print_json(record.as_json())
        return
    from panel.cli.scorecard import console, show_comparison

    show_comparison(record, records.comparison_path(record.run, record.id.partition("/")[2]), console())
