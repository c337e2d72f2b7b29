"""`panel bets …`: what the reviewers bet, which bets are due, and how they turned out."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, explain, printable
from panel.cli.options import Place, given, refuse_before, with_flags
from panel.cli.signing import signed
from panel.core.errors import ExitCode, InputError

if TYPE_CHECKING:
    from datetime import date

    from panel.core.workspace import Workspace
    from panel.judgement.bets import Bet


class By(StrEnum):
    """What bets can be summed up by."""

    REVIEWER = "reviewer"


class Outcome(StrEnum):
    """How a bet can turn out."""

    RIGHT = "right"
    WRONG = "wrong"
    VOID = "void"


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    bets = typer.Typer(help=list_bets.__doc__, invoke_without_command=True)
    bets.callback()(with_flags(Place)(_all_or_some))
    bets.command("due")(with_flags(Place)(ends_well(list_due)))
    bets.command("settle")(with_flags(Place)(ends_well(settle)))
    app.add_typer(bets, name="bets")


def _all_or_some(
    context: typer.Context,
    *,
    by: Annotated[By | None, typer.Option("--by", help="Each reviewer's track record instead.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    flags: Place,
) -> None:
    if context.invoked_subcommand is None:
        ends_well(list_bets)(by=by, json=json, flags=flags)
    if by or json or given(flags):
        ends_well(refuse_before)("bets", context.invoked_subcommand)


def list_bets(*, by: By | None, json: bool, flags: Place) -> ExitCode:
    """List the dated bets in all reviews and how they turned out, the earliest due first."""
    from panel.judgement.bets import track_records

    bets, damaged = _ledger(_workspace(flags))
    none = "no bets yet; reviewers place them in reviews by a model"
    if by is By.REVIEWER and (bets or json):
        from panel.cli.bets import show_records

        show_records(track_records(bets), json=json)
    else:
        _show(bets, json=json, none=none)
    return damaged


def list_due(
    *,
    by: Annotated[
        str | None, typer.Option("--by", help="Due by then: 2027, 2027-03 or a day; today if not given.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """List the open bets that are due."""
    from panel.judgement.bets import due

    day = _day(by)
    bets, damaged = _ledger(_workspace(flags))
    _show(due(bets, day), json=json, none=f"no open bet is due by {day}")
    return damaged


def settle(
    bet: Annotated[str, typer.Argument(help="The bet's id, or how it begins.", metavar="ID")],
    *,
    outcome: Annotated[Outcome, typer.Option(help="void: nobody can tell.")],
    reason: Annotated[str, typer.Option(help="Why.", metavar="TEXT")],
    author: Annotated[str, typer.Option(help="Who says so.", metavar="NAME")],
    json: Annotated[bool, typer.Option("--json", help="Print the bet as JSON.")] = False,
    flags: Place,
) -> ExitCode:
    """Say how a bet turned out; the newest word counts, and earlier ones stay on file."""
    from panel.core.decisions import Settled, decide
    from panel.core.records import timestamp, utc_now
    from panel.judgement.bets import ledger, named

    signature = signed(reason, author, "a bet is settled with a name and a reason")
    workspace = _workspace(flags)
    bets, damaged = _ledger(workspace)
    found = named(bets, bet)
    word = Settled(
        bet=found.id,
        tool=found.tool,
        persona=found.persona,
        name=found.name,
        claim=found.claim,
        due=found.due,
        placed=found.placed.isoformat(),
        outcome=outcome.value,
        time=timestamp(utc_now()),
        **signature,
    )
    decide(workspace.root, word)
    _show_one(ledger([found], [word])[0], json=json)
    return damaged


def _show(bets: list[Bet], *, json: bool, none: str) -> None:
    from panel.cli.bets import show_bets

    if not bets and not json:
        typer.echo(none, err=True)
    else:
        show_bets(bets, json=json)


def _show_one(bet: Bet, *, json: bool) -> None:
    from panel.cli.bets import as_json
    from panel.cli.judging import print_json

    if json:
        print_json(as_json(bet))
    else:
        typer.echo(
            printable(f"{bet.id} {bet.name} on {bet.tool}: {bet.state}, says {bet.author}: {bet.claim}")
        )


def _workspace(flags: Place) -> Workspace:
    from panel.core.workspace import open_workspace

    return open_workspace(flags.settings(), folder=flags.workspace)


def _ledger(workspace: Workspace) -> tuple[list[Bet], ExitCode]:
    """All bets, and whether a record could not be read, which is said on stderr."""
    from panel.cli.sifting import from_records
    from panel.core.decisions import Settled, decided
    from panel.core.records import Records
    from panel.judgement.bets import ledger, of_comparison, of_review

    placed, problems = from_records(Records(workspace.runs_dir), of_review, of_comparison)
    for problem in problems:
        explain(problem)
    bets = ledger(placed, decided(workspace.root, Settled))
    return bets, ExitCode.INPUT if problems else ExitCode.DONE


def _day(text: str | None) -> date:
    from panel.core.records import utc_now
    from panel.judgement.due_dates import due_date

    today = utc_now().date()
    day = today if text is None else due_date(text, today)
    if day is None:
        raise InputError(f"{text!r} is no date; write 2027, 2027-03 or 2027-03-31", field="--by")
    return day
