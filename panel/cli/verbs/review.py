"""`panel review TOOL…`: seat a panel for each tool and print its scorecard."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well
from panel.cli.options import Judging, with_flags
from panel.core.errors import ExitCode

if TYPE_CHECKING:
    from panel.cli.judging import Made
    from panel.core.outcomes import Review
    from panel.kit import Kit
    from panel.session import Session


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("review")(with_flags(Judging)(ends_well(review)))


def review(
    tool: Annotated[
        list[str],
        typer.Argument(
            help="A slug in dossiers/, a path to a README or dossier, the https:// address of a page or of a "
            "GitHub repository (fetched anew each time), or - for stdin.",
            metavar="TOOL",
        ),
    ],
    *,
    flags: Judging,
) -> ExitCode:
    """Ask a panel of reviewers for ship or skip, and keep the record.

    An answer that is stored already is not paid for again.
    """
    from panel.cli import judging
    from panel.cli.loading import load_dossiers

    kit = judging.open_kit(flags)
    dossiers = load_dossiers(tool, kit.workspace)
    work = [
        (dossier, kit.panel_for(dossier.tool, fourth=kit.workspace.get("fourth"))) for dossier in dossiers
    ]
    kit.check(work)
    if flags.dry_run:
        return judging.show_preview(work, kit, flags)
    reviewed: list[Review] = []

    async def all_of_them(session: Session) -> Made:
        from panel.review import review as review_one

        reviewed.extend(await session.together(review_one(d, seats, session) for d, seats in work))
        return _made(reviewed, strict=flags.strict)

    code = judging.conduct(kit, "review", tool, dossiers, flags, all_of_them)
    _print(reviewed, kit, flags)
    if reviewed:
        from panel.cli.upkeep import refreshing

        refreshing.mark(kit.workspace, [each.tool.slug for each in reviewed])
    return code


def _made(reviewed: list[Review], *, strict: bool) -> Made:
    from panel.cli import judging
    from panel.core.outcomes import Cost

    unsupported = judging.strict_issues(reviewed) if strict else []
    return judging.Made(
        cost=reduce(Cost.plus, (each.cost for each in reviewed), Cost()),
        reviews=[each.id for each in reviewed],
        issues=[*(issue for each in reviewed for issue in judging.review_issues(each)), *unsupported],
        codes=[
            *(judging.review_code(each) for each in reviewed),
            *(ExitCode.NEEDS_A_PERSON for _ in unsupported),
        ],
    )


def _print(reviewed: list[Review], kit: Kit, flags: Judging) -> None:
    if flags.json:
        from panel.cli.judging import print_json

        documents = [each.as_json() for each in reviewed]
        print_json(documents[0] if len(documents) == 1 else documents)
        return
    from panel.cli.odds import beside
    from panel.cli.scorecard import console, show_review

    out, records = console(), kit.records
    at_odds = beside(reviewed, records, kit.workspace.root)
    for number, each in enumerate(reviewed):
        if number:
            out.rule()
        show_review(each, records.review_path(each.run, each.tool.slug), out, at_odds.get(each.id, ()))
